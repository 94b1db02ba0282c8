import { setTimeout as pause } from 'node:timers/promises';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { RestorePlan } from '../../lib/domain/policy/recovery-plan.ts';
import { NO_RECOVERY, type Proof, type RecoveryState, type RestoreTest } from '../../lib/domain/recovery/restore-test.ts';
import { clean } from '../../lib/domain/text.ts';
import { type Duration, type Instant, iso, SECOND, spell, withShortTimes } from '../../lib/domain/time.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { dailyRestoreTests } from '../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { proofJson, recoveryJson } from '../../lib/render/recovery-json.ts';
import { NO_CREDENTIALS } from '../../lib/recovery/runner/advance.ts';
import { activeDrills } from '../../lib/recovery/state/drills-in-head.ts';
import { isSameName } from '../../lib/recovery/state/target-users.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import type { Screen } from '../terminal/screen.ts';
import type { Answer } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

type Asked = {
  readonly start?: string | undefined;
  readonly source?: string | undefined;
  readonly status?: true | undefined;
  /** In seconds. */
  readonly every: number;
  readonly by?: string | undefined;
};

/** `restorewatch restore-test`. Neither --start nor --status: those under way are followed. */
export async function restoreTest(terminal: Screen, { start: plan, source, status, every, by }: Asked): Promise<Answer> {
  const ports = await openPorts();
  if (status) return statusOf(await headOf(ports), ports.now());
  const begun = ports.now();
  const followed = plan === undefined ? (await stateOf(ports)).tests : await start(ports, terminal, { plan, source, by });
  return follow(ports, terminal, { followed, plan: plan ?? null, begun, between: every * SECOND });
}

/** What is to be known of a test at its end. */
type Followed = Pick<RestoreTest, 'id' | 'plan'> & { readonly source: { readonly name: string } };

/** Begins the plan's next test; the one that is to be followed. */
async function start(
  ports: Ports,
  { say }: Screen,
  { plan: name, source, by }: Pick<Asked, 'source' | 'by'> & { readonly plan: string },
): Promise<readonly Followed[]> {
  const plan = planNamed(ports, name);
  const sources = plan.sources.map(({ cluster }) => cluster);
  if (source !== undefined && !sources.includes(source))
    throw new Error(`${source} is no source of ${name} in restorewatch.config.ts; its sources are: ${sources.join(', ')}`);
  const begun = ports.now();
  const answer = await dailyRestoreTests(ports, { plan: name, by: userNamed(by), ...(source !== undefined && { source }) });
  if (answer.status === 500) throw new Error(answer.body.error);
  if (!ports.recovery?.atlas) throw new Error(`refused: ${NO_CREDENTIALS}`);
  const head = await headOf(ports);
  const { tests, proofs, refusals } = head?.recovery ?? NO_RECOVERY;
  const refusal = Object.values(refusals).find((one) => one.plan === name && one.at >= begun);
  if (refusal) throw new Error(`${refusal.source.cluster}: refused: ${refusal.why}`);
  const own = [...tests, ...proofs.filter(({ startedAt }) => startedAt >= begun)].filter((test) => test.plan === name);
  if (answer.body.started.includes(name)) say(`begun: ${name}`);
  else if (own.length > 0) say(`${name}: one is under way already; following it`);
  else throw new Error(`${name} was not begun: ${busyWords(head, plan)}`);
  return own;
}

function planNamed({ policy }: Ports, name: string): RestorePlan {
  const plans = policy.general.restoreTests ?? [];
  const plan = plans.find((one) => one.name === name);
  if (plan) return plan;
  const there = plans.length === 0 ? 'there is none at all' : `there are: ${plans.map((one) => one.name).join(', ')}`;
  throw new Error(`there is no plan ${name} in restorewatch.config.ts; ${there}`);
}

/** Who has the sandbox. */
function busyWords(head: Head | null, { target }: RestorePlan): string {
  const drill = head && activeDrills(head).find(({ targetName }) => isSameName(targetName, target));
  const place = `the sandbox ${target.cluster}`;
  if (drill) return `a drill (${drill.scenario}, ${drill.id}) has ${place}; try again when it has ended (restorewatch drill --advance)`;
  const test = (head?.recovery?.tests ?? []).find(({ targetName }) => isSameName(targetName, target));
  return test
    ? `a test of the plan ${test.plan} (${test.id}) has ${place}; try again when it has ended (restorewatch restore-test --advance)`
    : 'it is no longer due or somebody else began it; see restorewatch restore-test --status';
}

