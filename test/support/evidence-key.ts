import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

/** The one secret line of `EVIDENCE_KEY`. */
export const KEY_LINE = 'MC4CAQAwBQYDK2VwBCIEIHloRQjDIzUJn/BF0pO0acHIb3SspQp5BpY0+I1d5B6r';

/** An Ed25519 private key that signs nothing but what tests make. */
export const EVIDENCE_KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_LINE}\n-----END PRIVATE KEY-----\n`;

/** Its public half as PEM. */
export const PUBLIC_KEY = createPublicKey(createPrivateKey(EVIDENCE_KEY)).export({ type: 'spki', format: 'pem' }).toString();

/** A public key of somebody else. */
export function otherPublicKey(): string {
  return generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
