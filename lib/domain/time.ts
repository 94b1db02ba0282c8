/** A moment: milliseconds since 1970-01-01 UTC. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Duration = number;

/** Calls `act` once after that long, unless what it returns is called before. */
export type Timer = (after: Duration, act: () => void) => () => void;

export const SECOND: Duration = 1_000;
export const MINUTE: Duration = 60 * SECOND;
export const HOUR: Duration = 60 * MINUTE;
export const DAY: Duration = 24 * HOUR;

/** ISO 8601 in UTC without milliseconds, as the page, the JSON and the alerts write every moment. */
export function iso(at: Instant): string {
  const day = Math.floor(at / DAY);
  const seconds = Math.floor((at - day * DAY) / SECOND);
  return `${dateOf(day)}T${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}Z`;
}

/** A run writes thousands of moments of a few hundred days, and V8 takes a microsecond and a half to write one of them. */
const dates = new Map<number, string>();
const DATES_KEPT = 1_000;

function dateOf(day: number): string {
  const kept = dates.get(day);
  if (kept !== undefined) return kept;
  if (dates.size >= DATES_KEPT) dates.clear();
  const text = new Date(day * DAY).toISOString().slice(0, -14);
  dates.set(day, text);
  return text;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** As `iso`, but null stays null. */
export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

/** "3 d 4 h", "2 h 5 min", "40 s": the two largest units, rounded down, for people. */
export function spell(duration: Duration): string {
  const left = Math.max(0, Math.floor(Math.abs(duration) / SECOND));
  const [days, hours] = [Math.floor(left / 86_400), Math.floor((left % 86_400) / 3_600)];
  const [minutes, seconds] = [Math.floor((left % 3_600) / 60), left % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return seconds > 0 ? `${minutes} min ${seconds} s` : `${minutes} min`;
  return `${seconds} s`;
}
