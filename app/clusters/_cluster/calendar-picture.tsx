import { iso } from '../../../lib/domain/time.ts';
import type { CalendarDay, CalendarRun, DayCalendar } from '../../../lib/render/cluster/day-calendar.ts';
import { type Layout, Picture } from './picture.tsx';

const ROW = 17;
const TOP = 18;
const LEFT = 46;
const DAYS = 31;
const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Twelve months, a row each and a cell a day. */
export function CalendarPicture({ calendar }: { readonly calendar: DayCalendar }) {
  return (
    <section aria-labelledby="calendar">
      <h2 id="calendar">Twelve months</h2>
      <Picture
        id="calendar"
        caption={`Each day of the last twelve months: filled if it has recovery points, struck through by a gap of PITR, hatched where nobody watched, with a diamond where a restore test proved it. Watched since ${iso(calendar.since).slice(0, 10)}; of days before, only the points are known that the first check found.`}
        height={TOP + calendar.months.length * ROW + 2}
        draw={(layout) => <Months calendar={calendar} layout={layout} />}
        columns={['Days', 'Points a day', 'Proven', 'Gap of PITR', 'Unwatched']}
        rows={calendar.runs.map((run) => rowOf(run))}
      />
    </section>
  );
}

function rowOf({ from, to, points, proven, gap, unwatched, before }: CalendarRun) {
  const days = from === to ? dayInWords(from) : `${dayInWords(from)} – ${dayInWords(to)}`;
  const hours = before ? 'not watched yet' : unwatched === 0 ? '–' : `${unwatched} h`;
  return [days, points === 63 ? '63 or more' : points, proven ? 'yes' : '–', gap ? 'yes' : '–', hours];
}

function dayInWords(day: number): string {
  return iso(day * DAY_MS).slice(0, 10);
}

function Months({ calendar, layout }: { readonly calendar: DayCalendar; readonly layout: Layout & { readonly hatch: string } }) {
  const size = (layout.width - LEFT - 2) / DAYS;
  return (
    <>
      {[1, 8, 15, 22, 29].map((day) => (
        <text key={day} x={LEFT + (day - 0.5) * size} y="12" textAnchor="middle">
          {day}
        </text>
      ))}
      {calendar.months.map(({ year, month, days }, row) => (
        <g key={`${year} ${month}`}>
          <text x={LEFT - 6} y={TOP + row * ROW + 12} textAnchor="end">
            {MONTHS[month]} {month === 0 || row === 0 ? String(year).slice(2) : ''}
          </text>
          {days.map((day, index) => (
            <Cell
              key={day.day}
              day={day}
              x={Math.round((LEFT + index * size) * 10) / 10}
              y={TOP + row * ROW}
              width={Math.round((size - 1.5) * 10) / 10}
              hatch={layout.hatch}
            />
          ))}
        </g>
      ))}
    </>
  );
}

type CellProperties = { readonly day: CalendarDay; readonly x: number; readonly y: number; readonly width: number; readonly hatch: string };

function Cell({ day, x, y, width, hatch }: CellProperties) {
  const height = ROW - 3;
  const [middle, centre] = [Math.round((x + width / 2) * 10) / 10, y + height / 2];
  return (
    <>
      <rect data-mark="day" className={classOf(day)} x={x} y={y} width={width} height={height} />
      {day.unwatched > 0 && <rect className="unwatched" fill={`url(#${hatch})`} x={x} y={y} width={width} height={height} />}
      {day.gap && <path className="gap-line" d={`M${x} ${y + height}L${Math.round((x + width) * 10) / 10} ${y}`} />}
      {day.proven && <path className="proven" d={`M${middle} ${centre - 4}l4 4l-4 4l-4 -4z`} />}
    </>
  );
}

function classOf({ points, before, gap, unwatched }: CalendarDay): string {
  const flags = [before && 'before', unwatched > 0 && 'blind', gap && 'gap'].filter((flag) => flag !== false);
  return ['day', points === 0 ? 'without' : 'with', ...flags].join(' ');
}
