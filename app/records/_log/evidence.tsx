import type { EvidenceLine } from '../../../lib/domain/recovery/evidence.ts';
import { Columns } from '../../_list/parts.tsx';
import { Verdict } from './words.tsx';

/** More rows make the page too slow to read; the JSON and CSV have all of them. */
export const LINES_SHOWN = 1_000;

const ORDER: readonly EvidenceLine['verdict'][] = ['failed', 'could-not-verify', 'passed', 'noted'];

/** Lines of evidence: failed first, then could-not-verify, passed and noted. */
export function Evidence({ lines }: { readonly lines: readonly EvidenceLine[] }) {
  if (lines.length === 0) return <p className="soft">There is none.</p>;
  const inOrder = ORDER.flatMap((verdict) => lines.filter((line) => line.verdict === verdict));
  const more = inOrder.slice(LINES_SHOWN);
  return (
    <>
      <p className="soft">{countsOf(inOrder)}</p>
      <table className="stacked evidence-lines">
        <Columns names={['Verdict', 'What', 'Where', 'Expected', 'Found']} />
        <tbody>
          {inOrder.slice(0, LINES_SHOWN).map((line, index) => (
            <Row key={index} line={line} />
          ))}
        </tbody>
      </table>
      {more.length > 0 && <p className="soft">Not shown: {countsOf(more)}. The JSON and CSV of the log have them all.</p>}
    </>
  );
}

function Row({ line: { verdict, what, namespace, expected, found } }: { readonly line: EvidenceLine }) {
  return (
    <tr>
      <td data-label="Verdict">
        <Verdict verdict={verdict} />
      </td>
      <td data-label="What">{what}</td>
      <td data-label="Where">{namespace ?? 'everything'}</td>
      <td data-label="Expected">{expected}</td>
      <td data-label="Found">{found}</td>
    </tr>
  );
}

function countsOf(lines: readonly EvidenceLine[]): string {
  const counts = ORDER.map((verdict) => [lines.filter((line) => line.verdict === verdict).length, verdict] as const);
  const found = counts.filter(([count]) => count > 0);
  return found.map(([count, verdict]) => `${count} ${verdict === 'could-not-verify' ? 'could not be verified' : verdict}`).join(', ');
}
