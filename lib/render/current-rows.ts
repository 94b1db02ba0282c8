import { verdictOf } from '../domain/findings/row-verdict.ts';
import { type Acceptance, acceptanceInWords } from '../domain/incidents/acceptance.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { ClusterRow, RecordedView, WiderFinding } from '../domain/findings/recorded-view.ts';
import { restoreTest } from '../evaluate/checks/restore-test.ts';

/**
 * The clusters of the last run, with what has happened since: of restore tests that failed, since a cluster whose backup could not be restored is not shown
 * as restorable; and of what responders have accepted.
 */
export function currentRows(head: Head | null, view: RecordedView | null): readonly ClusterRow[] {
  const rows = withAccepted(view?.clusters ?? [], head);
  const open = (head?.incidents ?? []).filter(({ check, state }) => check === restoreTest.id && state !== 'resolved');
  if (open.length === 0) return rows;
  const byCluster = new Map(open.map((incident) => [incident.resource.clusterId, incident]));
  return rows.map((row) => {
    const incident = byCluster.get(row.clusterId);
    return incident && row.verdict !== 'exempt' ? withIncident(row, incident) : row;
  });
}

function withAccepted(rows: readonly ClusterRow[], head: Head | null): readonly ClusterRow[] {
  const since = (head?.acceptances ?? []).filter(({ at }) => at >= (head?.lastRun?.startedAt ?? 0));
  if (since.length === 0) return rows;
  const byCluster = new Map(since.map((one) => [one.resource.clusterId, one]));
  return rows.map((row) => {
    const acceptance = byCluster.get(row.clusterId);
    return acceptance === undefined ? row : asAccepted(row, acceptance);
  });
}

function asAccepted(row: ClusterRow, acceptance: Acceptance): ClusterRow {
  const findings = row.findings.map((finding) =>
    finding.check === acceptance.check && finding.verdict === 'failing'
      ? {
          ...finding,
          verdict: 'exempt' as const,
          severity: null,
          evidence: [],
          summary: `${acceptanceInWords(acceptance)}: ${finding.summary}`,
        }
      : finding,
  );
  return { ...row, findings, verdict: row.verdict === 'failing' ? verdictOf(findings) : row.verdict };
}

function withIncident(row: ClusterRow, incident: Incident): ClusterRow {
  const verdict = incident.severity === 'info' ? row.verdict : 'failing';
  return { ...row, verdict, findings: [...row.findings, findingOfIncident(incident)] };
}

/** The finding that an open incident reports. */
export function findingOfIncident({ check, resource, severity, summary, evidence, startedAt, openedAt }: Incident): WiderFinding {
  return { check, resource, verdict: 'failing', severity, summary, evidence, since: startedAt ?? openedAt };
}
