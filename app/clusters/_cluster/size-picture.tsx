import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { iso } from '../../../lib/domain/time.ts';
import type { SizeHistory } from '../../../lib/render/cluster/measured-history.ts';
import { Moment } from '../../_parts/moment.tsx';
import { type Frame, round, TimeAxis, timeScale, ValueAxis } from './axes.tsx';
import { type Layout, Picture } from './picture.tsx';

const HEIGHT = 180;

/** Sizes of recovery points, with the size that the newest is compared with and the band outside of which a change is reported. */
export function SizePicture({ history, now }: { readonly history: SizeHistory; readonly now: string }) {
  const { sizes, baseline } = history;
  const band =
    baseline === null
      ? ''
      : ` The band, ${bytesInWords(baseline.low)} to ${bytesInWords(baseline.high)}, is what is in line with ${bytesInWords(baseline.bytes)}.`;
  return (
    <section aria-labelledby="sizes">
      <h2 id="sizes">Sizes</h2>
      <Picture
        id="sizes"
        caption={`Size of each recovery point that is remembered.${band}`}
        height={HEIGHT}
        draw={(layout) => <Sizes history={history} layout={layout} />}
        columns={['Data of', 'Size', 'Still listed']}
        rows={sizes.map(({ at, bytes, listed }) => [
          <Moment key="at" at={iso(at)} now={now} />,
          bytesInWords(bytes),
          listed ? 'yes' : 'no',
        ])}
      />
    </section>
  );
}

function Sizes({ history: { sizes, baseline }, layout }: { readonly history: SizeHistory; readonly layout: Layout }) {
  const frame: Frame = { left: 62, right: layout.width - 8, top: 10, bottom: HEIGHT - 24 };
  const most = Math.max(1, baseline?.high ?? 0, ...sizes.map(({ bytes }) => bytes));
  const scale = timeScale(sizes[0]?.at ?? 0, sizes.at(-1)?.at ?? 0, frame);
  const y = scaleLinear([0, most * 1.05], [frame.bottom, frame.top]);
  const path = line<(typeof sizes)[number]>()
    .x(({ at }) => scale(at))
    .y(({ bytes }) => y(bytes))
    .digits(1);
  return (
    <>
      {baseline !== null && (
        <>
          <rect
            className="band"
            x={frame.left}
            width={frame.right - frame.left}
            y={round(y(baseline.high))}
            height={round(y(baseline.low) - y(baseline.high))}
          />
          <line className="baseline" x1={frame.left} x2={frame.right} y1={round(y(baseline.bytes))} y2={round(y(baseline.bytes))} />
        </>
      )}
      <ValueAxis frame={frame} ticks={y.ticks(4).map((tick) => ({ y: y(tick), words: bytesInWords(tick) }))} />
      <TimeAxis scale={scale} frame={frame} narrow={layout.narrow} />
      <path className="curve" d={path([...sizes]) ?? ''} />
      {sizes.map(({ at, bytes, listed }) => (
        <circle key={at} data-mark="size" className={listed ? 'dot' : 'dot gone'} cx={round(scale(at))} cy={round(y(bytes))} r="2.5" />
      ))}
    </>
  );
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** "10.7 GB": three digits, in powers of a thousand as the check of sizes says them. */
export function bytesInWords(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1_000 ** power).toPrecision(3))} ${UNITS[power]}`;
}
