import type { Snapshot } from '../domain/facts.ts';
import type { Instant } from '../domain/time.ts';
import type { OutageState, RestoreJob } from '../domain/recovery-atlas.ts';
import { AtlasError, type Told } from './error.ts';
import { parseOutage } from './schema/restore-outage.ts';
import { parseRestoreJob } from './schema/restore-jobs.ts';
import { parseFlexSnapshot, parseSnapshot } from './schema/snapshots.ts';

/** An answer that cannot be used: recovery never goes on with half of one. */
export function unusable(told: Told, detail: string): AtlasError {
  return new AtlasError({ ...told, kind: 'unusable', detail, patience: 'once' });
}

/** The restore job in an answer. Throws `AtlasError`. */
export function restoreJobIn(told: Told, body: unknown): RestoreJob {
  const job = parseRestoreJob(body);
  if (job === null) throw unusable(told, 'answered a restore job without a usable id');
  return job;
}

/** The snapshot in an answer. Throws `AtlasError`. */
export function snapshotIn(told: Told, body: unknown, kind: 'dedicated' | 'flex', now: Instant): Snapshot {
  const snapshot = kind === 'flex' ? parseFlexSnapshot(body, now) : parseSnapshot(body, now);
  if (snapshot === null) throw unusable(told, 'answered a snapshot without a usable id');
  return snapshot;
}

/** The state of an outage simulation in an answer. Throws `AtlasError`. */
export function outageIn(told: Told, body: unknown): OutageState {
  const state = parseOutage(body);
  if (state === null) throw unusable(told, 'answered an outage simulation without a usable state');
  return state;
}
