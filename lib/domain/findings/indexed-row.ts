import type { CheckId } from '../policy/policy.ts';
import type { ClusterRow, RecordedFinding } from './recorded-view.ts';

/** What filter, order and counts need of a finding. */
export type IndexedFinding = Pick<RecordedFinding, 'check' | 'verdict' | 'severity'>;

/** A cluster's row without the texts of its findings: what filter, order, counts and messages need of every cluster. */
export type IndexedRow = Omit<ClusterRow, 'findings'> & { readonly findings: readonly IndexedFinding[] };

/**
 * Pure. Of the findings that are well or exempt, of which a row has dozens, one of each verdict is left: only that there is one matters. `matters`: checks
 * whose findings count by themselves also then; absent: those of every check.
 */
export function indexedRow(row: ClusterRow, matters: (check: CheckId) => boolean = () => true): IndexedRow {
  const alike = new Set<string>();
  const findings = row.findings.filter(({ check, verdict }) => {
    if ((verdict !== 'ok' && verdict !== 'exempt') || matters(check)) return true;
    if (alike.has(verdict)) return false;
    alike.add(verdict);
    return true;
  });
  return { ...row, findings: findings.map(({ check, verdict, severity }) => ({ check, verdict, severity })) };
}
