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
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** As `iso`, but null stays null. */
export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

/** "3 d 4 h", "2 h 5 min", "40 s": the two largest units, rounded down, for people. */
export function spell(duration: Duration): string {
  const left = Math.max(0, Math.floor(Math.abs(duration) / SECOND));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(left / 86_400), 'd'],
    [Math.floor((left % 86_400) / 3_600), 'h'],
    [Math.floor((left % 3_600) / 60), 'min'],
    [left % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}
