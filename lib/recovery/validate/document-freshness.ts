import { type Document, type MongoClient, ObjectId } from 'mongodb';
import type { CollectionManifest, EvidenceLine } from '../../domain/recovery/evidence.ts';
import { type Duration, type Instant, iso, MINUTE, spell } from '../../domain/time.ts';
import { expires, indexLeads } from './read/canonical.ts';
import { lineOf } from './evidence-lines.ts';
import { type Bounds, collectionOf, boundedRead } from './read/bounded-read.ts';

export type Freshness = { readonly line: EvidenceLine; readonly newest: Instant | null };

/** Clocks of applications, of Atlas and of ours may differ by so much. */
const CLOCKS: Duration = MINUTE;

type Asked = { readonly field: string; readonly recoveryPoint: Instant; readonly rpo: Duration };

/** The newest document by its time field against the recovery point. Throws `ReadError`. */
export async function freshness(client: MongoClient, collection: CollectionManifest, asked: Asked, bounds: Bounds): Promise<Freshness> {
  const { namespace, indexes, type } = collection;
  const { field } = asked;
  const newest = await boundedRead(`newest ${field} of ${namespace}`, bounds, (maxTimeMS) =>
    collectionOf(client, namespace).findOne(
      { [field]: { $type: ['date', 'objectId'] } },
      { sort: { [field]: -1 }, projection: { [field]: 1 }, maxTimeMS },
    ),
  );
  const at = newest === null ? null : timeIn(newest, field);
  const unindexed = type === 'collection' && !indexes.some((index) => indexLeads(index) === field);
  const known = { now: bounds.now(), empty: collection.documents === 0, ttl: indexes.some(expires) };
  const { line, newest: counted } = freshnessOf(namespace, at, { ...asked, ...known });
  const found = unindexed ? `${line.found} (no index begins with ${field}: every document was read for it)` : line.found;
  return { line: { ...line, found }, newest: counted };
}

/** Pure: the verdict on a newest document's time; null where no document holds one. */
export function freshnessOf(
  namespace: string,
  at: Instant | null,
  { field, recoveryPoint, rpo, now, empty, ttl }: Asked & { readonly now: Instant; readonly empty: boolean; readonly ttl: boolean },
): Freshness {
  const expected = `newest ${field} from ${iso(recoveryPoint - rpo)} to ${iso(recoveryPoint)}, the recovery point`;
  const line = (verdict: EvidenceLine['verdict'], found: string): EvidenceLine =>
    lineOf('freshness', namespace, verdict, [expected, found]);
  if (at === null) {
    if (empty || ttl) return { newest: null, line: line('noted', 'no document that tells a time') };
    return { newest: null, line: line('could-not-verify', `no document holds a date in ${field}: name another field in timeFields`) };
  }
  const unknown = (verdict: EvidenceLine['verdict'], found: string): Freshness => ({ newest: null, line: line(verdict, found) });
  if (at > now + CLOCKS)
    return unknown('could-not-verify', `${iso(at)}, which is yet to come: name a field with the time of writing in timeFields`);
  if (at > recoveryPoint + CLOCKS)
    return unknown('failed', `${iso(at)}, ${spell(at - recoveryPoint)} after it: this is not the recovery point that was asked for`);
  if (at >= recoveryPoint - rpo) return { newest: at, line: line('passed', iso(at)) };
  const old = `${iso(at)}, ${spell(recoveryPoint - at)} before it`;
  return { newest: at, line: ttl ? line('noted', `${old}; a TTL index deletes what is past its time`) : line('failed', old) };
}

/** The time in a field, which may lie in an inner document ("meta.at"). */
function timeIn(document: Document, field: string): Instant | null {
  let value: unknown = document;
  for (const part of field.split('.'))
    value = typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === part)?.[1] : null;
  if (value instanceof Date) return value.getTime();
  return value instanceof ObjectId ? value.getTimestamp().getTime() : null;
}
