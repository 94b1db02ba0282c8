import type { PagerDutyState } from './alerts/channels/pagerduty-api.ts';
import type { Head } from './domain/head.ts';
import { keysToCompare, putRight } from './pagerduty-sync.ts';
import { contextOf, type Parts } from './parts.ts';

/** Part of a run's budget that PagerDuty's answers may take. */
const SHARE = 0.2;

/** A change of a head by what PagerDuty shows of our pages; null where there is nothing to ask, or no API token to ask with. */
export type Comparison = ((head: Head) => Head) | null;

/** With an API token, asks PagerDuty about what it holds of ours. One that does not answer changes nothing. Never throws. */
export async function comparedWithPagerDuty(head: Head, parts: Parts): Promise<Comparison> {
  const keys = parts.pagerduty ? keysToCompare(head, parts.now()) : [];
  if (keys.length === 0 || !parts.pagerduty) return null;
  const nothing: ReadonlyMap<string, PagerDutyState | null> = new Map();
  const states = await parts.pagerduty(keys, AbortSignal.timeout(Math.floor(parts.runBudgetMs * SHARE))).catch(() => nothing);
  return (current) => putRight(current, states, contextOf(parts, parts.now(), current));
}
