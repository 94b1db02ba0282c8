import { maintenanceOf } from '../config/policy/maintenance-windows.ts';
import type { CommandValues } from '../domain/check/runbook-commands.ts';
import type { ClusterRow } from '../domain/findings/recorded-view.ts';
import type { Head } from '../domain/incidents/head.ts';
import { eachPacked, unpackPoint } from '../domain/memory/held/packed-points.ts';
import type { ClusterMemory, ProjectMemory } from '../domain/memory/memory.ts';
import { byAge } from '../domain/memory/held/recovery-points.ts';
import { DAY, type Instant, splitAtMoments } from '../domain/time.ts';
import { type Ports, routeContext } from '../ports/ports.ts';
import { readIndex, readProjectMemory } from '../record/blobs/packed-blobs.ts';
import type { ListedRecord } from '../record/store.ts';
import { type ClusterPage, clusterPage } from '../render/cluster/cluster-page.ts';
import { provenPoints, type ProvenPoint } from '../render/cluster/ribbon.ts';
import { commandValues, liveRunbook } from '../runbooks/index.ts';
import { openReadingPorts } from './reading.ts';
import { forViewers } from './recorded-state.ts';

/** docs/contract.md, clause 17. */
const HISTORY = 400 * DAY;
/** Of all clusters together: history has no index by cluster. */
const PAST_READ = 500;
/** Restore tests of all clusters together: the log has no index by cluster either. */
const RECORDS_READ = 400;

export type ClusterAsked = { readonly projectId: string; readonly clusterId: string };

/** The page of a cluster; null if the last check saw none of these ids. Throws `StoreError`. */
export async function readCluster({ projectId, clusterId }: ClusterAsked): Promise<ClusterPage | null> {
  const ports = await openReadingPorts();
  const { head } = await ports.store.readHead();
  const rows = await (await readIndex(ports.store, head))?.rowsOf(new Set([clusterId]));
  const row = rows?.find((one) => one.projectId === projectId && one.clusterId === clusterId);
  if (head === null || row === undefined) return null;
  return forViewers(await pageOf(ports, head, row));
}

async function pageOf(ports: Ports, head: Head, row: ClusterRow): Promise<ClusterPage> {
  const { store, policy } = ports;
  const now = ports.now();
  const [project, past, records] = await Promise.all([
    readProjectMemory(store, head, row.projectId),
    // From the beginning of a day, so that the pages of all clusters ask the store the same.
    store.pastIncidents({ from: Math.floor(now / DAY) * DAY - HISTORY, to: null, before: null, limit: PAST_READ }),
    store.listRecords({ limit: RECORDS_READ, before: null, kind: 'restore-test' }),
  ]);
  const memory = project?.clusters[row.clusterId] ?? null;
  const { projectId, projectName, name } = row;
  const proven = [...provenPoints(head.recovery?.proofs ?? [], row.clusterId), ...provenInLog(records.records, row)];
  const provenFrom = records.next === null ? null : (records.records.at(-1)?.endedAt ?? null);
  const recorded = { head, row, project, past, morePast: past.length === PAST_READ, proven: uniquePoints(proven), provenFrom };
  const general = { ...policy.general, maintenance: maintenanceOf(head, policy.general) };
  return clusterPage(
    {
      ...recorded,
      policy: policy.forCluster({ projectId, projectName, name, tags: memory?.tags ?? {} }),
      commands: valuesFor(ports, head, row, memory),
    },
    {
      now,
      checkInterval: general.checkInterval,
      maintenance: general.maintenance,
      restoreTests: general.restoreTests ?? [],
      route: routeContext(ports, now, head),
      rto: general.recovery.rto,
    },
  );
}

/** The records of passed tests name the cluster as a test does; the head keeps only the last few tests of each. */
function provenInLog(records: readonly ListedRecord[], { name, projectName }: ClusterRow): readonly ProvenPoint[] {
  const subject = `${name} (project ${projectName})`;
  return records.flatMap(({ subject: about, verdict, endedAt, details }) => {
    const point = details['point'] ?? '';
    const moment = splitAtMoments(point).find((part) => typeof part !== 'string');
    if (about !== subject || verdict !== 'passed' || moment === undefined) return [];
    const kind = point.startsWith('snapshot') ? ('snapshot' as const) : ('moment' as const);
    return [{ at: moment.at, testedAt: endedAt, kind, plan: details['plan'] ?? null }];
  });
}

/** A record has whole seconds. */
function uniquePoints(points: readonly ProvenPoint[]): readonly ProvenPoint[] {
  return [...new Map(points.map((point) => [`${Math.floor(point.at / 1_000)} ${point.kind}`, point])).values()];
}

/** As in the runbooks, but with the newest snapshot. */
function valuesFor({ policy, now }: Ports, head: Head, row: ClusterRow, memory: ClusterMemory | null): CommandValues {
  const asked = { incidentId: null, clusterId: row.clusterId, policy: policy.general, now: now() };
  const live = liveRunbook(head, { runId: '', clusters: [row], wider: [] }, asked);
  if (live === null) throw new Error('the commands for a cluster: its own row is not among the rows');
  return { ...commandValues(live), snapshotId: newestId(memory, now()) };
}

function newestId(memory: ProjectMemory['clusters'][string] | null, now: Instant): string | null {
  const points = eachPacked(memory?.held?.points ?? '').map((packed) => unpackPoint(packed));
  const valid = points.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  return valid.toSorted(byAge).at(-1)?.id ?? null;
}
