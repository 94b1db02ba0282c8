import { MINUTE, type Duration, type Instant } from '../domain/time.ts';

/** Who holds the lease, from when to when by that process's clock, and who held it before without ending it. */
export type Lease = { readonly owner: string; readonly takenAt: Instant; readonly until: Instant; readonly tookOver?: string };

/** How far two machines' clocks may differ. A lease that was taken further in the future was left by a clock that was set back, and is ignored. */
export const LEASE_SKEW: Duration = MINUTE;

/** True if the lease keeps `owner` from taking it at `now`. The script `LEASE` in kv/lua-scripts.ts has the same rules. */
export function keepsAway(lease: Lease, owner: string, now: Instant): boolean {
  return lease.owner !== owner && now < lease.until && lease.takenAt <= now + LEASE_SKEW;
}

/** From whom `owner` takes the lease over. An owner that asks again, because the first answer was lost, gets the same predecessor. */
export function predecessor(lease: Lease | null, owner: string): string | undefined {
  return lease?.owner === owner ? lease.tookOver : lease?.owner;
}
