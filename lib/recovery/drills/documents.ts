import { createHash } from 'node:crypto';
import { Binary, BSON, type Document, Long } from 'mongodb';
import type { Drill } from '../../domain/drill.ts';
import type { EvidenceLine } from '../../domain/evidence.ts';
import type { Instant } from '../../domain/time.ts';

/** Lines name at most so many documents each. */
const NAMED = 3;

/** The document of this number: the same for ever, so that nothing needs to be remembered of it but its batch. Several types, since a restore is to keep them. */
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

/** Of the whole document with its types and the order of its fields. */
export function checksumOf(document: Document): string {
  return createHash('sha256')
    .update(BSON.EJSON.stringify(document, { relaxed: false }))
    .digest('hex');
}

type Batches = Drill['batches'];

/** Ids and checksums of everything that was planted. */
export function expectedChecksums(
  drill: string,
  batches: Batches,
): ReadonlyMap<string, { readonly checksum: string; readonly at: Instant }> {
  const documents = batches.flatMap(({ first, count, at }) =>
    Array.from({ length: count }, (_, index) => plantedDocument(drill, first + index, at)),
  );
  return new Map(documents.map((document) => [String(document['_id']), { checksum: checksumOf(document), at: batchTime(document) }]));
}

function batchTime(document: Document): Instant {
  const at: unknown = document['at'];
  return at instanceof Date ? at.getTime() : 0;
}

export type DocumentsCompared = { readonly lines: readonly EvidenceLine[]; readonly differences: number; readonly newest: Instant | null };

/** Pure: document by document, what was planted against what is there. */
export function compareDocuments(
  expected: ReadonlyMap<string, { readonly checksum: string; readonly at: Instant }>,
  found: ReadonlyMap<string, string>,
  namespace: string,
): DocumentsCompared {
  const ids = [...expected.keys()];
  const missing = ids.filter((id) => !found.has(id));
  const changed = [...expected].flatMap(([id, { checksum }]) => (found.has(id) && found.get(id) !== checksum ? [id] : []));
  const strange = [...found.keys()].filter((id) => !expected.has(id));
  const same = [...expected].flatMap(([id, { checksum, at }]) => (found.get(id) === checksum ? [at] : []));
  return {
    lines: [
      line(
        namespace,
        'documents',
        `${expected.size} documents`,
        `${found.size}${named('missing', missing)}${named('not planted', strange)}`,
        {
          holds: missing.length === 0 && strange.length === 0,
        },
      ),
      line(namespace, 'checksum', `${expected.size} equal to what was planted`, `${same.length}${named('changed', changed)}`, {
        holds: same.length === expected.size,
      }),
    ],
    differences: missing.length + changed.length + strange.length,
    newest: same.length === 0 ? null : same.reduce((latest, at) => Math.max(latest, at), 0),
  };
}

function line(
  namespace: string,
  what: EvidenceLine['what'],
  expected: string,
  found: string,
  { holds }: { readonly holds: boolean },
): EvidenceLine {
  return { what, namespace, expected, found, verdict: holds ? 'passed' : 'failed' };
}

function named(word: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const numbers = ids.slice(0, NAMED).map((id) => id.split('/').at(-1));
  return `, ${ids.length} ${word} (number ${numbers.join(', ')}${ids.length > NAMED ? ' …' : ''})`;
}
