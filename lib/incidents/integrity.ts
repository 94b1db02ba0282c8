import { failing, type Finding, notKnown, ok, type Resource } from '../domain/finding.ts';
import type { IntegrityState } from '../domain/restore-test.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { type Instant, iso } from '../domain/time.ts';

const check = 'integrity';
const ACTION = 'Stop what damages the data, keep the snapshots from before, and follow the runbook “corruption”.';

/** The user's sentences about the data, as they held against the source today (plan 3.1). Nothing where none were ever asked. */
export function integrityFindings(state: IntegrityState | undefined, now: Instant): readonly Finding[] {
  if (!state) return [];
  const resource: Resource = { ...ORGANISATION, name: 'data integrity', part: check };
  const failed = state.lines.filter(({ verdict }) => verdict === 'failed');
  const unknown = state.lines.filter(({ verdict }) => verdict === 'could-not-verify');
  if (failed.length === 0 && unknown.length === 0)
    return [ok({ check, resource, summary: `${state.lines.length} assertion(s) hold, as of ${iso(state.at)}` })];
  const evidence = [...failed, ...unknown]
    .slice(0, 10)
    .map((line) => [line.expected, `${line.found}; ${heldWords(state, line.expected)}`] as const);
  const [first] = failed;
  if (!first)
    return [
      notKnown({ check, resource, summary: `${unknown.length} assertion(s) could not be asked: ${unknown[0]?.found ?? ''}`, evidence }),
    ];
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  const summary = `an assertion about the data does not hold: ${first.namespace ?? ''}: expected ${first.expected}, found ${first.found}${more}; ${heldWords(state, first.expected)}`;
  return [failing({ check, resource, severity: 'critical', summary, action: ACTION, evidence, startedAt: Math.min(state.at, now) })];
}

/** An assertion's line begins with its name; the newest time at which it held is the last recovery point that is known to be sound. */
function heldWords({ lastHeld }: IntegrityState, expected: string): string {
  const name = Object.keys(lastHeld).find((candidate) => expected.startsWith(`"${candidate}"`));
  const at = name === undefined ? undefined : lastHeld[name];
  return at === undefined
    ? 'it never held since it is watched'
    : `it last held at ${iso(at)}: recover to that moment or to the newest snapshot before it`;
}
