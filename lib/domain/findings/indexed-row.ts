import type { ClusterRow, RecordedFinding } from './recorded-view.ts';

/** What filter, order and counts need of a finding. */
export type IndexedFinding = Pick<RecordedFinding, 'check' | 'verdict' | 'severity'>;

/** A cluster's row without the texts of its findings: what filter, order, counts and messages need of every cluster. */
export type IndexedRow = Omit<ClusterRow, 'findings'> & { readonly findings: readonly IndexedFinding[] };

/** Pure. Findings that are well, of which a row has dozens, are one here: only that there is one matters. Likewise those that nothing was promised about. */
export function indexedRow(row: ClusterRow): IndexedRow {
  const alike = new Set<string>();
  const findings = row.findings.filter(({ verdict }) => {
    if (verdict !== 'ok' && verdict !== 'exempt') return true;
    if (alike.has(verdict)) return false;
    alike.add(verdict);
    return true;
  });
  return { ...row, findings: findings.map(({ check, verdict, severity }) => ({ check, verdict, severity })) };
}
