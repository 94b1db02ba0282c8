import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BSON, type Document } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { Batch } from '../../../lib/recovery/dump/back-up/server-answer.ts';
import type { Listed, Source } from '../../../lib/recovery/dump/back-up/backup-source.ts';

export type Held = {
  readonly namespace: string;
  readonly type?: Listed['type'];
  readonly options?: string;
  readonly indexes?: readonly string[];
  readonly documents?: readonly Document[];
};

export const ID_INDEX = '{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}';

/** Collections to back up, without a server: also views, options and time series, which not every test server has. */
export function inMemory(held: readonly Held[]): Source {
  const of = ({ database, name }: Listed): Held | undefined => held.find(({ namespace }) => namespace === `${database}.${name}`);
  return {
    serverVersion: '8.0.1',
    oplog: false,
    collections: () => Promise.resolve(held.map((one) => listed(one))),
    indexes: (one) => Promise.resolve(one.type === 'view' ? [] : (of(one)?.indexes ?? [ID_INDEX])),
    documents: (one) => batchOf(of(one)?.documents ?? []),
    expected: () => Promise.resolve(null),
  };
}

function listed({ namespace, type = 'collection', options = '{}' }: Held): Listed {
  const dot = namespace.indexOf('.');
  return { database: namespace.slice(0, dot), name: namespace.slice(dot + 1), type, options, uuid: 'ab'.repeat(16) };
}

async function* batchOf(documents: readonly Document[]): AsyncGenerator<Batch> {
  const bytes = Buffer.concat(documents.map((document) => BSON.serialize(document)));
  if (documents.length > 0) yield { documents: documents.length, bytes };
}

/** A folder of the test's own, gone when it ends. */
export async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-dump-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
