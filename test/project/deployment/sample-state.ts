import type { ClusterRow, RecordedView } from '../../../lib/domain/findings/recorded-view.ts';
import type { Head } from '../../../lib/domain/incidents/head.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import type { Family } from '../../../lib/render/metrics/exposition.ts';
import { metricFamilies } from '../../../lib/render/metrics/families.ts';
import { delivery, head, incident } from '../../support/incidents.ts';
import { clusterRow, rowWith } from '../../support/rows.ts';

/** Names as bad as Atlas and people allow them; `cleanAll` leaves these as they are. */
const NAMES = ['orders', 'quote " and \\ backslash', '{brace="x"} # HELP', 'заказы 注文 🚚'];

/** What a run just before `now` has recorded: clusters of every verdict, open incidents, and messages that are owed. */
function recordedState(now: Instant): { readonly head: Head; readonly view: RecordedView } {
  const run = { runId: 'r1', startedAt: now - 5 * MINUTE, finishedAt: now - 4 * MINUTE, complete: true };
  const proof = { startedAt: now - DAY, endedAt: now - DAY + MINUTE, incidents: [], verdict: 'passed', detail: '' } as const;
  const named = NAMES.map((name, index) => clusterRow(`id-${index}`, { name, projectName: name }, run.startedAt));
  const clusters: readonly ClusterRow[] = [
    ...named,
    rowWith('failing', 'old', { newestRecoveryPoint: now - 40 * HOUR, reachLimit: DAY }),
    rowWith('unknown', 'unread'),
    rowWith('exempt', 'free', { newestRecoveryPoint: null }),
  ];
  const incidents = [incident('i1', { openedAt: now - HOUR }), incident('i2', { severity: 'warning', check: 'snapshot-size' })];
  const deliveries = [delivery('slack', ['i1'], { createdAt: now - HOUR, nextTryAt: now })];
  return { head: head({ lastRun: run, lastComplete: run, proof, incidents, deliveries }), view: { runId: 'r1', clusters, wider: [] } };
}

/** Every metric family, each with samples, as `/api/metrics` has them at `now`. */
export function sampleFamilies(now: Instant): readonly Family[] {
  const { head: recorded, view } = recordedState(now);
  return metricFamilies(recorded, view, { now, checkInterval: HOUR, channels: ['pagerduty', 'slack'], perCluster: 'on' });
}
