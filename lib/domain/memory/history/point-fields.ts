import type { PolicyItem } from '../../facts/facts.ts';
import { MINUTE } from '../../time.ts';
import type { RecoveryPoint } from '../held/recovery-points.ts';

export const KINDS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand'] as const satisfies readonly PolicyItem['frequency'][];

/** An expiry that Atlas did not tell. */
export const MOST_MINUTES = 2 ** 24 - 1;
/** Traits: seven bits of regions, then three of kind, then these two. */
const MOST_REGIONS = 7;
export const KIND = 2 ** MOST_REGIONS;
export const COPIES_KNOWN = 2 ** 10;
export const GONE = 2 ** 11;

/** From creation to expiry. */
export function keptMinutes({ createdAt, expiresAt }: RecoveryPoint): number {
  if (expiresAt === null) return MOST_MINUTES;
  return Math.min(MOST_MINUTES - 1, Math.max(0, Math.floor(expiresAt / MINUTE) - Math.floor(createdAt / MINUTE)));
}

/** The kind of a point, and which of these regions hold a copy. */
export function traitsOf({ type, frequency, copyRegions }: RecoveryPoint, regions: readonly string[]): number {
  const kind = type === 'onDemand' ? 'ondemand' : (frequency ?? null);
  let traits = (kind === null ? KINDS.length : KINDS.indexOf(kind)) * KIND + (copyRegions === null ? 0 : COPIES_KNOWN);
  if (regions.length === 0) return traits;
  for (const region of copyRegions ?? []) {
    const bit = regions.indexOf(region);
    if (bit >= 0) traits |= 1 << bit;
  }
  return traits;
}

const NO_REGIONS: readonly string[] = [];

/** The regions that hold copies, in the order of their names. */
export function regionsOf(points: readonly RecoveryPoint[]): readonly string[] {
  let regions: Set<string> | null = null;
  for (const { copyRegions } of points) if (copyRegions) for (const region of copyRegions) (regions ??= new Set()).add(region);
  return regions === null ? NO_REGIONS : [...regions].toSorted().slice(0, MOST_REGIONS);
}

/** In minutes since 1970. */
export function minuteOf({ createdAt }: RecoveryPoint): number {
  return Math.max(0, Math.floor(createdAt / MINUTE));
}
