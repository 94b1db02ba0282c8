import { faultsBeside } from '../lib/config/environment/warnings.ts';
import { EnvironmentError, readEnvironment, type Environment, type StoreSettings } from '../lib/config/environment/read-environment.ts';
import { policyOf } from '../lib/config/policy/define-config.ts';
import { acknowledgementGap, configuredChannels, acknowledgementPaths } from '../lib/config/environment/reachable-priorities.ts';
import type { GeneralPolicy } from '../lib/domain/policy/policy.ts';
import { spell } from '../lib/domain/time.ts';
import { openKvStore } from '../lib/record/kv/kv.ts';
import { openSqliteStore } from '../lib/record/sqlite/sqlite.ts';
import type { Store } from '../lib/record/store.ts';
import { configuration } from '../lib/wire/load-policy.ts';
import type { Answer, Terminal } from './command/terminal.ts';
import { wordsOf } from './command/words.ts';
import { examineAtlas } from './doctor/examine-atlas.ts';
import { examineChannels } from './doctor/examine-channels.ts';
import { examineRecovery } from './doctor/examine-recovery.ts';
import { examineSandbox } from './doctor/examine-sandbox.ts';
import { bad, ok, printed, type Line, warn } from './doctor/line.ts';

const NODE_MAJOR = 24;

/** `restorewatch doctor`: what works and what does not. It notifies nobody; `restorewatch alerts test` does. */
export async function doctor({ style }: Pick<Terminal, 'style'>): Promise<Answer> {
  const all = await examined();
  // One variable may serve several plans, and one reason concern several projects.
  const lines = all.filter(({ text }, index) => all.findIndex((other) => other.text === text) === index);
  const fine = lines.every(({ mark }) => mark !== 'bad');
  return { data: { fine, lines }, text: lines.map((line) => printed(line, style)).join('\n'), code: fine ? 0 : 1 };
}

async function examined(): Promise<readonly Line[]> {
  const config = configuration();
  const environment = readOrProblems(config);
  if ('problems' in environment) return [node(process.versions.node), ...[...environment.problems, ...faultsBeside(process.env)].map(bad)];
  const now = Date.now();
  const { general } = policyOf(config);
  const { faults, warnings, store, requestTimeoutMs } = environment;
  const outside = await Promise.all([
    examineChannels(environment),
    examineState(store, requestTimeoutMs, now),
    examineAtlas(environment, now),
    examineRecovery(environment, general.restoreTests ?? [], Date.now),
    examineSandbox(environment, general),
  ]);
  return [
    node(process.versions.node),
    ok('Environment: every variable can be read'),
    ...faults.map(bad),
    ...warnings.map(warn),
    acknowledgements(environment, general),
    ...outside.flat(),
  ];
}

/** Where the environment is wrong, the rest cannot be examined. */
function readOrProblems(config: Parameters<typeof readEnvironment>[1]): Environment | { readonly problems: readonly string[] } {
  try {
    return readEnvironment(process.env, config);
  } catch (error) {
    if (error instanceof EnvironmentError) return { problems: error.problems };
    throw error;
  }
}

function node(version: string): Line {
  if (Number.parseInt(version, 10) >= NODE_MAJOR) return ok(`Node ${version}`);
  return bad(`Node ${version}: start it with npm, or install Node ${NODE_MAJOR}`);
}

function acknowledgements(environment: Environment, general: GeneralPolicy): Line {
  const gap = acknowledgementGap(acknowledgementPaths(environment), configuredChannels(environment), general);
  return gap === null ? ok('Acknowledgements: they can reach us') : warn(gap);
}

/** Reads the recorded state, and says how old it is. Never throws. */
async function examineState(settings: StoreSettings, timeoutMs: number, now: number): Promise<readonly Line[]> {
  const what = settings.kind === 'kv' ? 'State in the KV' : `State in ${settings.path}`;
  const store = open(settings, timeoutMs);
  try {
    const { head } = await store.readHead();
    const run = head?.lastComplete ?? null;
    if (run === null) return [warn(`${what}: can be read; no complete check is recorded yet`)];
    return [ok(`${what}: the last complete check ended ${spell(now - run.finishedAt)} ago`)];
  } catch (error) {
    return [bad(`${what}: ${wordsOf(error, 'cannot be read')}`)];
  } finally {
    await store.close();
  }
}

function open(settings: StoreSettings, timeoutMs: number): Store {
  return settings.kind === 'kv' ? openKvStore({ ...settings, timeoutMs }) : openSqliteStore(settings.path);
}
