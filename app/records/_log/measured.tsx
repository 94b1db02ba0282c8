import type { Duration } from '../../../lib/domain/time.ts';
import { Columns } from '../../_list/parts.tsx';
import { exactSpan } from './words.tsx';

type Spans = Readonly<Record<string, Duration>>;
type Properties = { readonly measured: Spans; readonly targets: Spans };

/** Measured durations and their targets. A duration equal to its target is within it. */
export function Measured({ measured, targets }: Properties) {
  const spans = Object.entries(measured);
  if (spans.length === 0) return <p className="soft">Nothing was.</p>;
  return (
    <table className="measured">
      <Columns names={['Span', 'Measured', 'Target', 'Kept']} />
      <tbody>
        {spans.map(([name, length]) => (
          <Row key={name} name={name} length={length} target={Object.hasOwn(targets, name) ? (targets[name] ?? null) : null} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ name, length, target }: { readonly name: string; readonly length: Duration; readonly target: Duration | null }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{exactSpan(length)}</td>
      <td>{target === null ? '–' : exactSpan(target)}</td>
      <td>{target === null ? '–' : <Kept kept={length <= target ? 'ok' : 'failing'} />}</td>
    </tr>
  );
}

function Kept({ kept }: { readonly kept: 'ok' | 'failing' }) {
  return (
    <span className="verdict" data-verdict={kept}>
      {kept === 'ok' ? 'Within' : 'Missed'}
    </span>
  );
}
