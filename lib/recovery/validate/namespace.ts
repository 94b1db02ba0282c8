import type { MongoClient } from 'mongodb';
import type { CollectionManifest, EvidenceLine, ValidationSettings } from '../../domain/evidence.ts';
import type { Duration, Instant } from '../../domain/time.ts';
import type { CatalogEntry } from './catalog.ts';
import { type Count, documentsLine, indexLines, isOutOfRange, missingLine, optionsLine, presentLine } from './compare.ts';
import { countingOf, type Expectation } from './expectation.ts';
import { freshness } from './freshness.ts';
import { lineOf, troubleLine } from './line.ts';
import { readCollection } from './manifest.ts';
import { sampleLine, viewLine } from './readable.ts';
import { type Bounds, collectionOf, reading } from './reading.ts';

/** What a namespace is held against. */
export type Asked = {
  readonly entry: CatalogEntry | undefined;
  readonly expectation: Expectation | undefined;
  /** False where there is no manifest at all. */
  readonly compared: boolean;
  readonly recoveryPoint: Instant;
  readonly rpo: Duration;
  readonly settings: ValidationSettings;
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
  if (entry.type === 'timeseries') return { lines: [...lines, uncoveredLine(namespace)], newest: null };
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
  const readable = await readableLine(client, collection, asked, bounds).catch((error: unknown) => failed(error, namespace, asked));
  const fresh = await freshLine(client, collection, asked, bounds);
  const indexes = asked.sure && entry.type === 'collection' ? indexLines(collection, asked.sure) : [];
  return { lines: [...indexes, ...documents, readable, ...(fresh ? [fresh.line] : [])], newest: fresh?.newest ?? null };
}

function failed(error: unknown, namespace: string, { insist }: Asked, what: EvidenceLine['what'] = 'readable'): EvidenceLine {
  insist(error);
  return troubleLine(what, namespace, 'documents that can be read', error);
}

/** Nothing fails by metadata alone: what they make fail is counted one by one first. */
async function documentLines(
  client: MongoClient,
  collection: CollectionManifest,
  asked: Inside,
  bounds: Bounds,
): Promise<readonly EvidenceLine[]> {
  const { sure, settings } = asked;
  const { namespace, documents } = collection;
  if (sure === null || documents === null) return [];
  const by = countingOf(sure);
  const count: Count =
    by === 'metadata' && isOutOfRange(documents, sure, settings.tolerance)
      ? { documents: await countExactly(client, namespace, bounds), by: 'counting' }
      : { documents, by };
  return documentsLine(namespace, count, sure, settings.tolerance);
}

function countExactly(client: MongoClient, namespace: string, bounds: Bounds): Promise<number> {
  return reading(`exact count of ${namespace}, whose metadata are out of range`, bounds, (maxTimeMS) =>
    collectionOf(client, namespace).countDocuments({}, { maxTimeMS }),
  );
}

function readableLine(client: MongoClient, collection: CollectionManifest, { settings }: Asked, bounds: Bounds): Promise<EvidenceLine> {
  return collection.type === 'view'
    ? viewLine(client, collection.namespace, bounds)
    : sampleLine(client, collection, settings.sample, bounds);
}

async function freshLine(
  client: MongoClient,
  collection: CollectionManifest,
  asked: Asked,
  bounds: Bounds,
): Promise<{ readonly line: EvidenceLine; readonly newest: Instant | null } | null> {
  const field = asked.settings.timeFields[collection.namespace];
  if (field === undefined) return null;
  const { recoveryPoint, rpo } = asked;
  return freshness(client, collection, { field, recoveryPoint, rpo }, bounds).catch((error: unknown) => ({
    line: failed(error, collection.namespace, asked, 'freshness'),
    newest: null,
  }));
}

function uncoveredLine(namespace: string): EvidenceLine {
  return lineOf('not-covered', namespace, 'noted', ['nothing: time series are not covered', 'a time series; look at it by hand']);
}
