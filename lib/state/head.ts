import { z } from 'zod';
import { HEAD_SCHEMA, type AlertProof, type DayCounts, type Head, type Run, type Silence } from '../domain/head.ts';
import type { Delivery, Incident } from '../domain/incident.ts';
import { pack, unpack } from './pack.ts';
import { StoreError } from './store.ts';

/** What was stored, of whatever schema. */
type StoredState = Readonly<Record<string, unknown>>;

/** One step up: from the schema it is listed under to the next. */
export type Migration = (state: StoredState) => StoredState;

/** `{ 1: (state) => … }` makes schema 2 of schema 1. None yet: 1 is the first. */
const MIGRATIONS: Readonly<Record<number, Migration>> = {};

/**
 * The outer shape only. What lies deeper was written by a program of the same schema, and the head is read by every
 * run: checking thousands of deliveries field by field would find nothing that a damaged gzip does not show.
 */
const SHAPE = z.object({
  schema: z.literal(HEAD_SCHEMA),
  createdAt: z.number(),
  lastRun: z.custom<Run>(hasText('runId')).nullable(),
  lastComplete: z.custom<Run>(hasText('runId')).nullable(),
  memoryBlobs: z.array(z.string()),
  viewBlobs: z.array(z.string()),
  incidents: z.array(z.custom<Incident>(hasText('id'))),
  deliveries: z.array(z.custom<Delivery>(hasText('key'))),
  days: z.array(z.custom<DayCounts>(hasText('day'))),
  silences: z.array(z.custom<Silence>(hasText('id'))).exactOptional(),
  webhooksSeen: z.array(z.string()).exactOptional(),
  digestDay: z.string().exactOptional(),
  deafSince: z.number().exactOptional(),
  proof: z.custom<AlertProof>(hasText('verdict')).exactOptional(),
});

/** The head as a store keeps it. */
export function encodeHead(head: Head): string {
  return pack(head);
}

/** The stored head in today's schema. Throws `StoreError` where it is damaged, of no known shape, or newer than this program. */
export function decodeHead(text: string): Head {
  const shaped = SHAPE.safeParse(migrate(unpack(text), MIGRATIONS, HEAD_SCHEMA));
  if (shaped.success) return shaped.data;
  const where = shaped.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new StoreError(`read the stored head: wrong shape at ${where}; restore the store from a backup, or empty it to start anew`);
}

/** Lifts `state` to `target`, one schema at a time. Throws `StoreError` where it is newer than `target` or a step is missing. */
export function migrate(state: unknown, migrations: Readonly<Record<number, Migration>>, target: number): unknown {
  const current = z.looseObject({ schema: z.int() }).safeParse(state);
  if (!current.success) throw new StoreError('read the stored head: it carries no schema number; it was not written by this program');
  const found = current.data.schema;
  if (found > target) {
    throw new StoreError(
      `read the stored head: it was written by a newer version (schema ${found}, this one knows ${target}); deploy that version again, or point this one at another store`,
    );
  }
  let lifted: StoredState = current.data;
  for (let schema = found; schema < target; schema += 1) {
    const step = migrations[schema];
    if (step === undefined) throw new StoreError(`read the stored head: there is no way from schema ${schema} to ${schema + 1}`);
    lifted = { ...step(lifted), schema: schema + 1 };
  }
  return lifted;
}

function hasText(field: string): (value: unknown) => boolean {
  return (value) => z.looseObject({ [field]: z.string() }).safeParse(value).success;
}
