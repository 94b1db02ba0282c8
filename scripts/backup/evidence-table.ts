import type { EvidenceLine } from '../../lib/domain/evidence.ts';

const ORDER: readonly EvidenceLine['verdict'][] = ['failed', 'could-not-verify', 'noted', 'passed'];
const WIDEST = 60;

/** Evidence as a table for a terminal: what went wrong first. Pure. */
export function evidenceTable(lines: readonly EvidenceLine[]): string {
  const sorted = lines.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const rows = sorted.map(({ verdict, what, namespace, expected, found }) => [verdict, what, namespace ?? '', cut(expected), found]);
  const all = [['verdict', 'what', 'namespace', 'expected', 'found'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cut(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}
