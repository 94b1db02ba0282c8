import { iso } from '../../../lib/domain/time.ts';
import type { CalendarDay, CalendarRun, DayCalendar } from '../../../lib/render/cluster/day-calendar.ts';
import { round } from './axes.tsx';
import { type Layout, Picture } from './picture.tsx';

const ROW = 17;
const TOP = 18;
const LEFT = 56;
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
        caption={`Each day of the last twelve months: filled if it has recovery points, struck through by a gap of PITR, hatched where nobody watched, with a diamond where a restore test proved it. Watched since ${iso(calendar.since).slice(0, 10)}; of days before, only the points are known that the first check found.${provenWords(calendar)}`}
        height={TOP + calendar.months.length * ROW + 2}
        draw={(layout) => <Months calendar={calendar} layout={layout} />}
        columns={['Days', 'Points a day', 'Proven', 'Gap of PITR', 'Unwatched']}
        rows={calendar.runs.map((run) => rowOf(run))}
      />
    </section>
  );
}

/** Where the log of restore tests was not read to its end, a day without a mark may have been proven. */
function provenWords({ provenFrom }: DayCalendar): string {
  return provenFrom === null
    ? ''
    : ` Restore tests were read back to ${iso(provenFrom).slice(0, 10)}; what earlier ones proved is not marked.`;
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
      {calendar.months.map(({ year, month }, row) => (
        <text key={`${year} ${month}`} x={LEFT - 6} y={TOP + row * ROW + 12} textAnchor="end">
          {MONTHS[month]} {month === 0 || row === 0 ? String(year).slice(2) : ''}
        </text>
      ))}
      <Cells cells={cellsOf(calendar, size)} hatch={layout.hatch} />
    </>
  );
}

type Cell = { readonly day: CalendarDay; readonly x: number; readonly y: number; readonly width: number };

function cellsOf({ months }: DayCalendar, size: number): readonly Cell[] {
  const width = round(size - 1.5);
  return months.flatMap(({ days }, row) => days.map((day, index) => ({ day, x: round(LEFT + index * size), y: TOP + row * ROW, width })));
}

/** Days that are alike are one path: an element for each of some 360 days, twice, would be most of the page. */
function Cells({ cells, hatch }: { readonly cells: readonly Cell[]; readonly hatch: string }) {
  const alike = [...Map.groupBy(cells, ({ day }) => classOf(day))];
  const drawn = (of: (day: CalendarDay) => boolean, shape: (cell: Cell) => string): string =>
    cells.flatMap((cell) => (of(cell.day) ? [shape(cell)] : [])).join('');
  return (
    <>
      {alike.map(([name, group]) => (
        <path key={name} data-mark="day" className={name} d={group.map((cell) => square(cell)).join('')} />
      ))}
      <path className="unwatched" fill={`url(#${hatch})`} d={drawn(({ unwatched }) => unwatched > 0, square)} />
      <path className="gap-line" d={drawn(({ gap }) => gap, slash)} />
      <path className="proven" d={drawn(({ proven }) => proven, diamond)} />
    </>
  );
}

const HEIGHT = ROW - 3;

function square({ x, y, width }: Cell): string {
  return `M${x} ${y}h${width}v${HEIGHT}h-${width}z`;
}

function slash({ x, y, width }: Cell): string {
  return `M${x} ${y + HEIGHT}L${round(x + width)} ${y}`;
}

function diamond({ x, y, width }: Cell): string {
  return `M${round(x + width / 2)} ${y + HEIGHT / 2 - 4}l4 4l-4 4l-4 -4z`;
}

function classOf({ points, before, gap, unwatched }: CalendarDay): string {
  const flags = [before && 'before', unwatched > 0 && 'blind', gap && 'gap'].filter((flag) => flag !== false);
  return ['day', points === 0 ? 'without' : 'with', ...flags].join(' ');
}
