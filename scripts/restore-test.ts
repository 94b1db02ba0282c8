import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type RestoreTest, NO_RECOVERY, type Proof } from '../lib/domain/restore-test.ts';
import { iso, MINUTE, SECOND, spell } from '../lib/domain/time.ts';
import { dispatch } from '../lib/dispatch.ts';
import type { Parts } from '../lib/parts.ts';
import { daily } from '../lib/proving/daily.ts';
import { openForPeople } from '../lib/wire.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run restore-test -- --start PLAN [--source CLUSTER]   begin a restore test now, and follow it
npm run restore-test -- --advance                         move those under way on from here, until they end (CI, or a network that reaches the sandbox)
npm run restore-test -- --status                          what is under way, and what was proven last`;

const OPTIONS = {
  start: { type: 'string' },
  source: { type: 'string' },
  advance: { type: 'boolean' },
  status: { type: 'boolean' },
} as const;

/** Atlas tells no progress of a restore; a small one takes some four minutes (facts: median 230 s). */
const BETWEEN = 20 * SECOND;

async function run(): Promise<number> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  if (!values.start && !values.advance && !values.status) throw new Error(USAGE);
  const parts = await openForPeople();
  if (values.status) return say(await statusOf(parts));
  if (values.start !== undefined) await start(parts, values.start, values.source);
  return follow(parts);
}

async function start(parts: Parts, plan: string, source: string | undefined): Promise<void> {
  const plans = (parts.policy.general.restoreTests ?? []).map(({ name }) => name);
  if (!plans.includes(plan))
    throw new Error(
      `restore-test: there is no plan ${plan} in restorable.config.ts; there ${plans.length === 0 ? 'is none at all' : `are ${plans.join(', ')}`}`,
    );
  const answer = await daily(parts, { plan, ...(source !== undefined && { source }) });
  if (answer.status === 500) throw new Error(`restore-test: ${answer.body.error}`);
  const why = answer.body.refused[plan];
  if (why !== undefined) throw new Error(`restore-test: refused: ${why}`);
  say(answer.body.started.includes(plan) ? `begun: ${plan}` : `${plan}: one is under way already; following it`);
}

/** Moves on by the same steps as the crons, until nothing is under way. The exit code tells what the tests that ended here came to. */
async function follow(parts: Parts): Promise<number> {
  const begun = parts.now();
  for (let words = ''; ; await pause(BETWEEN)) {
    const answer = await dispatch(parts);
    if (answer.status === 500) throw new Error(`restore-test: ${answer.body.error}`);
    const { tests, proofs } = await stateOf(parts);
    const next = tests.map((test) => lineOf(test, parts.now())).join('\n');
    if (next !== words && next !== '') say((words = next));
    if (tests.length > 0) continue;
    const ended = proofs.filter(({ endedAt }) => endedAt >= begun - MINUTE);
    say(ended.length === 0 ? 'nothing is under way' : ended.map((proof) => proofLine(proof)).join('\n'));
    return ended.every(({ verdict }) => verdict === 'passed') ? 0 : 1;
  }
}

async function stateOf({ store }: Parts): Promise<typeof NO_RECOVERY> {
  return (await store.readHead()).head?.recovery ?? NO_RECOVERY;
}

function lineOf({ id, source, targetName, phase, phases, point, troubles }: RestoreTest, now: number): string {
  const at = point === null ? '' : `, ${point.kind} ${iso(point.at)}`;
  const trouble = troubles === null ? '' : `; trouble (${troubles.count}×): ${troubles.last}`;
  return `${id}: ${source.name} → ${targetName.cluster}${at}: ${phase} for ${spell(now - (phases[phase] ?? now))}${trouble}`;
}

function proofLine({ id, source, verdict, why, measured, worst }: Proof): string {
  const rto = measured.rto === null ? '' : `, RTO ${spell(measured.rto)}`;
  const lines = worst.map((line) => `\n    ${line.namespace ?? ''} ${line.what}: expected ${line.expected}, found ${line.found}`);
  return `${source.name}: ${verdict}${rto}${why === null ? '' : `: ${why}`} (record ${id})${lines.join('')}`;
}

async function statusOf(parts: Parts): Promise<string> {
  const { tests, proofs, refusals } = await stateOf(parts);
  const lines = [
    ...tests.map((test) => lineOf(test, parts.now())),
    ...Object.entries(refusals).map(([plan, { at, why }]) => `${plan}: refused at ${iso(at)}: ${why}`),
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
