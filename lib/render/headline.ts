import { type Standing, type StandingContext, STANDINGS, standingOf } from '../domain/findings/standing.ts';
import type { IndexedFinding, IndexedRow } from '../domain/findings/indexed-row.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, DeliveryKind, Incident } from '../domain/incidents/incident.ts';
import type { CheckId } from '../domain/policy/policy.ts';
import type { RestorePlan } from '../domain/policy/recovery-plan.ts';
import { isNamed, type TestedSource } from '../domain/recovery/restore-test.ts';
import { DAY, type Instant } from '../domain/time.ts';
import { checksThat } from '../evaluate/checks/registry.ts';
import { visibility } from '../evaluate/checks/visibility.ts';

/** How many clusters stand how to their promise (docs/contract.md, clause 20); `proven`: of all, those with a passed restore within policy. */
export type Headline = Readonly<Record<Standing, number>> & { readonly proven: number };

export type HeadlinePolicy = { readonly restoreTests?: readonly RestorePlan[] };

const NOTIFIED_ONCE = checksThat('notifiedOnce');

/** Pure. `rows`: of `currentIndex` or `currentRows`, so that restore tests that failed since the last check count. */
export function headlineOf(
  head: Head | null,
  rows: readonly IndexedRow[],
  policy: HeadlinePolicy,
  now: Instant,
  standings: ReadonlyMap<string, Standing> = standingsOf(head, rows),
): Headline {
  const proven = provenClusters(head, policy, now);
  const those = proven.size === 0 ? [] : rows.filter(({ clusterId, verdict }) => verdict !== 'exempt' && proven.has(clusterId));
  return { ...countsOf(standings), proven: those.length };
}

type Counts = Readonly<Record<Standing, number>>;

/** Many requests count the same standings of thousands of clusters. */
const counted = new WeakMap<object, Counts>();

function countsOf(standings: ReadonlyMap<string, Standing>): Counts {
  const known = counted.get(standings);
  if (known !== undefined) return known;
  const counts = Object.fromEntries(STANDINGS.map((standing) => [standing, 0])) as Record<Standing, number>; // Proof: STANDINGS are all of them.
  for (const standing of standings.values()) counts[standing] += 1;
  counted.set(standings, counts);
  return counts;
}

/** Checks whose findings change a standing by themselves, also one that is well: the index has to keep them. */
export function countsAlone(check: CheckId): boolean {
  return check === visibility.id || NOTIFIED_ONCE.has(check);
}

/** Pure: by cluster id. `readAt`: when the check that recorded the rows read its facts. */
export function standingsOf(
  head: Head | null,
  rows: readonly IndexedRow[],
  readAt: Instant = head?.lastRun?.startedAt ?? 0,
): ReadonlyMap<string, Standing> {
  const settled = settledSubjects(head);
  // Nearly always nothing is settled, and there are a hundred thousand findings at 6,250 clusters.
  const isSettledOf = (row: IndexedRow): StandingContext['isSettled'] =>
    settled.size === 0 ? never : ({ check }) => settled.has(`${check}|${row.clusterId}`);
  const isBlindness = ({ check }: IndexedFinding): boolean => check === visibility.id;
  return new Map(rows.map((row) => [row.clusterId, standingOf(row, { readAt, isBlindness, isSettled: isSettledOf(row) })]));
}

function never(): boolean {
  return false;
}

/**
 * "1 cannot be restored as promised, 2 at risk, 6 as promised, 1 unknown, 3 exempt; 4 of 10 proven by a restore": the worst first; what counts none is
 * left out.
 */
export function headlineInWords({ kept, atRisk, cannot, unknown, exempt, proven }: Headline): string {
  const promised = kept + atRisk + cannot + unknown;
  if (promised === 0) return exempt === 0 ? 'No cluster is known' : `Nothing is promised: ${exempt} exempt`;
  const counts = [
    [cannot, 'cannot be restored as promised'],
    [atRisk, 'at risk'],
    [kept, 'as promised'],
    [unknown, 'unknown'],
    [exempt, 'exempt'],
  ] as const;
  const named = counts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return `${named.join(', ')}; ${proven === 0 ? 'none' : `${proven} of ${promised}`} proven by a restore`;
}

/** What nobody can repair counts until people were notified of it. */
function settledSubjects(head: Head | null): ReadonlySet<string> {
  const lasting = (head?.incidents ?? []).filter(
    ({ check, state, silencedBy }) => state !== 'resolved' && silencedBy === undefined && NOTIFIED_ONCE.has(check),
  );
  if (lasting.length === 0) return new Set();
  const begun = (head?.deliveries ?? []).filter(({ kind }) => BEGINNINGS.has(kind));
  const byIncident = Map.groupBy(
    begun.flatMap((delivery) => delivery.incidents.map((id) => ({ id, delivery }))),
    ({ id }) => id,
  );
  const notified = lasting.filter((incident) =>
    isNotified(
      incident,
      (byIncident.get(incident.id) ?? []).map(({ delivery }) => delivery),
    ),
  );
  return new Set(notified.map(({ check, resource }) => `${check}|${resource.clusterId}`));
}

/** Somebody has it, or a provider took its newest beginning. What one more recipient is still owed of the same beginning changes nothing. */
function isNotified({ state }: Incident, begun: readonly Delivery[]): boolean {
  if (state === 'acknowledged') return true;
  const newest = Math.max(...begun.map(({ createdAt }) => createdAt));
  return begun.some((delivery) => delivery.createdAt === newest && delivery.state === 'accepted');
}

/** The kinds of messages that say something new of a fault. */
const BEGINNINGS: ReadonlySet<DeliveryKind> = new Set(['trigger', 'update', 'escalate']);

/** Ids of the clusters whose last restore test that came to a verdict passed, within its plan's period and grace. */
function provenClusters(head: Head | null, { restoreTests = [] }: HeadlinePolicy, now: Instant): ReadonlySet<string> {
  const decided = (head?.recovery?.proofs ?? []).filter(({ verdict }) => verdict !== 'could-not-verify');
  const last = new Map(decided.toSorted((a, b) => a.endedAt - b.endedAt).map((proof) => [proof.source.clusterId, proof]));
  const passed = [...last.values()].filter(({ verdict }) => verdict === 'passed');
  const recent = passed.filter(({ source, endedAt }) => now - endedAt <= provenFor(source, restoreTests));
  return new Set(recent.map(({ source }) => source.clusterId));
}

/** Plan 6: a restore test every week, with a day of grace, also for a source whose plan was taken out. */
const WEEKLY = 8 * DAY;

function provenFor(source: TestedSource, plans: readonly RestorePlan[]): number {
  const own = plans.filter(({ sources }) => sources.some((name) => isNamed(source, name)));
  return own.length === 0 ? WEEKLY : Math.max(...own.map(({ every, grace, sources }) => every * sources.length + grace));
}
