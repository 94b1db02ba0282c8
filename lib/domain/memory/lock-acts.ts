import type { EventBatch } from '../facts/facts.ts';
import type { ProjectMemory } from './memory.ts';
import type { Act } from './who-did-it.ts';
import { CLOCKS_DIFFER, DAY, type Duration, HOUR, type Instant } from '../time.ts';

/** Steps towards a Backup Compliance Policy that no longer protects the project's backups (docs/contract.md, clause 10). */
const WEAKENING: ReadonlySet<string> = new Set([
  'CPS_DATA_PROTECTION_DISABLE_REQUESTED',
  'CPS_DATA_PROTECTION_APPROVED_FOR_DISABLEMENT',
  'CPS_DATA_PROTECTION_DISABLED',
]);
const ENABLED = 'CPS_DATA_PROTECTION_ENABLED';

/** How long such a step is reported (docs/contract.md, clause 10). */
const REPORTED_FOR: Duration = 3 * DAY;

/** An event may appear so late (docs/contract.md, clause 16). An older one that is read is known, or was read because the restore window grew. */
const SHOWN_WITHIN: Duration = 7 * HOUR + CLOCKS_DIFFER;

/** Such a step, and the start of the check that first saw it. */
export type LockAct = Pick<Act, 'id' | 'type' | 'at' | 'actor'> & { readonly seenAt: Instant };

type Lock = ProjectMemory['lock'];

/**
 * Pure: the steps that are still to be reported: until the policy is enabled again, or 72 h after the check that first saw the step, so that a monitor
 * that was down for a week reports it too.
 */
export function foldLock({ lock, events }: Pick<ProjectMemory, 'lock' | 'events'>, batch: EventBatch | null, now: Instant): Lock {
  const acts = lock?.acts ?? [];
  const isKnown = new Set(acts.map(({ id }) => id));
  const readFrom = events === null ? Number.NEGATIVE_INFINITY : events.until - SHOWN_WITHIN;
  const recent = (batch?.events ?? []).filter(({ type, at }) => at >= readFrom && (type === ENABLED || WEAKENING.has(type)));
  if (lock === undefined && recent.length === 0) return undefined;
  const enabledAt = Math.max(lock?.enabledAt ?? 0, ...recent.filter(({ type }) => type === ENABLED).map(({ at }) => at));
  const added = recent.filter(({ type, id }) => type !== ENABLED && !isKnown.has(id));
  const kept = [...acts, ...added.map(({ id, type, at, actor }) => ({ id, type, at, actor, seenAt: now }))]
    .filter(({ at, seenAt }) => at >= enabledAt && now - seenAt <= REPORTED_FOR)
    .toSorted((a, b) => a.at - b.at);
  if (lock === undefined && kept.length === 0) return undefined;
  // Of steps that only time has ended it is not true that the policy was enabled again, even if it was at some time before them.
  const isReported = kept.length === 0 && [...acts, ...added].some(({ at }) => at >= enabledAt);
  return { acts: kept, enabledAt: enabledAt === 0 || isReported ? null : enabledAt };
}
