import type { Environment } from '../../lib/config/environment/read-environment.ts';
import { askPagerDuty } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import { adviceOf, askProvider, type ChannelName, CHANNEL_IDS } from '../../lib/deliver/channels/registry.ts';
import { describe } from '../../lib/deliver/attempt/provider-answer.ts';
import { createRedactor } from '../../lib/domain/redact.ts';
import { fail, type Line, pass } from './line.ts';

/** Asks the provider of each channel that is on whether it takes our keys. Nobody is notified. Never throws. */
export async function examineChannels(environment: Environment): Promise<readonly Line[]> {
  const { channels, pagerdutyApi, requestTimeoutMs: timeout } = environment;
  const on = CHANNEL_IDS.filter((id) => channels[id] !== null);
  const off = CHANNEL_IDS.filter((id) => channels[id] === null);
  const { redact } = createRedactor(environment.secrets);
  const api = pagerdutyApi && answered("PagerDuty's REST API", () => askPagerDuty({ ...pagerdutyApi, timeout }), redact);
  const lines = await Promise.all([...on.map((id) => examined(id, environment, redact)), ...(api ? [api] : [])]);
  // That all of them are off is said by the environment's faults.
  return on.length === 0 || off.length === 0 ? lines : [...lines, pass(`Channels that are off: ${off.join(', ')}`)];
}

function examined(id: ChannelName, { channels, requestTimeoutMs }: Environment, redact: (text: string) => string): Promise<Line> {
  const advice = adviceOf(id);
  const more = `try it with \`restorewatch alerts test --channel ${id}\`${advice === '' ? '' : `. ${advice}`}`;
  return answered(
    `Channel ${id}`,
    async () => {
      const words = await askProvider(id, channels, requestTimeoutMs);
      return `on${words === null ? '' : `, ${words}`}; ${more}`;
    },
    redact,
  );
}

async function answered(what: string, ask: () => Promise<string>, redact: (text: string) => string): Promise<Line> {
  try {
    return pass(redact(`${what}: ${await ask()}`));
  } catch (error) {
    return fail(redact(`${what}: ${describe(error)}`));
  }
}
