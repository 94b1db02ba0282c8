import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { ClusterRow, RecordedView, WiderFinding } from '../domain/findings/recorded-view.ts';
import { restoreTest } from '../evaluate/checks/restore-test.ts';

/** The clusters of the last run, with restore tests that failed since: a cluster whose backup could not be restored is not shown as restorable. */
export function currentRows(head: Head | null, view: RecordedView | null): readonly ClusterRow[] {
  const rows = view?.clusters ?? [];
  const open = (head?.incidents ?? []).filter(({ check, state }) => check === restoreTest.id && state !== 'resolved');
  if (open.length === 0) return rows;
  const byCluster = new Map(open.map((incident) => [incident.resource.clusterId, incident]));
  return rows.map((row) => {
    const incident = byCluster.get(row.clusterId);
    return incident && row.verdict !== 'exempt' ? withIncident(row, incident) : row;
  });
}

function withIncident(row: ClusterRow, incident: Incident): ClusterRow {
  const verdict = incident.severity === 'info' ? row.verdict : 'failing';
  return { ...row, verdict, findings: [...row.findings, findingOfIncident(incident)] };
}

/** The finding that an open incident reports. */
export function findingOfIncident({ check, resource, severity, summary, evidence, startedAt, openedAt }: Incident): WiderFinding {
  return { check, resource, verdict: 'failing', severity, summary, evidence, since: startedAt ?? openedAt };
}
