import type { Head } from '../domain/head.ts';
import type { Incident } from '../domain/incident.ts';
import type { ClusterRow, RecordedFinding, RecordedView } from '../domain/view.ts';

/** The clusters of the last run, each with what its restore tests came to since: a cluster whose backup could not be restored is not shown as restorable. */
export function rowsNow(head: Head | null, view: RecordedView | null): readonly ClusterRow[] {
  const rows = view?.clusters ?? [];
  const open = (head?.incidents ?? []).filter(({ check, state }) => check === 'restore-test' && state !== 'resolved');
  if (open.length === 0) return rows;
  const byCluster = new Map(open.map((incident) => [incident.resource.clusterId, incident]));
  return rows.map((row) => {
    const incident = byCluster.get(row.clusterId);
    return incident && row.verdict !== 'exempt' ? withIncident(row, incident) : row;
  });
}

function withIncident(row: ClusterRow, { check, severity, summary, evidence, startedAt, openedAt }: Incident): ClusterRow {
  const finding: RecordedFinding = { check, verdict: 'failing', severity, summary, evidence, since: startedAt ?? openedAt };
  return { ...row, verdict: severity === 'info' ? row.verdict : 'failing', findings: [...row.findings, finding] };
}
