import type { PageModel } from '../../../lib/render/first-page/page-model.ts';
import { spellMinutes } from '../../../lib/domain/time.ts';
import { Moment } from '../../_parts/moment.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';

type Row = PageModel['status']['clusters'][number];

/** The moments that can be restored, as a bar and in words, with each break and its cause. */
export function ClusterWindow({ window, kind, now }: Pick<Row, 'window' | 'kind'> & { readonly now: string }) {
  if (window === null) return <span className="soft">{kind === 'flex' ? 'daily snapshots only' : 'none known'}</span>;
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  return (
    <>
      <WindowBar from={from} to={to} breaks={window.breaks.map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) }))} />
      <Moment at={window.from} now={now} /> – <Moment at={window.to} now={now} />{' '}
      <span className="soft together">({spellMinutes(to - from)})</span>
      {window.breaks.map((gap) => (
        <div key={`${gap.from} ${gap.to}`} className="soft">
          but not <Moment at={gap.from} now={now} /> – <Moment at={gap.to} now={now} />: {isolated(gap.cause)}
        </div>
      ))}
    </>
  );
}

const WIDTH = 200;
const HEIGHT = 10;
/** A break of minutes in a week would be thinner than a pixel. */
const THINNEST = 3;

type Span = { readonly from: number; readonly to: number };

/** The window as a bar with a gap for each break. The text beside it says the same, so screen readers skip the bar. */
function WindowBar({ from, to, breaks }: Span & { readonly breaks: readonly Span[] }) {
  const whole = Math.max(1, to - from);
  const place = (at: number) => (Math.min(Math.max(at - from, 0), whole) / whole) * WIDTH;
  return (
    <svg className="window-bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className="window-whole" x="0" y="0" width={WIDTH} height={HEIGHT} rx="2" />
      {breaks.map((gap) => {
        const width = Math.max(THINNEST, place(gap.to) - place(gap.from));
        return (
          <rect
            key={`${gap.from}-${gap.to}`}
            className="window-break"
            x={Math.min(place(gap.from), WIDTH - width)}
            y="0"
            width={width}
            height={HEIGHT}
          />
        );
      })}
    </svg>
  );
}
