import { verdictOf } from '../domain/findings/row-verdict.ts';
import { type Acceptance, acceptanceInWords } from '../domain/incidents/acceptance.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { IndexedFinding, IndexedRow } from '../domain/findings/indexed-row.ts';
import type { ClusterRow, RecordedFinding, RecordedView, WiderFinding } from '../domain/findings/recorded-view.ts';
import { restoreTest } from '../evaluate/checks/restore-test.ts';

/**
 * The clusters of the last run that were read, with what has happened since: of restore tests that failed, since a cluster whose backup could not be
 * restored is not shown as restorable; and of what responders have accepted.
 */
export function currentRows(head: Head | null, view: RecordedView | null): readonly ClusterRow[] {
  return current(head, view?.clusters ?? [], asAcceptedInWords);
}

/** As `currentRows`, of all clusters, without the texts of findings. */
export function currentIndex(head: Head | null, view: RecordedView | null): readonly IndexedRow[] {
  return current<IndexedFinding>(head, view?.index ?? view?.clusters ?? [], asAccepted);
}

type Row<F> = Omit<ClusterRow, 'findings'> & { readonly findings: readonly F[] };
/** The finding once it was accepted. */
type Accepted<F> = (finding: F, acceptance: Acceptance) => F;

function current<F extends IndexedFinding>(
  head: Head | null,
  recorded: readonly Row<F>[],
  accepted: Accepted<F>,
): readonly Row<F | WiderFinding>[] {
  const rows = withAccepted(head, recorded, accepted);
  const open = (head?.incidents ?? []).filter(({ check, state }) => check === restoreTest.id && state !== 'resolved');
  if (open.length === 0) return rows;
  const byCluster = new Map(open.map((incident) => [incident.resource.clusterId, incident]));
  return rows.map((row) => {
    const incident = byCluster.get(row.clusterId);
    return incident && row.verdict !== 'exempt' ? withIncident(row, incident) : row;
  });
}

function withAccepted<F extends IndexedFinding>(head: Head | null, rows: readonly Row<F>[], accepted: Accepted<F>): readonly Row<F>[] {
  const since = (head?.acceptances ?? []).filter(({ at }) => at >= (head?.lastRun?.startedAt ?? 0));
  if (since.length === 0) return rows;
  const byCluster = new Map(since.map((one) => [one.resource.clusterId, one]));
  return rows.map((row) => {
    const acceptance = byCluster.get(row.clusterId);
    if (acceptance === undefined) return row;
    const findings = row.findings.map((finding) =>
      finding.check === acceptance.check && finding.verdict === 'failing' ? accepted(finding, acceptance) : finding,
    );
    return { ...row, findings, verdict: row.verdict === 'failing' ? verdictOf(findings) : row.verdict };
  });
}

function asAccepted(finding: IndexedFinding): IndexedFinding {
  return { ...finding, verdict: 'exempt', severity: null };
}

function asAcceptedInWords(finding: RecordedFinding, acceptance: Acceptance): RecordedFinding {
  const summary = `${acceptanceInWords(acceptance)}: ${finding.summary}`;
  return { ...finding, verdict: 'exempt', severity: null, evidence: [], summary };
}

function withIncident<F extends IndexedFinding>(row: Row<F>, incident: Incident): Row<F | WiderFinding> {
  const verdict = incident.severity === 'info' ? row.verdict : 'failing';
  return { ...row, verdict, findings: [...row.findings, findingOfIncident(incident)] };
}

/** The finding that an open incident reports. */
export function findingOfIncident({ check, resource, severity, summary, evidence, startedAt, openedAt }: Incident): WiderFinding {
  return { check, resource, verdict: 'failing', severity, summary, evidence, since: startedAt ?? openedAt };
}
