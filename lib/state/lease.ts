import { MINUTE, type Duration, type Instant } from '../domain/time.ts';

/** Who works, since when and until when, by the clock of the one who took it; and who had it before and never ended it. */
export type Lease = { readonly owner: string; readonly takenAt: Instant; readonly until: Instant; readonly tookOver?: string };

/** How far two machines' clocks may differ before a lease from the future is taken for one left by a clock that stepped back. */
export const LEASE_SKEW: Duration = MINUTE;

/** True where the lease keeps `owner` away at `now`. The script in `scripts.ts` says the same in Lua. */
export function keepsAway(lease: Lease, owner: string, now: Instant): boolean {
  return lease.owner !== owner && now < lease.until && lease.takenAt <= now + LEASE_SKEW;
}

/** Whom `owner` takes it over from. One that asks again, since the first answer was lost, is told the same. The script says this too. */
export function predecessor(lease: Lease | null, owner: string): string | undefined {
  return lease?.owner === owner ? lease.tookOver : lease?.owner;
}
