import type { Verdict } from '../../lib/domain/findings/finding.ts';
import type { ClusterRow, RecordedFinding, Restorable, Window } from '../../lib/domain/findings/recorded-view.ts';
import { DAY, HOUR, type Instant } from '../../lib/domain/time.ts';
import { NOW } from './facts.ts';

/** A cluster that was read at `readAt`, whose newest snapshot is an hour old; what can be restored follows from `window` and `newestRecoveryPoint`. */
export function clusterRow(name: string, changes: Partial<ClusterRow> = {}, readAt: Instant = NOW): ClusterRow {
  const { window = null, newestRecoveryPoint = readAt - HOUR } = changes;
  return {
    projectId: 'p1',
    projectName: 'shop',
    clusterId: name,
    name,
    kind: 'replicaSet',
    verdict: 'ok',
    window,
    newestRecoveryPoint,
    restorable: reach(window, newestRecoveryPoint, readAt),
    reachLimit: DAY,
    findings: [],
    ...changes,
  };
}

/** A row with the verdict, and a finding that gives it. */
export function rowWith(verdict: Verdict, name: string, changes: Partial<ClusterRow> = {}): ClusterRow {
  const severity = verdict === 'failing' ? 'warning' : null;
  const finding: RecordedFinding = { check: 'snapshot-size', verdict, severity, summary: 'as it is', evidence: [], since: NOW };
  return clusterRow(name, { verdict, findings: [finding], ...changes });
}

function reach(window: Window | null, point: Instant | null, readAt: Instant): Restorable {
  const base = { base: point ?? readAt, baseExpiresAt: null };
  if (window !== null && window.to > (point ?? 0)) return { until: { at: window.to, by: 'pitr', ...base }, readAt, mayReachFurther: false };
  return { until: point === null ? null : { at: point, by: 'snapshot', ...base }, readAt, mayReachFurther: false };
}
