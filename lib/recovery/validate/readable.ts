import type { MongoClient } from 'mongodb';
import type { CollectionManifest, EvidenceLine } from '../../domain/evidence.ts';
import { expires } from './canonical.ts';
import { counted, lineOf } from './line.ts';
import { type Bounds, collectionOf, ReadError, reading } from './reading.ts';

/** Reads documents at random and counts them; none of what is in them is kept. Throws `ReadError`. */
export async function sampleLine(
  client: MongoClient,
  { namespace, documents, indexes }: CollectionManifest,
  sample: number,
  bounds: Bounds,
): Promise<EvidenceLine> {
  if (documents === 0) return lineOf('readable', namespace, 'noted', ['nothing to read', 'it is empty']);
  const read = await reading(`sample of ${namespace}`, bounds, (maxTimeMS) => countRead(client, namespace, sample, maxTimeMS));
  const expected = `up to ${counted(sample, 'document', 'documents')} read at random`;
  if (read > 0) return lineOf('readable', namespace, 'passed', [expected, `${counted(read, 'document', 'documents')} read`]);
  const claimed = `none, though it claims to hold ${counted(documents ?? 0, 'document', 'documents')}`;
  return lineOf('readable', namespace, indexes.some(expires) ? 'noted' : 'failed', [expected, claimed]);
}

/** One at a time leaves memory, however large the documents are. */
async function countRead(client: MongoClient, namespace: string, size: number, maxTimeMS: number): Promise<number> {
  let read = 0;
  for await (const document of collectionOf(client, namespace).aggregate([{ $sample: { size } }], { maxTimeMS })) if (document) read += 1;
  return read;
}

/** A view is asked for one document: it may be empty, and slow by nature, but must not be refused. Throws `ReadError`. */
export async function viewLine(client: MongoClient, namespace: string, bounds: Bounds): Promise<EvidenceLine> {
  const expected = 'an answer of the view';
  try {
    const found = await reading(`first document of ${namespace}`, bounds, (maxTimeMS) =>
      collectionOf(client, namespace).findOne({}, { maxTimeMS }),
    );
    return lineOf('readable', namespace, 'passed', [expected, found === null ? 'no document, and no error' : 'a document']);
  } catch (error) {
    if (error instanceof ReadError && error.kind === 'slow') return lineOf('readable', namespace, 'noted', [expected, error.message]);
    throw error;
  }
}
