/** A moment in milliseconds since 1970-01-01 UTC. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Duration = number;

/** From the one moment to the other, both included; null: without an end on that side. */
export type Period = { readonly from: Instant | null; readonly to: Instant | null };

export const ALWAYS: Period = { from: null, to: null };

export function isWithin(at: Instant, { from, to }: Period): boolean {
  return (from === null || at >= from) && (to === null || at <= to);
}

/** Calls `act` once after the duration, unless the returned function is called before. */
export type Timer = (after: Duration, act: () => void) => () => void;

export const SECOND: Duration = 1_000;
export const MINUTE: Duration = 60 * SECOND;
export const HOUR: Duration = 60 * MINUTE;
export const DAY: Duration = 24 * HOUR;

/**
 * So far two machines' clocks may differ without anybody having to act (docs/contract.md, clause 16). Events that two of them report within this time of
 * each other may have happened in the other order.
 */
export const CLOCKS_DIFFER: Duration = 10 * MINUTE;

/** Moments that were written lately: a page writes the same few hundred times, at every request. */
const written = new Map<Instant, string>();
const WRITTEN_AT_MOST = 500;

/** ISO 8601 in UTC without milliseconds, as the JSON and every recorded text write a moment; people read it as `short` writes it. */
export function iso(at: Instant): string {
  const known = written.get(at);
  if (known !== undefined) return known;
  const text = `${new Date(at).toISOString().slice(0, -5)}Z`;
  if (written.size >= WRITTEN_AT_MOST) written.clear();
  written.set(at, text);
  return text;
}

export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "13:42Z"; "28 Nov 13:42Z" if it is not the day of `now` in UTC, "28 Nov 2025 13:42Z" if not its year. */
export function short(at: Instant, now: Instant): string {
  const [moment, today] = [iso(at), iso(now)];
  const time = `${moment.slice(11, 16)}Z`;
  return moment.slice(0, 10) === today.slice(0, 10) ? time : `${shortDay(moment, today)} ${time}`;
}

function shortDay(moment: string, today: string): string {
  const day = `${Number(moment.slice(8, 10))} ${MONTHS[Number(moment.slice(5, 7)) - 1]}`;
  return moment.slice(0, 4) === today.slice(0, 4) ? day : `${day} ${moment.slice(0, 4)}`;
}

/** "28 Nov 2026": the day in UTC, for recorded texts, which are read in other years too. */
export function dayInWords(at: Instant): string {
  return shortDay(iso(at), '');
}

/**
 * Text for people: each ISO moment in it as `short` writes it. Recorded texts have ISO moments, since a day later "13:42Z" would mean another
 * moment.
 */
export function withShortTimes(text: string, now: Instant): string {
  return inShort(text, now)
    .map((part) => (typeof part === 'string' ? part : part.words))
    .join('');
}

/** Text in parts, each moment in it with the words for it. Of a span that began on another day, an end today says so: "6 Sep 08:40Z to today 08:40Z". */
export function inShort(text: string, now: Instant): readonly (string | { readonly at: Instant; readonly words: string })[] {
  const parts = splitAtMoments(text);
  return parts.map((part, place) => {
    if (typeof part === 'string') return part;
    const words = short(part.at, now);
    const [from, link] = [parts[place - 2], parts[place - 1]];
    const endsSpan = typeof from === 'object' && (link === ' to ' || link === ' and ') && short(from.at, now).includes(' ');
    return { at: part.at, words: endsSpan && !words.includes(' ') ? `today ${words}` : words };
  });
}

/** The text in parts: its ISO moments, and what stands between them. */
export function splitAtMoments(text: string): readonly (string | { readonly at: Instant })[] {
  return text.split(/(\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)/).map((part, index) => {
    const at = index % 2 === 1 ? Date.parse(part) : Number.NaN;
    return Number.isNaN(at) ? part : { at };
  });
}

/** `T` as JSON writes it: these of its moments in ISO 8601. */
export type InIso<T, Moments extends keyof T> = {
  readonly [Key in keyof T]: Key extends Moments ? string | Extract<T[Key], null> : T[Key];
};

/** Days are counted from here on: the plan says "24 h", and "30 h" is compared with that more easily than "1 d 6 h". */
const IN_DAYS_FROM = 48 * 3_600;

/** "3 d 4 h", "30 h", "2 h 5 min", "40 s": the two largest units, rounded down; what is negative, because clocks differ, is "0 s". */
export function spell(duration: Duration): string {
  const left = Math.max(0, Math.floor(duration / SECOND));
  const days = left < IN_DAYS_FROM ? 0 : Math.floor(left / 86_400);
  const hours = Math.floor((left - days * 86_400) / 3_600);
  const [minutes, seconds] = [Math.floor((left % 3_600) / 60), left % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return seconds > 0 ? `${minutes} min ${seconds} s` : `${minutes} min`;
  return `${seconds} s`;
}

/** In whole minutes from one minute on: seconds are of no use to people, and would change at every reload of the page. */
export function spellMinutes(duration: Duration): string {
  return spell(duration < MINUTE ? duration : Math.floor(duration / MINUTE) * MINUTE);
}

const UNITS: Readonly<Record<string, Duration>> = { m: MINUTE, min: MINUTE, h: HOUR, d: DAY };

/** Parses "90m", "2h" or "3d"; null for anything else. */
export function parseDuration(text: string): Duration | null {
  const [, count, unit] = /^(\d{1,5}) ?(m|min|h|d)$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return factor === undefined || count === undefined || Number(count) === 0 ? null : Number(count) * factor;
}

const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** From here on a year has five digits in ISO 8601, and nothing reads them again. */
const YEAR_10000: Instant = Date.UTC(10_000, 0);

/** Parses an ISO 8601 moment with its time zone, "2026-11-30T08:00:00Z"; null for anything else, and for a day that the calendar does not have. */
export function parseMoment(text: string): Instant | null {
  const [, day] = MOMENT.exec(text) ?? [];
  const at = Date.parse(text);
  // The runtime takes 30 February for 2 March.
  const isDay = day !== undefined && new Date(`${day}T00:00:00Z`).getTime() >= 0 && iso(Date.parse(`${day}T00:00:00Z`)).startsWith(day);
  return isDay && at >= 0 && at < YEAR_10000 ? at : null;
}

/** As `parseMoment`; a day, as 2026-11-30, stands for its first millisecond in UTC, or its last. */
export function parseDayOrMoment(text: string, end: 'first' | 'last'): Instant | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return parseMoment(text);
  const day = parseMoment(`${text}T00:00:00Z`);
  return day === null || end === 'first' ? day : day + DAY - 1;
}
