import type { KeyObject } from 'node:crypto';
import type { TrailTip } from '../../domain/audit/audit-entry.ts';
import { clean } from '../../domain/text.ts';
import { type Envelope, fileText, isSignedBy, keyIdOf, PAYLOAD_TYPE } from './dsse.ts';
import { ENVELOPE, isTooDeep, placesOf, type ReadStatement, STATEMENT } from './evidence-shape.ts';
import { type EvidenceFault, insideFaults } from './inside-faults.ts';
import { digestOfSection, SECTIONS } from './statement.ts';

export type EvidenceVerdict = {
  readonly intact: boolean;
  readonly faults: readonly EvidenceFault[];
  /** The key that the file says it was signed by; null where it carries no signature. */
  readonly keyId: string | null;
  readonly about: { readonly from: string; readonly to: string; readonly root: TrailTip; readonly entries: number } | null;
};

export type Checking = {
  /** Whoever checks has it from elsewhere than the file (`publicKeyOf`). */
  readonly publicKey: KeyObject;
  /** A root that was kept, as a daily digest gave it: the log has to hold it. */
  readonly root?: TrailTip;
};

/**
 * Pure: whether an evidence file is what was signed, and if not, where it differs. It needs the text of the file and the public key, and nothing of ours
 * besides. The signature alone decides whether anything was changed; digests of the parts, and the chain of the log, say where. What somebody who has the
 * key signs anew passes, unless a root that was kept says otherwise. Never throws.
 */
export function verifyEvidence(text: string, { publicKey, root }: Checking): EvidenceVerdict {
  const envelope = readJson(text, 'file');
  if ('fault' in envelope) return broken(envelope.fault);
  const shaped = ENVELOPE.safeParse(envelope.value);
  if (!shaped.success) return broken({ where: 'envelope', words: `the envelope is damaged at ${placesOf(shaped.error)}` });
  const payload = Buffer.from(shaped.data.payload, 'base64');
  const signature = [
    ...textFaults(text, shaped.data),
    ...signatureFaults(shaped.data, payload, publicKey),
    ...encodingFaults(shaped.data, payload),
  ];
  const keyId = shaped.data.signatures[0]?.keyid ?? null;
  const statement = readStatement(payload);
  if ('fault' in statement) return { ...broken(statement.fault), faults: [...signature, statement.fault], keyId };
  const { value } = statement;
  const inside = [...sectionFaults(value), ...insideFaults(value, root)];
  const isExplained = inside.length > 0 || signature.length === 0 || shaped.data.signatures.length === 0;
  const known = isExplained ? [] : [{ where: 'signature', words: EVERYTHING_ELSE } as const];
  const faults = [...signature, ...inside, ...known];
  const { from, to, root: own } = value.predicate.about;
  return { intact: faults.length === 0, faults, keyId, about: { from, to, root: own, entries: value.predicate.log.length } };
}

const EVERYTHING_ELSE =
  'every part has the digest that stands beside it and the log is whole, so either the key is not the one that signed, or the signature, the type, or both a part and its digest were changed';

function broken(fault: EvidenceFault): EvidenceVerdict {
  return { intact: false, faults: [fault], keyId: null, about: null };
}

type Reading<T> = { readonly value: T } | { readonly fault: EvidenceFault };

function readJson(text: string, where: 'file' | 'payload'): Reading<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value)
      ? { fault: { where, words: `the ${where} has parts within parts, deeper than any that was written` } }
      : { value };
  } catch (error) {
    // V8 names the position and quotes some of the text around it.
    const reason = error instanceof Error ? clean(error.message) : 'damaged';
    return { fault: { where, words: `the ${where} is no JSON: ${reason}` } };
  }
}

function readStatement(payload: Buffer): Reading<ReadStatement> {
  const read = readJson(payload.toString('utf8'), 'payload');
  if ('fault' in read) return read;
  const shaped = STATEMENT.safeParse(read.value);
  if (shaped.success) return { value: shaped.data };
  return { fault: { where: 'payload', words: `the payload is no statement of this product: ${placesOf(shaped.error)}` } };
}

function signatureFaults(envelope: Envelope, payload: Buffer, key: KeyObject): readonly EvidenceFault[] {
  if (envelope.signatures.length === 0)
    return [{ where: 'signature', words: 'the file carries no signature: it was exported with --unsigned' }];
  const [given, named] = [keyIdOf(key), clean(envelope.signatures[0]?.keyid ?? '')];
  // The signature does not cover the id of its key, so that somebody may have changed it alone.
  if (isSignedBy(envelope, payload, key))
    return given === named
      ? []
      : [{ where: 'signature', words: `the signature is of this key, ${given}, but the file names the key ${named}` }];
  const words =
    given === named
      ? 'the signature does not fit: the file was changed after it was signed'
      : `the signature is not of this key: the key has the id ${given}, and the file says that it was signed by ${named}`;
  return [{ where: 'signature', words }];
}

/** A byte that JSON does not mind is a changed byte all the same. */
function textFaults(text: string, envelope: Envelope): readonly EvidenceFault[] {
  const written = fileText(envelope);
  if (text === written) return [];
  let at = 0;
  while (at < written.length && text[at] === written[at]) at += 1;
  return [{ where: 'file', words: `the file is not as it was written: it differs from character ${at + 1} on` }];
}

/** Base64 that decodes to the signed bytes may still have been touched: a reader that decodes otherwise would read something else. */
function encodingFaults({ payloadType, payload: text, signatures }: Envelope, payload: Buffer): readonly EvidenceFault[] {
  const isExact = (base64: string, bytes: Buffer): boolean => bytes.toString('base64') === base64;
  const faults: EvidenceFault[] = [];
  if (payloadType !== PAYLOAD_TYPE)
    faults.push({ where: 'envelope', words: `the payload is of type ${clean(payloadType)}, not ${PAYLOAD_TYPE}` });
  if (!isExact(text, payload)) faults.push({ where: 'envelope', words: 'the payload is not the base64 that was written' });
  if (signatures.length > 1)
    faults.push({ where: 'envelope', words: `the file carries ${signatures.length} signatures, and one was written` });
  if (signatures.some(({ sig }) => !isExact(sig, Buffer.from(sig, 'base64'))))
    faults.push({ where: 'envelope', words: 'the signature is not the base64 that was written' });
  return faults;
}

function sectionFaults({ subject, predicate }: ReadStatement): readonly EvidenceFault[] {
  return SECTIONS.flatMap((section) => {
    const stated = subject.find(({ name }) => name === section)?.digest.sha256;
    if (stated === digestOfSection(predicate[section])) return [];
    return [{ where: section, words: `${section} does not have the SHA-256 that the statement gives it` }];
  });
}
