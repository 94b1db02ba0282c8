import { iso } from '../../../lib/domain/time.ts';
import type { Ribbon, RibbonMark } from '../../../lib/render/cluster/ribbon.ts';
import { Moment } from '../../_parts/moment.tsx';
import { type Frame, round, TimeAxis, timeScale } from './axes.tsx';
import { Picture, type Layout } from './picture.tsx';

const LANE = 24;
const BAR = 12;
const TOP = 4;
const AXIS = 24;
/** A break of minutes in a week would be thinner than a pixel. */
const THINNEST = 3;

/** What can be restored: PITR's window with its breaks, points by kind, proven points, and times that nobody watched, on one axis. */
export function RibbonPicture({ ribbon, now }: { readonly ribbon: Ribbon; readonly now: string }) {
  const bottom = TOP + ribbon.lanes.length * LANE;
  const older =
    ribbon.older === 0
      ? ''
      : ` ${ribbon.older === 1 ? '1 older point is' : `${ribbon.older} older points are`} in the table of recovery points.`;
  return (
    <Picture
      id="ribbon"
      caption={`What can be restored, from ${iso(ribbon.from).slice(0, 10)} to now: PITR’s window with its breaks, the recovery points by kind, what was proven, and hatched what nobody watched.${older}`}
      height={bottom + AXIS}
      draw={(layout) => <Lanes ribbon={ribbon} layout={layout} bottom={bottom} />}
      columns={['From', 'To', 'What']}
      rows={ribbon.marks.map(({ from, to, what }) => [
        <Moment key="from" at={iso(from)} now={now} />,
        to === null ? '–' : <Moment key="to" at={iso(to)} now={now} />,
        what,
      ])}
    />
  );
}

type LanesProperties = { readonly ribbon: Ribbon; readonly layout: Layout & { readonly hatch: string }; readonly bottom: number };

function Lanes({ ribbon, layout, bottom }: LanesProperties) {
  const frame: Frame = { left: 84, right: layout.width - 8, top: TOP, bottom };
  const scale = timeScale(ribbon.from, ribbon.to, frame);
  const laneTop = (lane: RibbonMark['lane']): number => TOP + ribbon.lanes.findIndex((one) => one === lane) * LANE;
  return (
    <>
      {ribbon.lanes.map((lane) => (
        <g key={lane} className="lane">
          <text x={frame.left - 8} y={laneTop(lane) + 16} textAnchor="end">
            {lane}
          </text>
          <line x1={frame.left} x2={frame.right} y1={laneTop(lane) + 12} y2={laneTop(lane) + 12} />
        </g>
      ))}
      {inLayers(ribbon.marks).map((mark) => {
        const x = round(scale(mark.from));
        const end = mark.to === null ? x : round(scale(mark.to));
        const width = Math.max(THINNEST, round(end - x));
        return (
          <Mark
            key={`${mark.lane} ${mark.kind} ${mark.from}`}
            mark={mark}
            x={Math.min(x, frame.right - 1)}
            width={width}
            top={laneTop(mark.lane)}
            frame={frame}
            hatch={layout.hatch}
          />
        );
      })}
      <TimeAxis scale={scale} frame={frame} narrow={layout.narrow} />
    </>
  );
}

/** From the lowest layer up: the hatching lies on the window, and what was proven on the hatching. */
const LAYERS: readonly RibbonMark['kind'][] = ['window', 'break', 'unwatched', 'point', 'proven'];

function inLayers(marks: readonly RibbonMark[]): readonly RibbonMark[] {
  return marks.toSorted((one, other) => LAYERS.indexOf(one.kind) - LAYERS.indexOf(other.kind));
}

type MarkProperties = {
  readonly mark: RibbonMark;
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly frame: Frame;
  readonly hatch: string;
};

function Mark({ mark: { kind }, x, width, top, frame, hatch }: MarkProperties) {
  const middle = top + LANE / 2;
  switch (kind) {
    case 'window':
    case 'break':
      return <rect data-mark={kind} className={kind} x={x} y={middle - BAR / 2} width={width} height={BAR} />;
    case 'unwatched':
      return (
        <rect
          data-mark={kind}
          className="unwatched"
          fill={`url(#${hatch})`}
          x={x}
          y={frame.top}
          width={width}
          height={frame.bottom - frame.top}
        />
      );
    case 'point':
      return <rect data-mark={kind} className="point" x={x - 1} y={middle - 8} width="2" height="16" />;
    case 'proven':
      return <path data-mark={kind} className="proven" d={`M${x} ${middle - 7}l7 7l-7 7l-7 -7z`} />;
  }
}
