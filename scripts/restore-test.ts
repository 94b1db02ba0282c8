import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Head } from '../lib/domain/head.ts';
import type { RestorePlan } from '../lib/domain/recovery-plan.ts';
import { NO_RECOVERY, type Proof, type RecoveryState, type RestoreTest } from '../lib/domain/restore-test.ts';
import { type Duration, type Instant, iso, SECOND, spell } from '../lib/domain/time.ts';
import { dispatch } from '../lib/dispatch.ts';
import type { Parts } from '../lib/parts.ts';
import { daily } from '../lib/proving/daily.ts';
import { NO_CREDENTIALS } from '../lib/proving/surroundings.ts';
import { activeDrills, isSameCluster } from '../lib/recovery/drills/state.ts';
import { openForPeople } from '../lib/wire.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run restore-test -- --start PLAN [--source CLUSTER]   begin a restore test now, and follow it
npm run restore-test -- --advance                         move those under way on from here, until they end (CI, or a network that reaches the sandbox)
npm run restore-test -- --status                          what is under way, and what was proven last
  --every SECONDS                                         how long to wait between two looks at Atlas (20)
Exit code 0: what was followed passed, or nothing was under way; 1: it failed, was refused, or could not be verified.`;

const OPTIONS = {
  start: { type: 'string' },
  source: { type: 'string' },
  advance: { type: 'boolean' },
  status: { type: 'boolean' },
  every: { type: 'string' },
} as const;

/** Atlas tells no progress of a restore; a small one takes some four minutes (facts: median 230 s). */
const BETWEEN = '20';

async function run(): Promise<number> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  const { start: plan, source, advance, status } = values;
  const asked = [plan !== undefined, advance, status].filter(Boolean);
  if (asked.length !== 1 || (source !== undefined && plan === undefined)) throw new Error(USAGE);
  const between = betweenOf(values.every ?? BETWEEN);
  const parts = await openForPeople();
  if (status) return say(statusOf(await stateOf(parts), parts.now()));
  const begun = parts.now();
  const followed = plan === undefined ? (await stateOf(parts)).tests : await start(parts, plan, source);
  return follow(parts, { followed, plan: plan ?? null, begun, between });
}

function betweenOf(seconds: string): Duration {
  const value = Number(seconds);
  if (!(value > 0 && value <= 3_600)) throw new Error(`restore-test: --every takes seconds, more than 0 and up to 3600, not ${seconds}`);
  return value * SECOND;
}

/** What is to be known of a test at its end. */
type Followed = Pick<RestoreTest, 'id' | 'plan'> & { readonly source: { readonly name: string } };

/** Begins the plan's next test; the one that is to be followed. */
async function start(parts: Parts, name: string, source: string | undefined): Promise<readonly Followed[]> {
  const plan = planNamed(parts, name);
  const sources = plan.sources.map(({ cluster }) => cluster);
  if (source !== undefined && !sources.includes(source))
    throw new Error(`restore-test: ${source} is no source of ${name} in restorable.config.ts; its sources are: ${sources.join(', ')}`);
  const begun = parts.now();
  const answer = await daily(parts, { plan: name, by: process.env['USER'] ?? 'command line', ...(source !== undefined && { source }) });
  if (answer.status === 500) throw new Error(`restore-test: ${answer.body.error}`);
  if (!parts.recovery?.atlas) throw new Error(`restore-test: refused: ${NO_CREDENTIALS}`);
  const head = await headOf(parts);
  const { tests, proofs, refusals } = head?.recovery ?? NO_RECOVERY;
  const refusal = Object.values(refusals).find((one) => one.plan === name && one.at >= begun);
  if (refusal) throw new Error(`restore-test: ${refusal.source.cluster}: refused: ${refusal.why}`);
  const own = [...tests, ...proofs.filter(({ startedAt }) => startedAt >= begun)].filter((test) => test.plan === name);
  if (answer.body.started.includes(name)) say(`begun: ${name}`);
  else if (own.length > 0) say(`${name}: one is under way already; following it`);
  else throw new Error(`restore-test: ${name} was not begun: ${busyWords(head, plan)}`);
  return own;
}

function planNamed({ policy }: Parts, name: string): RestorePlan {
  const plans = policy.general.restoreTests ?? [];
  const plan = plans.find((one) => one.name === name);
  if (plan) return plan;
  const there = plans.length === 0 ? 'there is none at all' : `there are: ${plans.map((one) => one.name).join(', ')}`;
  throw new Error(`restore-test: there is no plan ${name} in restorable.config.ts; ${there}`);
}

/** Who has the sandbox. */
function busyWords(head: Head | null, { target }: RestorePlan): string {
  const drill = head && activeDrills(head).find(({ targetName }) => isSameCluster(targetName, target));
  const place = `the sandbox ${target.cluster}`;
  if (drill) return `a drill (${drill.scenario}, ${drill.id}) has ${place}; try again when it has ended (npm run drill -- --advance)`;
  const test = (head?.recovery?.tests ?? []).find(({ targetName }) => isSameCluster(targetName, target));
  return test
    ? `a test of the plan ${test.plan} (${test.id}) has ${place}; try again when it has ended (npm run restore-test -- --advance)`
    : 'it is no longer due or somebody else began it; see npm run restore-test -- --status';
}

/** Null for `plan`: whatever is under way. */
type Following = {
  readonly followed: readonly Followed[];
  readonly plan: string | null;
  readonly begun: Instant;
  readonly between: Duration;
};

/** Moves on by the same steps as the crons, until nothing that it follows is under way. The exit code tells what that came to. */
async function follow(parts: Parts, { followed, plan, begun, between }: Following): Promise<number> {
  const seen = new Map(followed.map((test) => [test.id, test]));
  for (let words = ''; ; await pause(between)) {
    const answer = await dispatch(parts);
    if (answer.status === 500) throw new Error(`restore-test: ${answer.body.error}`);
    const state = await stateOf(parts);
    const tests = state.tests.filter((test) => plan === null || test.plan === plan);
    for (const test of tests) seen.set(test.id, test);
    const next = tests.map((test) => lineOf(test, parts.now())).join('\n');
    if (next !== words && next !== '') say((words = next));
    if (tests.length > 0) continue;
    if (seen.size === 0) return say('nothing is under way');
    return [...seen.values()].map((test) => endOf(test, state, begun)).every((passed) => passed) ? 0 : 1;
  }
}

/** Tells how one ended; whether it passed. */
function endOf({ id, plan, source }: Followed, { proofs, refusals }: RecoveryState, begun: Instant): boolean {
  const proof = proofs.find((one) => one.id === id);
  const refusal = Object.values(refusals).find((one) => one.plan === plan && one.source.cluster === source.name && one.at >= begun);
  say(
    proof ? proofLine(proof) : `${source.name}: ${refusal ? `refused: ${refusal.why}` : `ended without a proof (${id}): see the records`}`,
  );
  return proof?.verdict === 'passed';
}

async function headOf({ store }: Parts): Promise<Head | null> {
  return (await store.readHead()).head;
}

async function stateOf(parts: Parts): Promise<RecoveryState> {
  return (await headOf(parts))?.recovery ?? NO_RECOVERY;
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

function statusOf({ tests, proofs, refusals }: RecoveryState, now: Instant): string {
  const lines = [
    ...tests.map((test) => lineOf(test, now)),
    ...Object.values(refusals).map(({ plan, source, at, why }) => `${plan}: ${source.cluster}: refused at ${iso(at)}: ${why}`),
    ...proofs.map((proof) => `${iso(proof.endedAt)}  ${proofLine(proof)}`),
  ];
  return lines.length === 0 ? 'no restore test was ever done' : lines.join('\n');
}

function say(words: string): number {
  process.stdout.write(`${words}\n`);
  return 0;
}

run().then(
  (code) => void (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'restore-test: failed'}\n`);
    process.exitCode = 1;
  },
);
