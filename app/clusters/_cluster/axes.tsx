import { scaleUtc } from 'd3-scale';
import type { Instant } from '../../../lib/domain/time.ts';
import { labelsApart, valuesApart } from './axis-labels.ts';
import type { Layout } from './picture.tsx';

export type Frame = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

/** The place of each moment between the two edges. One moment alone gets a day on each side, or it would have no place. */
export function timeScale(from: Instant, to: Instant, { left, right }: Pick<Frame, 'left' | 'right'>) {
  const room = to > from ? 0 : 86_400_000;
  return scaleUtc([new Date(from - room), new Date(to + room)], [left, right]);
}

type TimeScale = ReturnType<typeof timeScale>;

/** Days below the picture: "13 Nov", with the year where the axis is longer than one. */
export function TimeAxis({ scale, frame, narrow }: { readonly scale: TimeScale; readonly frame: Frame } & Pick<Layout, 'narrow'>) {
  const [from = new Date(0), to = new Date(0)] = scale.domain();
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  const ticks = scale.ticks(days < 5 ? (narrow ? 2 : 4) : narrow ? 3 : 7);
  const isByDay = ticks.every((tick) => tick.getTime() % 86_400_000 === 0);
  const format = scale.tickFormat(7, days > 300 ? '%b %y' : isByDay ? '%-d %b' : '%-d %b %H:%M');
  return (
    <g className="axis">
      <line x1={frame.left} x2={frame.right} y1={frame.bottom} y2={frame.bottom} />
      {ticks.map((tick) => {
        const x = round(scale(tick));
        return <line key={x} x1={x} x2={x} y1={frame.bottom} y2={frame.bottom + 4} />;
      })}
      {labelsApart(
        ticks.map((tick) => ({ x: round(scale(tick)), words: format(tick) })),
        frame,
      ).map(({ x, words, anchor }) => (
        <text key={x} x={x} y={frame.bottom + 17} textAnchor={anchor}>
          {words}
        </text>
      ))}
    </g>
  );
}

type ValueTick = { readonly y: number; readonly words: string };

/** Values on the left from the lowest up, each with a line across. */
export function ValueAxis({ ticks, frame }: { readonly ticks: readonly ValueTick[]; readonly frame: Frame }) {
  return (
    <g className="axis">
      {valuesApart(ticks).map(({ y, words }) => (
        <g key={words}>
          <line className="grid" x1={frame.left} x2={frame.right} y1={round(y)} y2={round(y)} />
          <text x={frame.left - 6} y={round(y) + 4} textAnchor="end">
            {words}
          </text>
        </g>
      ))}
    </g>
  );
}

/** A tenth of a unit is finer than any screen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
