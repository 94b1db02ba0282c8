import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** The media type of an in-toto statement (https://github.com/in-toto/attestation, spec/v1/envelope.md). */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A signed document (https://github.com/secure-systems-lab/dsse, v1.0.2): base64 of the payload, and signatures over type and payload together. */
export type Envelope = {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
};

/** Throws if the text is no public key, or one that is not Ed25519. A private key is taken too: its public half is used. */
export function publicKeyOf(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`a key of another kind (${key.asymmetricKeyType})`);
  return key;
}

/** PEM (SPKI, RFC 8410), as openssl reads it. */
export function publicPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** SHA-256 in hex over the public key in DER (SPKI): what `openssl pkey -pubin -outform DER | sha256sum` prints. */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** What is signed, as DSSE's protocol says: lengths keep one field from being read as another. */
export function preAuthentication(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The payload in an envelope, signed by the private key (PEM); with null it carries no signature. */
export function enveloped(payload: string, privatePem: string | null): Envelope {
  const bytes = Buffer.from(payload);
  const body = { payloadType: PAYLOAD_TYPE, payload: bytes.toString('base64') };
  if (privatePem === null) return { ...body, signatures: [] };
  const key = createPrivateKey(privatePem);
  const sig = sign(null, preAuthentication(PAYLOAD_TYPE, bytes), key).toString('base64');
  return { ...body, signatures: [{ keyid: keyIdOf(createPublicKey(key)), sig }] };
}

/** Whether one of the signatures is this key's over this very payload and type. */
export function isSignedBy(envelope: Envelope, payload: Buffer, key: KeyObject): boolean {
  const signed = preAuthentication(envelope.payloadType, payload);
  return envelope.signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64')));
}

/** The file: one line of JSON, with the members in this order. */
export function fileText({ payloadType, payload, signatures }: Envelope): string {
  return `${JSON.stringify({ payloadType, payload, signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })) })}\n`;
}
