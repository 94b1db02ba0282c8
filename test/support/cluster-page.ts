import { known } from '../../lib/domain/facts/fact.ts';
import type { Snapshot } from '../../lib/domain/facts/facts.ts';
import { NOTHING_KNOWN } from '../../lib/domain/check/runbook-commands.ts';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import type { PastIncident } from '../../lib/domain/incidents/past-incident.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { type ClusterPage, clusterPage, type ClusterPageInput } from '../../lib/render/cluster/cluster-page.ts';
import { provenPoints } from '../../lib/render/cluster/ribbon.ts';
import { NO_RECOVERY } from '../../lib/domain/recovery/restore-test.ts';
import { event, GIB, type Look, type Looked, NOW, snapshot, snapshots, watcher } from './facts.ts';
import { proof } from './recovery.ts';

const SOURCE = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders' };

/** What two weeks of checks every six hours leave of "orders"; `look` changes the last of them. */
export function watched(look: Look = {}): Looked {
  const { look: check } = watcher();
  for (let ago = 14 * 4; ago > 0; ago -= 1) {
    const at = NOW - ago * 6 * HOUR;
    check({ at, cluster: { snapshots: known(sized(at), at) } });
  }
  return check({ at: NOW, cluster: { snapshots: known(sized(NOW), NOW) }, ...look });
}

/** The snapshots of a moment, of sizes that grow. */
export function sized(now: number): readonly Snapshot[] {
  return snapshots(now).map((one, index) => ({
    ...one,
    sizeBytes: (20 - index / 10) * GIB,
    copyRegions: index % 2 === 0 ? ['EU_WEST_1'] : [],
  }));
}

/** Everything at once: a break of PITR, a proof, a failed test, a restore by hand, an open and a past incident, somebody who changed the schedule. */
export function fullLook(): Look {
  const behind = event('CPS_OPLOG_BEHIND', NOW - 40 * HOUR);
  const caughtUp = event('CPS_OPLOG_CAUGHT_UP', NOW - 36 * HOUR);
  const changed = event('CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT', NOW - 5 * HOUR, { actor: 'alice@example.com, 203.0.113.7' });
  const byHand = snapshot(NOW - 3 * DAY, { type: 'onDemand', frequency: null, expiresAt: NOW + 87 * DAY, sizeBytes: null });
  return { events: [behind, caughtUp, changed], cluster: { snapshots: known([...sized(NOW), byHand], NOW) } };
}

export function headOf(changes: Partial<Head> = {}): Head {
  const run = { runId: 'r', startedAt: NOW, finishedAt: NOW + MINUTE, complete: true };
  return { ...emptyHead(NOW - 90 * DAY), lastRun: run, lastComplete: run, ...changes };
}

export function provenHead(): Head {
  const point = { kind: 'snapshot', snapshotId: 's', at: NOW - 25 * HOUR, expiresAt: NOW + 5 * DAY } as const;
  const passed = proof({ id: 't1', source: SOURCE, point, startedAt: NOW - 9 * HOUR, endedAt: NOW - 8 * HOUR });
  const failed = proof({ id: 't2', source: SOURCE, verdict: 'failed', startedAt: NOW - 3 * HOUR, endedAt: NOW - 2 * HOUR });
  const byHand = [{ clusterId: 'c1', endedAt: NOW - 3 * DAY, restore: 20 * MINUTE }];
  return headOf({ recovery: { ...NO_RECOVERY, proofs: [passed, failed], byHand } });
}

type Given = Partial<Pick<ClusterPageInput, 'head' | 'morePast' | 'provenFrom'>> & {
  readonly past?: readonly PastIncident[];
  readonly now?: number;
};

/** The page of "orders" as the last check left it. */
export function pageOf({ memory, row }: Pick<Looked, 'memory' | 'row'>, given: Given = {}): ClusterPage {
  const policy = policyOf({});
  const { head = headOf(), past = [], morePast = false, provenFrom = null, now = NOW + 10 * MINUTE } = given;
  const project = memory.projects['p1'] ?? null;
  const promised = policy.forCluster({ projectId: 'p1', projectName: 'shop', name: 'orders', tags: {} });
  const commands = { ...NOTHING_KNOWN, cluster: 'orders', projectId: 'p1', projectName: 'shop', moment: NOW - MINUTE };
  const proven = provenPoints(head.recovery?.proofs ?? [], 'c1');
  const recorded = { head, row: row(), project, past, morePast, proven, provenFrom, commands };
  return clusterPage({ ...recorded, policy: promised }, { now, checkInterval: HOUR, rto: policy.general.recovery.rto });
}
