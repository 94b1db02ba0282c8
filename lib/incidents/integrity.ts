import type { EvidenceLine } from '../domain/evidence.ts';
import { exempt, failing, type Finding, notKnown, ok, type Resource } from '../domain/finding.ts';
import type { IntegrityState } from '../domain/restore-test.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { DAY, type Instant, iso } from '../domain/time.ts';

const check = 'integrity';
const RESOURCE: Resource = { ...ORGANISATION, name: 'data integrity', part: check };
const ACTION = 'Stop what damages the data, keep the snapshots from before, and follow the runbook “corruption”.';
const ASK_AGAIN = 'See whether /api/cron/restore-test runs every day, and what it answers: it asks them.';
const SEE =
  'See that each source’s address is set (MONGODB_URI, or the variable that its `uri` names), that it leads there, and what it may read.';

/** Asked daily: one day missed is bad luck, two are blindness. */
const BLIND_FOR = 2 * DAY;

/** The user's sentences about the data, as they held against the source today (plan 3.1). Nothing where none were ever asked. Pure. */
export function integrityFindings(state: IntegrityState | undefined, now: Instant): readonly Finding[] {
  if (!state) return [];
  const { lines, at } = state;
  const failed = lines.filter(({ verdict }) => verdict === 'failed');
  const unknown = lines.filter(({ verdict }) => verdict === 'could-not-verify');
  if (lines.length === 0)
    return [exempt({ check, resource: RESOURCE, summary: 'no longer asked: there is no assertion, or no address of a source, any more' })];
  const evidence = [...failed, ...unknown].slice(0, 10).map((line) => [line.expected, `${line.found}; ${heldWords(state, line)}`] as const);
  const said = { check, resource: RESOURCE, evidence } as const;
  if (failed.length > 0)
    return [
      failing({ ...said, severity: 'critical', summary: failedWords(state, failed, now), action: ACTION, startedAt: Math.min(at, now) }),
    ];
  if (isTooLong(at, now)) {
    const summary = `the assertions about the data were last asked at ${iso(at)}: whether they hold is not known since`;
    return [failing({ ...said, severity: 'warning', summary, action: ASK_AGAIN, startedAt: at })];
  }
  if (unknown.length > 0) return [blind(state, unknown, now, said)];
  return [ok({ check, resource: RESOURCE, summary: `${lines.length} assertion(s) hold, as of ${iso(at)}` })];
}

function failedWords(state: IntegrityState, failed: readonly EvidenceLine[], now: Instant): string {
  const [first] = failed;
  if (!first) return '';
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  const old = isTooLong(state.at, now) ? `; not asked again since ${iso(state.at)}` : '';
  const where = `${first.namespace ?? ''}: expected ${first.expected}, found ${first.found}`;
  return `an assertion about the data does not hold: ${where}${more}; ${heldWords(state, first)}${old}`;
}

/** Unknown at first; failing where that has lasted. */
function blind(
  { blindSince }: IntegrityState,
  unknown: readonly EvidenceLine[],
  now: Instant,
  said: Pick<Finding, 'check' | 'resource' | 'evidence'>,
): Finding {
  const summary = `${unknown.length} assertion(s) could not be asked: ${unknown[0]?.found ?? ''}`;
  if (blindSince === undefined || !isTooLong(blindSince, now)) return notKnown({ ...said, summary });
  return failing({ ...said, severity: 'warning', summary: `${summary}; so since ${iso(blindSince)}`, action: SEE, startedAt: blindSince });
}

function isTooLong(since: Instant, now: Instant): boolean {
  return now - since > BLIND_FOR;
}

/** How an assertion's line names it, before what it expects. */
export function quoted(name: string): string {
  return `"${name}"`;
}

/** Until when it is known to have held, and what to recover to. */
function heldWords({ lastHeld, soundPoints }: IntegrityState, { expected }: EvidenceLine): string {
  const name = Object.keys(lastHeld).find((candidate) => expected === quoted(candidate) || expected.startsWith(`${quoted(candidate)}:`));
  const at = name === undefined ? undefined : lastHeld[name];
  if (name === undefined || at === undefined) return 'it never held since it is watched';
  const point = soundPoints?.[name];
  return point === undefined
    ? `it last held at ${iso(at)}: recover to a moment at or before that, or to the newest snapshot before it`
    : `it last held at ${iso(at)}: the last recovery point from when it held is ${iso(point)}`;
}
