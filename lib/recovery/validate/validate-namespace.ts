import type { MongoClient } from 'mongodb';
import type { CollectionManifest, EvidenceLine } from '../../domain/recovery/evidence.ts';
import type { Instant } from '../../domain/time.ts';
import type { ValidationPlan } from '../../ports/recovery-ports.ts';
import { type CatalogEntry, readCollection } from './read/manifest.ts';
import {
  type Count,
  documentsLine,
  indexLines,
  isOutOfRange,
  missingLine,
  optionsLine,
  presentLine,
  countingOf,
  type Expectation,
} from './compare-collections.ts';
import { type Freshness, freshness } from './document-freshness.ts';
import { lineOf, troubleLine, counted } from './evidence-lines.ts';
import { type Bounds, collectionOf, boundedRead, ReadError, READ_LIMIT } from './read/bounded-read.ts';
import { expires } from './read/canonical.ts';

/** What a namespace is held against. */
export type Asked = Pick<ValidationPlan, 'recoveryPoint' | 'rpo' | 'settings'> & {
  readonly entry: CatalogEntry | undefined;
  readonly expectation: Expectation | undefined;
  /** False where there is no manifest at all. */
  readonly compared: boolean;
  /** Throws what is to be tried again later; returns for what becomes a line. */
  readonly insist: (error: unknown) => void;
};

export type Part = { readonly lines: readonly EvidenceLine[]; readonly newest: Instant | null };

/** All lines of one namespace. Throws `ReadError` where `insist` does. */
export async function validateNamespace(client: MongoClient, namespace: string, asked: Asked, bounds: Bounds): Promise<Part> {
  const { entry, expectation, compared } = asked;
  if (!entry) return { lines: expectation ? [missingLine(namespace, expectation)] : [], newest: null };
  const sure = expectation?.sure === true ? expectation : null;
  const lines = [presentLine(entry, expectation, compared), ...(sure ? [optionsLine(entry, sure)] : [])];
  if (entry.type === 'timeseries') {
    const uncovered = lineOf('not-covered', namespace, 'noted', [
      'nothing: time series are not covered',
      'a time series; look at it by hand',
    ]);
    return { lines: [...lines, uncovered], newest: null };
  }
  const inside = await insideOf(client, entry, { ...asked, sure }, bounds);
  return { lines: [...lines, ...inside.lines], newest: inside.newest };
}

type Inside = Asked & { readonly sure: Expectation | null };

async function insideOf(client: MongoClient, entry: CatalogEntry, asked: Inside, bounds: Bounds): Promise<Part> {
  const { namespace } = entry;
  const collection = await readCollection(client, entry, countingOf(asked.sure), bounds).catch((error: unknown) =>
    failed(error, namespace, asked),
  );
  if (collection === null)
    return { lines: [lineOf('readable', namespace, 'could-not-verify', ['documents', 'it was dropped while it was read'])], newest: null };
  if ('verdict' in collection) return { lines: [collection], newest: null };
  const documents = await documentLines(client, collection, asked, bounds).catch((error: unknown) => [
    failed(error, namespace, asked, 'documents'),
  ]);
  const read = entry.type === 'view' ? viewLine(client, namespace, bounds) : sampleLine(client, collection, asked.settings.sample, bounds);
  const readable = await read.catch((error: unknown) => failed(error, namespace, asked));
  const fresh = await freshLine(client, collection, asked, bounds);
  const indexes = asked.sure && entry.type === 'collection' ? indexLines(collection, asked.sure) : [];
  return { lines: [...indexes, ...documents, readable, ...(fresh ? [fresh.line] : [])], newest: fresh?.newest ?? null };
}

function failed(error: unknown, namespace: string, { insist }: Asked, what: EvidenceLine['what'] = 'readable'): EvidenceLine {
  insist(error);
  return troubleLine(what, namespace, 'documents that can be read', error);
}

/** Nothing fails by metadata alone: what they make fail is counted one by one first. */
async function documentLines(client: MongoClient, collection: CollectionManifest, asked: Inside, bounds: Bounds) {
  const { sure, settings } = asked;
  const { namespace, documents } = collection;
  if (sure === null || documents === null) return [];
  const count: Count = { documents, by: countingOf(sure) };
  if (count.by === 'counting' || !isOutOfRange(documents, sure, settings.tolerance))
    return documentsLine(namespace, count, sure, settings.tolerance);
  const exact = await boundedRead(`exact count of ${namespace}, whose metadata are out of range`, bounds, (maxTimeMS) =>
    collectionOf(client, namespace).countDocuments({}, { maxTimeMS }),
  );
  return documentsLine(namespace, { documents: exact, by: 'counting' }, sure, settings.tolerance);
}

async function freshLine(client: MongoClient, collection: CollectionManifest, asked: Asked, bounds: Bounds): Promise<Freshness | null> {
  const field = asked.settings.timeFields[collection.namespace];
  if (field === undefined) return null;
  return freshness(client, collection, { ...asked, field }, bounds).catch((error: unknown) => ({
    line: failed(error, collection.namespace, asked, 'freshness'),
    newest: null,
  }));
}

/** Reads documents at random and counts them; none of what is in them is kept. Throws `ReadError`. */
export async function sampleLine(
  client: MongoClient,
  collection: CollectionManifest,
  sample: number,
  bounds: Bounds,
): Promise<EvidenceLine> {
  const { namespace, documents, indexes } = collection;
  if (documents === 0) return lineOf('readable', namespace, 'noted', ['nothing to read', 'it is empty']);
  const read = await boundedRead(`sample of ${namespace}`, bounds, (maxTimeMS) => countRead(client, namespace, sample, maxTimeMS));
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
async function viewLine(client: MongoClient, namespace: string, bounds: Bounds): Promise<EvidenceLine> {
  const expected = 'an answer of the view';
  try {
    const found = await boundedRead(`first document of ${namespace}`, { ...bounds, readLimit: READ_LIMIT }, (maxTimeMS) =>
      collectionOf(client, namespace).findOne({}, { maxTimeMS }),
    );
    return lineOf('readable', namespace, 'passed', [expected, found === null ? 'no document, and no error' : 'a document']);
  } catch (error) {
    if (error instanceof ReadError && error.kind === 'slow') return lineOf('readable', namespace, 'noted', [expected, error.message]);
    throw error;
  }
}
