import type { EvidenceLine } from '../../../lib/domain/evidence.ts';
import { Verdict } from './verdict.tsx';

/** More rows than this no page shows well; a file has them all. */
export const LINES_SHOWN = 1_000;

const ORDER: readonly EvidenceLine['verdict'][] = ['failed', 'could-not-verify', 'passed', 'noted'];

/** What was expected, what was found, and what follows: what failed first, then what could not be verified. */
export function Evidence({ lines }: { readonly lines: readonly EvidenceLine[] }) {
  if (lines.length === 0) return <p className="soft">There is none.</p>;
  const inOrder = ORDER.flatMap((verdict) => lines.filter((line) => line.verdict === verdict));
  const more = inOrder.slice(LINES_SHOWN);
  return (
    <>
      <p className="soft">
        {ORDER.map((verdict) => count(inOrder, verdict))
          .filter(Boolean)
          .join(', ')}
      </p>
      <table className="evidence-lines">
        <thead>
          <tr>
            <th scope="col">Verdict</th>
            <th scope="col">What</th>
            <th scope="col">Where</th>
            <th scope="col">Expected</th>
            <th scope="col">Found</th>
          </tr>
        </thead>
        <tbody>
          {inOrder.slice(0, LINES_SHOWN).map((line, index) => (
            <Row key={index} line={line} />
          ))}
        </tbody>
      </table>
      {more.length > 0 && (
        <p className="soft">
          Not shown:{' '}
          {ORDER.map((verdict) => count(more, verdict))
            .filter(Boolean)
            .join(', ')}
          . The JSON and CSV of the log have them all.
        </p>
      )}
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

function count(lines: readonly EvidenceLine[], verdict: EvidenceLine['verdict']): string {
  const found = lines.filter((line) => line.verdict === verdict).length;
  return found === 0 ? '' : `${found} ${verdict === 'could-not-verify' ? 'could not be verified' : verdict}`;
}
