import { plural } from '../../domain/text.ts';
import type { EvidenceLine } from '../../domain/recovery/evidence.ts';
import { exempt, failing, type Finding, notKnown, ok, type Resource } from '../../domain/findings/finding.ts';
import type { IntegrityState } from '../../domain/recovery/restore-test.ts';
import { ORGANISATION } from '../../domain/memory/cluster-subject.ts';
import { DAY, type Instant, iso } from '../../domain/time.ts';
import { integrity } from '../../evaluate/checks/integrity.ts';

const check = integrity.id;
const RESOURCE: Resource = { ...ORGANISATION, name: 'data integrity', part: check };
const ACTION = 'Stop what damages the data, keep the snapshots from before, and follow the runbook “corruption”.';
const ASK_AGAIN = 'See whether /api/cron/restore-test runs every day, and what it answers: it asks them.';
const SEE =
  'See that each source’s address is set (MONGODB_URI, or the variable that its `uri` names), that it leads there, and what it may read.';

/** Assertions are asked daily: one missed day is tolerated, two are a finding. */
const BLIND_FOR = 2 * DAY;

/** Pure: the user's assertions about the data, as they held against the source today (plan 3.1). No finding where none was ever asked. */
export function integrityFindings(state: IntegrityState | undefined, now: Instant): readonly Finding[] {
  if (!state) return [];
  const { lines, at, blindSince } = state;
  const failed = lines.filter(({ verdict }) => verdict === 'failed');
  const unknown = lines.filter(({ verdict }) => verdict === 'could-not-verify');
  if (lines.length === 0)
    return [exempt({ check, resource: RESOURCE, summary: 'no longer asked: there is no assertion, or no address of a source, any more' })];
  const evidence = [...failed, ...unknown].slice(0, 10).map((line) => [line.expected, `${line.found}; ${heldWords(state, line)}`] as const);
  const common = { check, resource: RESOURCE, evidence } as const;
  const [first, ...more] = failed;
  if (first) {
    const summary = failedWords(state, first, more.length, now);
    return [failing({ ...common, severity: 'critical', summary, action: ACTION, startedAt: Math.min(at, now) })];
  }
  if (isTooLong(at, now)) {
    const summary = `the assertions about the data were last asked at ${iso(at)}: whether they hold is not known since`;
    return [failing({ ...common, severity: 'warning', summary, action: ASK_AGAIN, startedAt: at })];
  }
  const [asked] = unknown;
  if (asked) {
    const summary = `${plural(unknown.length, 'assertion')} could not be asked: ${asked.found}`;
    // Unknown for two days, then failing.
    if (blindSince === undefined || !isTooLong(blindSince, now)) return [notKnown({ ...common, summary })];
    const since = `${summary}; so since ${iso(blindSince)}`;
    return [failing({ ...common, severity: 'warning', summary: since, action: SEE, startedAt: blindSince })];
  }
  return [
    ok({
      check,
      resource: RESOURCE,
      summary: `${plural(lines.length, 'assertion')} ${lines.length === 1 ? 'holds' : 'hold'}, as of ${iso(at)}`,
    }),
  ];
}

function failedWords(state: IntegrityState, first: EvidenceLine, others: number, now: Instant): string {
  const more = others > 0 ? ` (and ${others} more)` : '';
  const old = isTooLong(state.at, now) ? `; not asked again since ${iso(state.at)}` : '';
  const where = `${first.namespace ?? ''}: expected ${first.expected}, found ${first.found}`;
  return `an assertion about the data does not hold: ${where}${more}; ${heldWords(state, first)}${old}`;
}

function isTooLong(since: Instant, now: Instant): boolean {
  return now - since > BLIND_FOR;
}

/** How an assertion's line names it, before what it expects. */
export function quoted(name: string): string {
  return `"${name}"`;
}

/** Says when the assertion last held, and what to recover to. */
function heldWords({ lastHeld, soundPoints }: IntegrityState, { expected }: EvidenceLine): string {
  const name = Object.keys(lastHeld).find((candidate) => expected === quoted(candidate) || expected.startsWith(`${quoted(candidate)}:`));
  const at = name === undefined ? undefined : lastHeld[name];
  if (name === undefined || at === undefined) return 'it never held since it is watched';
  const point = soundPoints?.[name];
  return point === undefined
    ? `it last held at ${iso(at)}: recover to a moment at or before that, or to the newest snapshot before it`
    : `it last held at ${iso(at)}: the last recovery point from when it held is ${iso(point)}`;
}
