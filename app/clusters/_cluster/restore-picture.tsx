import { scaleLinear } from 'd3-scale';
import { HOUR, iso, MINUTE, spell } from '../../../lib/domain/time.ts';
import type { RestoreHistory, RestoreMark } from '../../../lib/render/cluster/measured-history.ts';
import { Moment } from '../../_parts/moment.tsx';
import { type Frame, round, TimeAxis, timeScale, ValueAxis } from './axes.tsx';
import { type Layout, Picture } from './picture.tsx';
import { recordPath } from '../../../lib/render/page-paths.ts';

const HEIGHT = 170;
const WORDS = { passed: 'passed', failed: 'failed', 'could-not-verify': 'could not be verified' } as const;

/** How long restores took beside the RTO. */
export function RestorePicture({ history, now }: { readonly history: RestoreHistory; readonly now: string }) {
  const { marks, restore, target } = history;
  return (
    <section aria-labelledby="restores">
      <h2 id="restores">Restore times</h2>
      {marks.length === 0 ? (
        <p className="empty">No restore of this cluster was measured so far. Promised is an RTO of {spell(target)}.</p>
      ) : (
        <Picture
          id="restores"
          caption={`How long restores took, beside the RTO of ${spell(target)}.${restore === null ? '' : ` The restore alone: ${spell(restore.median)} in the median, ${spell(restore.worst)} at worst, ${spell(restore.last)} the last time (${restore.count} measured).`}${plansIn(marks)}${shapesIn(marks)}`}
          height={HEIGHT}
          draw={(layout) => <Restores history={history} layout={layout} />}
          columns={['Ended', 'Took', 'What']}
          rows={marks.map((mark) => [
            <Moment key="ended" at={iso(mark.endedAt)} now={now} />,
            spell(mark.took),
            <What key="what" mark={mark} />,
          ])}
        />
      )}
    </section>
  );
}

/** Which plans the tests were of: what a test proves depends on what its plan restores into. */
function plansIn(marks: readonly RestoreMark[]): string {
  const plans = [...new Set(marks.flatMap(({ plan }) => plan ?? []))];
  return plans.length === 0 ? '' : ` Restore tests by ${plans.join(', ')}.`;
}

/** What the shapes mean, where there is another than that of a test that passed. */
function shapesIn(marks: readonly RestoreMark[]): string {
  const crosses = marks.some(({ verdict }) => verdict === 'failed') ? ['a cross a test that failed'] : [];
  const rings = marks.some(({ verdict }) => verdict === null || verdict === 'could-not-verify')
    ? ['a ring a restore that nothing validated']
    : [];
  const shapes = [...crosses, ...rings];
  return shapes.length === 0 ? '' : ` A disc is a test that passed, ${shapes.join(', ')}.`;
}

function What({ mark: { by, verdict, record } }: { readonly mark: RestoreMark }) {
  if (record === null || verdict === null) return by === 'hand' ? 'restore by hand' : 'restore test';
  return (
    <>
      <a href={recordPath(record)}>restore test</a>, {WORDS[verdict]}
    </>
  );
}

function Restores({ history: { marks, target }, layout }: { readonly history: RestoreHistory; readonly layout: Layout }) {
  const frame: Frame = { left: 62, right: layout.width - 8, top: 10, bottom: HEIGHT - 24 };
  const longest = Math.max(target, ...marks.map(({ took }) => took));
  const [unit, name] = longest > 3 * HOUR ? ([HOUR, 'h'] as const) : ([MINUTE, 'min'] as const);
  const scale = timeScale(marks[0]?.endedAt ?? 0, marks.at(-1)?.endedAt ?? 0, { left: frame.left + 8, right: frame.right - 8 });
  const y = scaleLinear([0, (longest / unit) * 1.1], [frame.bottom, frame.top]);
  const goal = round(y(target / unit));
  return (
    <>
      <ValueAxis frame={frame} ticks={y.ticks(4).map((tick) => ({ y: y(tick), words: `${tick} ${name}` }))} />
      <line className="target" x1={frame.left} x2={frame.right} y1={goal} y2={goal} />
      <text x={frame.right} y={goal - 5} textAnchor="end">
        RTO {spell(target)}
      </text>
      <TimeAxis scale={scale} frame={frame} narrow={layout.narrow} />
      {marks.map(({ endedAt, took, verdict }) => (
        <Mark key={endedAt} verdict={verdict} x={round(scale(endedAt))} y={round(y(took / unit))} />
      ))}
    </>
  );
}

/** Verdicts differ by shape and not by colour alone: a cross, a ring, a disc. */
function Mark({ verdict, x, y }: Pick<RestoreMark, 'verdict'> & { readonly x: number; readonly y: number }) {
  const common = { 'data-mark': 'restore', 'data-verdict': verdict ?? 'by-hand', className: 'restore' };
  if (verdict === 'failed') return <path {...common} d={`M${round(x - 4.5)} ${round(y - 4.5)}l9 9m0 -9l-9 9`} />;
  return <circle {...common} cx={x} cy={y} r="4.5" />;
}
