import { scaleSqrt } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { iso } from '../../../lib/domain/time.ts';
import type { Forecast, ForecastDay } from '../../../lib/render/cluster/points-forecast.ts';
import { Moment } from '../../_parts/moment.tsx';
import { type Frame, TimeAxis, timeScale, ValueAxis } from './axes.tsx';
import { type Layout, Picture } from './picture.tsx';

const HEIGHT = 190;
const DAY_MS = 86_400_000;
/** Days that people think in. */
const STEPS = [1, 7, 30, 90, 365, 1_095, 3_650];

type Properties = { readonly forecast: Forecast; readonly withoutSchedule: boolean; readonly now: string };

/** How far back one can go on a future day, by kind: the retention function. */
export function ForecastPicture({ forecast, withoutSchedule, now }: Properties) {
  const source = withoutSchedule
    ? 'of the points that exist now, since the schedule is not known'
    : 'by the points that exist and the schedule as it is';
  return (
    <>
      <h3>What will exist on which day</h3>
      <Picture
        id="forecast"
        caption={`How many days back the oldest recovery point of each kind reaches on each third day of the next 90, ${source}.`}
        height={HEIGHT}
        draw={(layout) => <Lines forecast={forecast} layout={layout} />}
        legend={<Legend kinds={forecast.kinds} />}
        columns={['At the end of', 'Points', ...forecast.kinds.map((kind) => `Oldest ${kind}`)]}
        rows={forecast.days.map(({ day, count, reach }) => [
          <Day key="day" at={day} now={now} />,
          count,
          ...reach.map((length) => (length === null ? 'none' : `${daysIn(length)} d back`)),
        ])}
      />
    </>
  );
}

function Legend({ kinds }: Pick<Forecast, 'kinds'>) {
  return (
    <ul className="legend">
      {kinds.map((kind, index) => (
        <li key={kind}>
          <svg viewBox="0 0 34 8" aria-hidden="true">
            <path className="reach" data-line={index % 6} d="M0 4h34" />
          </svg>
          {kind}
        </li>
      ))}
    </ul>
  );
}

function Day({ at, now }: { readonly at: number; readonly now: string }) {
  return <Moment at={iso(at + DAY_MS - 60_000)} now={now} />;
}

function daysIn(length: number): number {
  return Math.floor(length / DAY_MS);
}

function Lines({ forecast, layout }: { readonly forecast: Forecast; readonly layout: Layout }) {
  const { days, kinds } = forecast;
  const frame: Frame = { left: 56, right: layout.width - 8, top: 12, bottom: HEIGHT - 24 };
  const most = Math.max(1, ...days.flatMap(({ reach }) => reach.map((length) => daysIn(length ?? 0))));
  const scale = timeScale(days[0]?.day ?? 0, days.at(-1)?.day ?? 0, frame);
  const y = scaleSqrt([0, most * 1.08], [frame.bottom, frame.top]);
  return (
    <>
      <ValueAxis
        frame={frame}
        ticks={[0, ...STEPS.filter((step) => step <= most * 1.08)].map((step) => ({ y: y(step), words: `${step} d` }))}
      />
      <TimeAxis scale={scale} frame={frame} narrow={layout.narrow} />
      {kinds.map((kind, index) => {
        const path = line<ForecastDay>()
          .defined(({ reach }) => (reach[index] ?? null) !== null)
          .x(({ day }) => scale(day))
          .y(({ reach }) => y(daysIn(reach[index] ?? 0)))
          .curve(curveStepAfter)
          .digits(1);
        return <path key={kind} className="reach" data-line={index % 6} d={path([...days]) ?? ''} />;
      })}
    </>
  );
}
