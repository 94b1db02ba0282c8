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
} from '../domain/incidents/head.ts';
import type { Acceptance } from '../domain/incidents/acceptance.ts';
import type { RecordedChecklist } from '../domain/incidents/recorded-checklist.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import type { PromptDay } from '../domain/incidents/promptness.ts';
import type { CronCallers } from '../domain/crons/cron-callers.ts';
import type { CallsByTrigger } from '../domain/incidents/trigger-calls.ts';
import type { RecoveryState } from '../domain/recovery/restore-test.ts';
import { pack, unpack } from './pack.ts';
import { StoreError } from './store.ts';

/** What was stored, of whatever schema. */
type StoredState = Readonly<Record<string, unknown>>;

/** Makes the next schema of the one that it is listed under. It leaves the number `schema` alone. */
export type Migration = (state: StoredState) => StoredState;

/** Each change of HEAD_SCHEMA adds an entry here: `2: (state) => …` makes schema 3 of schema 2. None yet, since 2 is the first of 0.2.0. */
const MIGRATIONS: Readonly<Record<number, Migration>> = {};

/** Where a state is stored, and what starts a new one beside it; both are shown to people. */
export type Place = { readonly name: string; readonly startAnew: string };

/**
 * Checks the outer shape only. A program of the same schema wrote what lies deeper, and every run reads the head: to check thousands of
 * deliveries field by field would find nothing that a damaged gzip does not show.
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
  // The first heads of schema 2 hold these five only where they are not empty.
  silences: z.array(z.custom<Silence>(hasText('id'))).default([]),
  acceptances: z.array(z.custom<Acceptance>(hasText('why'))).exactOptional(),
  windows: z.array(z.custom<StoredWindow>(hasText('cron'))).default([]),
  webhooksSeen: z.array(z.string()).default([]),
  digestDay: z.string().exactOptional(),
  endings: z.custom<Head['endings']>(isRecord).default({}),
  heartbeatMissedSince: z.number().exactOptional(),
  heartbeatMissedAt: z.number().exactOptional(),
  latencies: z.custom<readonly Latency[]>(Array.isArray).default([]),
  proof: z.custom<AlertProof>(hasText('verdict')).exactOptional(),
  logged: z.object({ month: z.string(), policy: z.string() }).exactOptional(),
  calls: z.custom<CallsByTrigger>(isRecord).exactOptional(),
  callers: z.custom<CronCallers>(isRecord).exactOptional(),
  promptness: z.custom<readonly PromptDay[]>(Array.isArray).exactOptional(),
  recovery: z.custom<RecoveryState>(isRecord).exactOptional(),
  checklist: z.custom<RecordedChecklist>(hasText('runId')).exactOptional(),
});

/** A head with more incidents and messages than this is in a storm, where each wave of outcomes writes it again. */
const STORM_SIZE = 1_000;
/** Level 1 takes a third of the time for a third more text: 10,000 messages with their incidents are 0.6 MB, and a request may carry 10 MB. */
const STORM_LEVEL = 1;

/** Made once: every run, page and webhook reads the head, and making a schema takes longer than using it. */
const NUMBERED = z.looseObject({ schema: z.int() });

/** The head as a store keeps it. */
export function encodeHead(head: Head): string {
  return head.incidents.length + head.deliveries.length > STORM_SIZE ? pack(head, STORM_LEVEL) : pack(head);
}

/** The stored head in today's schema. Throws `StoreError` where it is damaged, of no known shape, or of a schema that cannot be used here. */
export function decodeHead(text: string, place: Place): Head {
  const shaped = SHAPE.safeParse(migrate(unpack(text), place));
  if (shaped.success) return shaped.data;
  const where = shaped.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new StoreError(`read the stored head: wrong shape at ${where}; restore the store from a backup, or empty it to start anew`);
}

/** Applies the migrations from the state's schema to `target`, in order. Throws `StoreError` where the state is newer, or a migration is missing. */
export function migrate(state: unknown, place: Place, migrations = MIGRATIONS, target: number = HEAD_SCHEMA): unknown {
  const current = NUMBERED.safeParse(state);
  if (!current.success) throw new StoreError('read the stored head: it carries no schema number; it was not written by this program');
  const found = current.data.schema;
  if (found > target) {
    throw new StoreError(
      `read the stored head: it was written by a newer version (schema ${found}, this one knows ${target}); deploy that version again, or point this one at another store`,
    );
  }
  let migrated: StoredState = current.data;
  for (let schema = found; schema < target; schema += 1) {
    const migration = migrations[schema];
    if (migration === undefined) throw tooOld('read the stored head', { found, expected: target }, place);
    migrated = { ...migration(migrated), schema: schema + 1 };
  }
  return migrated;
}

/** The refusal of a state that no migration leads on from. */
export function tooOld(operation: string, schema: { readonly found: number; readonly expected: number }, place: Place): StoreError {
  return new StoreError(
    `${operation}: ${place.name} holds schema ${schema.found}, and this version works with schema ${schema.expected} and cannot convert it. ` +
      `That state and its records were left as they are. To start with a new state, ${place.startAnew}`,
  );
}

/** Written by hand because a zod schema that is built for each record took a fifth of a run's time. */
function hasText(field: string): (value: unknown) => boolean {
  // Proof: an object that is not null can be read by any key.
  return (value) => isRecord(value) && typeof (value as Readonly<Record<string, unknown>>)[field] === 'string';
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
