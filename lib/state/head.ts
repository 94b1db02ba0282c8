import { z } from 'zod';
import {
  HEAD_SCHEMA,
  type AlertProof,
  type DayCounts,
  type Head,
  type Latency,
  type Run,
  type Silence,
  type StoredWindow,
} from '../domain/head.ts';
import type { Delivery, Incident } from '../domain/incident.ts';
import type { RecoveryState } from '../domain/restore-test.ts';
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
  windows: z.array(z.custom<StoredWindow>(hasText('cron'))).exactOptional(),
  webhooksSeen: z.array(z.string()).exactOptional(),
  digestDay: z.string().exactOptional(),
  endings: z.custom<NonNullable<Head['endings']>>(isRecord).exactOptional(),
  deafSince: z.number().exactOptional(),
  deafAt: z.number().exactOptional(),
  latencies: z.custom<readonly Latency[]>(Array.isArray).exactOptional(),
  proof: z.custom<AlertProof>(hasText('verdict')).exactOptional(),
  recovery: z.custom<RecoveryState>(isRecord).exactOptional(),
});

/** A head with more incidents and messages than this is in a storm, and each wave of outcomes writes it again. */
const STORM = 1_000;
/** A third of the time for a third more text: 10,000 messages and their incidents are 0.6 MB so, of the 10 that one request may carry. */
const IN_A_STORM = 1;

/** The head as a store keeps it. */
export function encodeHead(head: Head): string {
  return head.incidents.length + head.deliveries.length > STORM ? pack(head, IN_A_STORM) : pack(head);
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

/** By hand: a schema built for each record took a fifth of a run's time. */
function hasText(field: string): (value: unknown) => boolean {
  // Proof: an object that is not null can be read by any key.
  return (value) => isRecord(value) && typeof (value as Readonly<Record<string, unknown>>)[field] === 'string';
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
