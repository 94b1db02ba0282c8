import type { Duration } from '../../../lib/domain/time.ts';
import { span } from './words.ts';

type Spans = Readonly<Record<string, Duration>>;
type Properties = { readonly measured: Spans; readonly targets: Spans };

/** Measured spans against what was promised, where something was: a target is kept up to and including its own length. */
export function Measured({ measured, targets }: Properties) {
  const spans = Object.entries(measured);
  if (spans.length === 0) return <p className="soft">Nothing was.</p>;
  return (
    <table className="measured">
      <thead>
        <tr>
          <th scope="col">Span</th>
          <th scope="col">Measured</th>
          <th scope="col">Target</th>
          <th scope="col">Kept</th>
        </tr>
      </thead>
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
      <td>{span(length)}</td>
      <td>{target === null ? '–' : span(target)}</td>
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
