import type { CollectionManifest, EvidenceLine, Manifest, ValidationSettings } from '../../../lib/domain/recovery/evidence.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import type { ValidationPlan } from '../../../lib/ports/recovery-ports.ts';

/** Time enough for everything, and these databases alone: the test server is shared. */
export function soon(only: readonly string[]): { readonly deadline: number; readonly now: () => number; readonly only: readonly string[] } {
  return { deadline: Date.now() + 60_000, now: Date.now, only };
}

export const SETTINGS: ValidationSettings = { tolerance: 0.05, sample: 5, timeFields: {}, assertions: [] };

export function planOf(before: Manifest | null, after: Manifest | null, settings: Partial<ValidationSettings> = {}): ValidationPlan {
  return { before, after, recoveryPoint: Date.now(), rpo: HOUR, settings: { ...SETTINGS, ...settings }, source: 'prod' };
}

/** A collection of a manifest, as MongoDB would have told of it. */
export function collection(namespace: string, changes: Partial<CollectionManifest> = {}): CollectionManifest {
  return { namespace, type: 'collection', documents: 100, indexes: ['{"key":{"_id":1},"name":"_id_"}'], options: '{}', ...changes };
}

export function manifest(...collections: readonly CollectionManifest[]): Manifest {
  return { takenAt: 0, collections };
}

/** "documents failed", for reading. */
export function verdicts(lines: readonly EvidenceLine[], namespace: string | null): readonly string[] {
  return lines.filter((line) => line.namespace === namespace).map(({ what, verdict }) => `${what} ${verdict}`);
}
