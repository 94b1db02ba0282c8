import { type Instant, SECOND } from '../domain/time.ts';
import type { ClusterRow } from '../domain/view.ts';
import { spansOf } from '../recovery/choose.ts';

/**
 * Pure: the newest moment at or before `at` that can be restored, by PITR (whole seconds) or the newest snapshot, as the last check saw the cluster;
 * null where it tells of none.
 */
export function soundPoint(row: Pick<ClusterRow, 'window' | 'newestRecoveryPoint'> | null, at: Instant): Instant | null {
  const { window = null, newestRecoveryPoint: snapshot = null } = row ?? {};
  const last = window && spansOf(window, Math.min(at, window.to)).at(-1);
  const moment = last ? Math.floor(last.to / SECOND) * SECOND : null;
  const points = [moment, snapshot].filter((point) => point !== null && point <= at);
  return points.reduce<Instant | null>((newest, point) => (newest === null || (point ?? 0) > newest ? point : newest), null);
}
