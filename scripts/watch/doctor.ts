import { faultsBeside } from '../../lib/config/environment/warnings.ts';
import { EnvironmentError, readEnvironment, type Environment } from '../../lib/config/environment/read-environment.ts';
import { ConfigError, policyOf } from '../../lib/config/policy/define-config.ts';
import { acknowledgementGap, configuredChannels, acknowledgementPaths } from '../../lib/config/environment/reachable-priorities.ts';
import type { GeneralPolicy } from '../../lib/domain/policy/policy.ts';
import { configuration } from '../../lib/wire/load-policy.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';
import { examineAtlas } from '../doctor/examine-atlas.ts';
import { examineChannels } from '../doctor/examine-channels.ts';
import { cronLines, isCalled } from '../doctor/examine-crons.ts';
import { examineDrills } from '../doctor/examine-drills.ts';
import { examineRecovery } from '../doctor/examine-recovery.ts';
import { examineSandbox } from '../doctor/examine-sandbox.ts';
import { examineState } from '../doctor/examine-state.ts';
import { examineVercel } from '../doctor/examine-vercel.ts';
import { examineVersions } from '../doctor/examine-versions.ts';
import { fail, pass, printed, type Line, warn } from '../doctor/line.ts';

/** `restorewatch doctor`: what works and what does not. It notifies nobody; `restorewatch alerts test` does. */
export async function doctor({ style }: Pick<Terminal, 'style'>): Promise<Answer> {
  const all = await examined();
  // One variable may serve several plans, and one reason concern several projects.
  const lines = all.filter(({ text }, index) => all.findIndex((other) => other.text === text) === index);
  const fine = lines.every(({ mark }) => mark !== 'fail');
  return { data: { fine, lines }, text: lines.map((line) => printed(line, style)).join('\n'), code: fine ? 0 : 1 };
}

async function examined(): Promise<readonly Line[]> {
  const config = problemsOr(configuration);
  const environment = problemsOr(() => readEnvironment(process.env, 'problems' in config ? null : config));
  if ('problems' in config || 'problems' in environment) {
    const read = [config, environment].flatMap((one) => ('problems' in one ? one.problems : []));
    const problems = [...read, ...faultsBeside(process.env)];
    return [...examineVersions(), ...problems.map(fail), ...examineVercel({ recently: false })];
  }
  const policy = policyOf(config);
  const { general } = policy;
  const outside = await Promise.all([
    examineChannels(environment),
    examineStateAndCrons(environment, general),
    examineAtlas(environment, policy, Date.now),
    examineRecovery(environment, general.restoreTests ?? [], Date.now),
    examineDrills(environment, general, Date.now),
    examineSandbox(environment, general),
  ]);
  return [...examineVersions(), ...environmentLines(environment), acknowledgements(environment, general), ...outside.flat()];
}

function environmentLines({ faults, warnings, cronSecret }: Environment): readonly Line[] {
  const secret =
    faults.some((fault) => fault.startsWith('CRON_SECRET')) || cronSecret === null ? [] : [pass('CRON_SECRET: is set, and long enough')];
  return [pass('Environment: every variable can be read'), ...secret, ...faults.map(fail), ...warnings.map(warn)];
}

async function examineStateAndCrons({ store, requestTimeoutMs }: Environment, general: GeneralPolicy): Promise<readonly Line[]> {
  const { lines, head } = await examineState(store, requestTimeoutMs, Date.now);
  // Where the state cannot be read, nobody knows who calls.
  if (head === undefined) return [...lines, ...examineVercel({ recently: false })];
  const times = { now: Date.now(), interval: general.checkInterval };
  const planned = { 'restore-test': general.restoreTests?.length ?? 0, drill: general.drills?.length ?? 0 };
  return [...lines, ...cronLines(head, times, planned), ...examineVercel({ recently: isCalled(head, times) })];
}

/** Where the configuration or the environment is wrong, the rest cannot be examined. */
function problemsOr<T extends object>(read: () => T): T | { readonly problems: readonly string[] } {
  try {
    return read();
  } catch (error) {
    if (error instanceof EnvironmentError) return { problems: error.problems };
    if (error instanceof ConfigError) return { problems: [error.message] };
    throw error;
  }
}

function acknowledgements(environment: Environment, general: GeneralPolicy): Line {
  const gap = acknowledgementGap(acknowledgementPaths(environment), configuredChannels(environment), general);
  return gap === null ? pass('Acknowledgements: they can reach us') : warn(gap);
}
