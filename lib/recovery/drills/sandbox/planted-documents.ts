import { createHash } from 'node:crypto';
import { Binary, BSON, type Document, Long } from 'mongodb';
import type { Drill } from '../../../domain/recovery/drill.ts';
import { evidenceLine } from '../../../domain/recovery/evidence.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Comparison } from '../drill-ports.ts';

/** Documents that one line names at most. */
const NAMED = 3;

/** The document of this number. It is always the same, so that only its batch needs to be stored. It has several BSON types, since a restore must keep them. */
export function plantedDocument(drill: string, number: number, at: Instant): Document {
  const seed = createHash('sha256').update(`${drill}/${number}`).digest();
  return {
    _id: `${drill}/${number}`,
    number,
    at: new Date(at),
    amount: Long.fromNumber(seed.readUInt32BE(0)),
    share: seed.readUInt16BE(4) / 65_536,
    text: `drill document ${number}: ${seed.toString('base64')}`,
    bytes: new Binary(seed),
    nested: { even: number % 2 === 0, list: [number, `${number}`, null] },
  };
}

/** Covers the whole document with its types and the order of its fields. */
export function checksumOf(document: Document): string {
  return createHash('sha256')
    .update(BSON.EJSON.stringify(document, { relaxed: false }))
    .digest('hex');
}

type Checksums = ReadonlyMap<string, { readonly checksum: string; readonly at: Instant }>;

/** Checksums and times of everything that was planted, by id. */
export function expectedChecksums(drill: string, batches: Drill['batches']): Checksums {
  const planted = batches.flatMap(({ first, count, at }) =>
    Array.from({ length: count }, (_, index) => ({ document: plantedDocument(drill, first + index, at), at })),
  );
  return new Map(planted.map(({ document, at }) => [String(document['_id']), { checksum: checksumOf(document), at }]));
}

/** Pure: compares what is there with what was planted, document by document. */
export function compareDocuments(expected: Checksums, found: ReadonlyMap<string, string>, namespace: string): Comparison {
  const ids = [...expected.keys()];
  const missing = ids.filter((id) => !found.has(id));
  const changed = [...expected].flatMap(([id, { checksum }]) => (found.has(id) && found.get(id) !== checksum ? [id] : []));
  const strange = [...found.keys()].filter((id) => !expected.has(id));
  const same = [...expected].flatMap(([id, { checksum, at }]) => (found.get(id) === checksum ? [at] : []));
  const there = [`${expected.size} documents`, `${found.size}${named('missing', missing)}${named('not planted', strange)}`] as const;
  const equal = [`${expected.size} equal to what was planted`, `${same.length}${named('changed', changed)}`] as const;
  return {
    lines: [
      evidenceLine('documents', missing.length + strange.length === 0 ? 'passed' : 'failed', there, namespace),
      evidenceLine('checksum', same.length === expected.size ? 'passed' : 'failed', equal, namespace),
    ],
    differences: missing.length + changed.length + strange.length,
    newest: same.length === 0 ? null : same.reduce((latest, at) => Math.max(latest, at), 0),
  };
}

function named(word: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const numbers = ids.slice(0, NAMED).map((id) => id.split('/').at(-1));
  return `, ${ids.length} ${word} (number ${numbers.join(', ')}${ids.length > NAMED ? ' …' : ''})`;
}
