import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import type { AtlasFault } from '../../emulators/atlas-http.ts';
import type { EmulatedCluster, EmulatedSnapshot } from '../../emulators/atlas-model.ts';

/** Faults begin seven minutes after a check, so the next one comes within the hour. */
export const NEXT_CHECK = HOUR;
/** The plan's 24 h, until the next check. The newest snapshot is some hours old when a fault begins. */
export const AGE_LIMIT = 25 * HOUR;

/** A completed snapshot of a few minutes ago. */
export function newest(cluster: EmulatedCluster, now: Instant, said: Parameters<EmulatedCluster['snapshot']>[1] = {}): EmulatedSnapshot {
  return cluster.snapshot(now - 3 * MINUTE, said);
}

/** A snapshot asked for just now that will not be finished for days. */
export function unsettled(cluster: EmulatedCluster, now: Instant): EmulatedSnapshot {
  return cluster.snapshot(now, { completedAt: now + 5 * DAY });
}

type Json = Readonly<Record<string, unknown>>;

/** Spoils the object that Atlas answers. */
export function edit(change: (body: Json) => Json): AtlasFault {
  // The emulator answers objects on every route.
  return { kind: 'edit', edit: (answer) => (answer.status === 200 ? { ...answer, body: change(answer.body as Json) } : answer) };
}

/** Spoils each entry of a listing; null takes it away. */
export function edits(change: (entry: Json, index: number) => Json | null): AtlasFault {
  return edit((body) => {
    // A listing's results are objects.
    const results = (body['results'] ?? []) as readonly Json[];
    return { ...body, results: results.flatMap((entry, index) => change(entry, index) ?? []) };
  });
}
