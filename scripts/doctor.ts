import { join } from 'node:path';
import { readEnvironment, type Environment } from '../lib/config/env.ts';
import { policyOf } from '../lib/config/policy.ts';
import { addressesNamed } from '../lib/config/recovery-policy.ts';
import { acknowledgementGap, configuredChannels, waysBack } from '../lib/config/reachable.ts';
import type { GeneralPolicy } from '../lib/domain/policy.ts';
import { examineAtlas } from './doctor/examine-atlas.ts';
import { examineRecovery } from './doctor/examine-recovery.ts';
import { examineState } from './doctor/examine-state.ts';
import { printed, type Line } from './doctor/line.ts';
import { configuration } from '../lib/wire-config.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USUAL_NODE = 24;
/** No API of ours tells how the service is set. */
const TIMERS = '. On its service switch auto-resolution off, or a timer ends pages of what goes on';

/** Says what works and what does not, before somebody finds out at night. It sends nothing: that is what `npm run test-alert` is for. */
async function doctor(): Promise<readonly Line[]> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const config = configuration();
  const environment = readEnvironment(process.env, config.teams, addressesNamed(config), config.contacts);
  const now = Date.now();
  const { general } = policyOf(config);
  return [
    node(process.versions.node),
    { mark: 'ok', text: 'Environment: complete' },
    ...environment.warnings.map((text): Line => ({ mark: 'warn', text })),
    ...channels(environment),
    acknowledgements(environment, general),
    await examineState(environment.store, environment.requestTimeoutMs, now),
    ...(await examineAtlas(environment, now)),
    ...(await examineRecovery(environment, general.restoreTests ?? [], Date.now)),
  ];
}

function node(version: string): Line {
  const fine = Number.parseInt(version, 10) >= USUAL_NODE;
  return fine
    ? { mark: 'ok', text: `Node ${version}` }
    : { mark: 'bad', text: `Node ${version}: start it with npm, or install Node ${USUAL_NODE}` };
}

function channels({ channels: all }: Environment): readonly Line[] {
  return Object.entries(all).map(([name, settings]): Line => {
    return settings === null
      ? { mark: 'warn', text: `Channel ${name}: off` }
      : {
          mark: 'ok',
          text: `Channel ${name}: on; try it with \`npm run test-alert -- --channel ${name}\`${name === 'pagerduty' ? TIMERS : ''}`,
        };
  });
}

function acknowledgements(environment: Environment, general: GeneralPolicy): Line {
  const gap = acknowledgementGap(waysBack(environment), configuredChannels(environment), general);
  return gap === null ? { mark: 'ok', text: 'Acknowledgements: they can reach us' } : { mark: 'warn', text: gap };
}

doctor().then(
  (lines) => {
    process.stdout.write(lines.map(printed).join(''));
    process.exitCode = lines.some(({ mark }) => mark === 'bad') ? 1 : 0;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'doctor: failed'}\n`);
    process.exitCode = 1;
  },
);
