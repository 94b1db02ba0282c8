import { type Document, type MongoClient, MongoServerError } from 'mongodb';
import type { SearchIndex } from '../../../domain/recovery/search-index.ts';
import { mapConcurrently } from '../../dump/concurrently.ts';
import { type Asked, type Bounds, boundedRead, collectionOf, ReadError } from './bounded-read.ts';
import { readCatalog } from './manifest.ts';

const COLLECTIONS_AT_ONCE = 8;

/** Servers without search: no such stage (40324), only on Atlas (6047401), SearchNotEnabled (31082), CommandNotSupported (115). */
const WITHOUT_SEARCH: ReadonlySet<unknown> = new Set([40324, 6047401, 31082, 115]);

/** The search and vector indexes of every collection, and of every view, which have them from MongoDB 8.1 on; null where the server has no search. Throws `ReadError`. */
export async function readSearchIndexes(
  client: MongoClient,
  { deadline, now = Date.now, only }: Asked,
): Promise<readonly SearchIndex[] | null> {
  const bounds = { deadline, now };
  const collections = (await readCatalog(client, bounds, only)).filter(({ type }) => type !== 'timeseries');
  const found = await mapConcurrently(collections, COLLECTIONS_AT_ONCE, ({ namespace, type }) =>
    indexesOf(client, namespace, bounds).catch((error: unknown) => (type === 'view' ? nullWhereRefused(error) : Promise.reject(error))),
  );
  const listed = found.filter((indexes) => indexes !== null);
  return collections.length > 0 && listed.length === 0 ? null : listed.flat();
}

function indexesOf(client: MongoClient, namespace: string, bounds: Bounds): Promise<readonly SearchIndex[] | null> {
  return boundedRead(`$listSearchIndexes of ${namespace}`, bounds, async (maxTimeMS) => {
    try {
      const documents = await collectionOf(client, namespace)
        .aggregate([{ $listSearchIndexes: {} }], { maxTimeMS })
        .toArray();
      return documents.map((document) => indexIn(namespace, document));
    } catch (error) {
      if (error instanceof MongoServerError && WITHOUT_SEARCH.has(error.code)) return null;
      throw error;
    }
  });
}

/** Older servers refuse the question for a view, and any server for one whose pipeline is wrong. */
function nullWhereRefused(error: unknown): null {
  if (error instanceof ReadError && error.kind === 'refused') return null;
  throw error;
}

/** Pure. Servers before 7.0 name no type: they have none but "search". */
function indexIn(namespace: string, { name, type = 'search', status = 'unknown', queryable }: Document): SearchIndex {
  return { namespace, name: String(name), type: String(type), status: String(status), queryable: queryable === true };
}
