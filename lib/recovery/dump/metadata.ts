import { BSON, type Document } from 'mongodb';
import { z } from 'zod';
import { BackupError, wordsOf } from './error.ts';

/** What is written of one collection. Texts are canonical Extended JSON. */
export type Described = {
  readonly name: string;
  readonly type: CollectionType;
  readonly options: string;
  readonly indexes: readonly string[];
  /** Hexadecimal; null where the server gave none. */
  readonly uuid: string | null;
};

export type CollectionType = 'collection' | 'view' | 'timeseries';

/** What was read of one collection. */
export type Metadata = {
  /** Null in dumps of old tools, whose file names say it. */
  readonly name: string | null;
  readonly type: CollectionType;
  readonly options: Document;
  readonly indexes: readonly Document[];
};

const SCHEMA = z.object({
  options: z.record(z.string(), z.unknown()).nullish(),
  indexes: z.array(z.record(z.string(), z.unknown())).nullish(),
  collectionName: z.string().nullish(),
  type: z.string().nullish(),
});

/** mongodump's `NAME.metadata.json`, field by field in its order; empty options are left out, as it does. */
export function metadataText({ name, type, options, indexes, uuid }: Described): string {
  const fields = [
    ...(options === '{}' ? [] : [`"options":${options}`]),
    `"indexes":[${indexes.join(',')}]`,
    ...(uuid === null ? [] : [`"uuid":"${uuid}"`]),
    `"collectionName":${JSON.stringify(name)}`,
    `"type":"${type}"`,
  ];
  return `{${fields.join(',')}}`;
}

/** Reads such a file, of any of mongodump's versions. Throws `BackupError` with the file. */
export function parseMetadata(text: string, file: string): Metadata {
  const read = SCHEMA.safeParse(parsed(text, file));
  if (!read.success)
    throw new BackupError(`${file}: not a collection's metadata (${read.error.issues[0]?.message ?? 'wrong shape'})`, file);
  const { options, indexes, collectionName, type } = read.data;
  return { name: collectionName ?? null, type: typeOf(type ?? '', options ?? {}), options: options ?? {}, indexes: indexes ?? [] };
}

function parsed(text: string, file: string): unknown {
  // Old tools leave an empty file for a collection without options.
  if (text === '') return {};
  try {
    return BSON.EJSON.parse(text, { relaxed: false });
  } catch (error) {
    throw new BackupError(`${file}: not JSON (${wordsOf(error)}); the backup is damaged: take another one`, file);
  }
}

/** By `type` where there is one, else, as in old dumps, by what only a view or a time series has. */
function typeOf(type: string, options: Document): CollectionType {
  if (type === 'view' || type === 'timeseries' || type === 'collection') return type;
  if ('viewOn' in options) return 'view';
  return 'timeseries' in options ? 'timeseries' : 'collection';
}
