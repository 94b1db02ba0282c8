import type { Duration } from '../../domain/time.ts';

/** The base with the fields that are given; a field that is undefined keeps its value. */
export function override<T extends object>(base: T, given: { readonly [K in keyof T]?: T[K] | undefined } | undefined): T {
  return { ...base, ...Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) };
}

/** A number of hours, days or another unit, as milliseconds; undefined stays undefined. */
export function times(count: number | undefined, unit: Duration): number | undefined {
  return count === undefined ? undefined : count * unit;
}

export function fractionOf(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / 100;
}