/** Null for `plan`: whatever is under way. */
type Following = {
  readonly followed: readonly Followed[];
  readonly plan: string | null;
  readonly begun: Instant;
  readonly between: Duration;
};

/** Moves on by the same steps as the crons, until nothing that it follows is under way. The exit code tells what that came to. */
async function follow(ports: Ports, { say }: Screen, { followed, plan, begun, between }: Following): Promise<Answer> {
  const seen = new Map(followed.map((test) => [test.id, test]));
  for (let words = ''; ; await pause(between)) {
    const answer = await dispatch(ports);
    if (answer.status === 500) throw new Error(answer.body.error);
    const state = await stateOf(ports);
    const tests = state.tests.filter((test) => plan === null || test.plan === plan);
    for (const test of tests) seen.set(test.id, test);
    const next = tests.map((test) => lineOf(test, ports.now())).join('\n');
    if (next !== words && next !== '') say((words = next));
    if (tests.length > 0) continue;
    const ends = [...seen.values()].map((test) => endOf(test, state, begun));
    const text = ends.length === 0 ? 'nothing is under way' : ends.map((end) => end.words).join('\n');
    return { data: { ended: ends }, text, code: ends.every(({ verdict }) => verdict === 'passed') ? 0 : 1 };
  }
}

/** How one ended. */
function endOf({ id, plan, source }: Followed, { proofs, refusals }: RecoveryState, begun: Instant) {
  const about = { id, plan, source: source.name };
  const proof = proofs.find((one) => one.id === id);
  if (proof) return { ...about, verdict: proof.verdict, words: proofLine(proof) };
  const refusal = Object.values(refusals).find((one) => one.plan === plan && one.source.cluster === source.name && one.at >= begun);
  const why = refusal ? `refused: ${refusal.why}` : `ended without a proof (${id}): see the records`;
  return { ...about, verdict: refusal ? 'refused' : 'unknown', words: `${source.name}: ${why}` };
}

async function headOf({ store }: Ports): Promise<Head | null> {
  return (await store.readHead()).head;
}

async function stateOf(ports: Ports): Promise<RecoveryState> {
  return (await headOf(ports))?.recovery ?? NO_RECOVERY;
}

function lineOf({ id, source, targetName, phase, phases, point, troubles }: RestoreTest, now: Instant): string {
  const at = point === null ? '' : `, ${point.kind} ${iso(point.at)}`;
  const trouble = troubles === null ? '' : `; trouble (${troubles.count}×): ${troubles.last}`;
  return `${id}: ${source.name} → ${targetName.cluster}${at}: ${phase} for ${spell(now - (phases[phase] ?? now))}${trouble}`;
}

function proofLine({ id, source, verdict, why, measured, worst }: Proof): string {
  const rto = measured.rto === null ? '' : `, RTO ${spell(measured.rto)}`;
  const lines = worst.map((line) => `\n    ${line.namespace ?? ''} ${line.what}: expected ${line.expected}, found ${line.found}`);
  return `${source.name}: ${verdict}${rto}${why === null ? '' : `: ${why}`} (record ${id})${lines.join('')}`;
}

/** Names come from outside; the lines of a comparison below it stay lines of their own. */
function oneLine(text: string): string {
  const [first = '', ...worst] = text.split('\n    ');
  return [clean(first), ...worst.map((line) => `    ${clean(line)}`)].join('\n');
}

function statusOf(head: Head | null, now: Instant): Answer {
  const { tests, proofs, refusals } = head?.recovery ?? NO_RECOVERY;
  const lines = [
    ...tests.map((test) => lineOf(test, now)),
    ...Object.values(refusals).map(({ plan, source, at, why }) => `${plan}: ${source.cluster}: refused at ${iso(at)}: ${why}`),
    ...proofs.map((proof) => `${iso(proof.endedAt)}  ${proofLine(proof)}`),
  ];
  const text = lines.length === 0 ? 'no restore test was ever done' : withShortTimes(lines.map((line) => oneLine(line)).join('\n'), now);
  const { underWay, refused } = recoveryJson(head, now);
  const proven = proofs.map((proof) => ({ ...proofJson(proof), source: proof.source.name, worst: proof.worst }));
  return { data: { underWay, refused, proofs: proven }, text };
}
