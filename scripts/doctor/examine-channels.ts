import type { Environment } from '../../lib/config/environment/read-environment.ts';
import { askPagerDuty } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import { adviceOf, askProvider, type ChannelName, CHANNEL_IDS, CHANNELS } from '../../lib/deliver/channels/registry.ts';
import { describe } from '../../lib/deliver/attempt/provider-answer.ts';
import { createRedactor } from '../../lib/domain/redact.ts';
import { fail, type Line, pass } from './line.ts';

/** Asks the provider of each channel that is on whether it takes our keys. Nobody is notified. Never throws. */
export async function examineChannels(environment: Environment): Promise<readonly Line[]> {
  const { channels, pagerdutyApi, requestTimeoutMs: timeout } = environment;
  const on = CHANNEL_IDS.filter((id) => channels[id] !== null);
  const off = CHANNEL_IDS.filter((id) => channels[id] === null);
  const { redact } = createRedactor(environment.secrets);
  const api = pagerdutyApi && {
    what: "PagerDuty's REST API",
    ask: () => askPagerDuty({ ...pagerdutyApi, timeout }),
    needs: ['PAGERDUTY_API_TOKEN', 'PAGERDUTY_API_URL'],
  };
  const questions = [...on.map((id) => questionTo(id, environment)), ...(api ? [api] : [])];
  const lines = await Promise.all(questions.map((question) => answered(question, timeout, redact)));
  // That all of them are off is said by the environment's faults.
  return on.length === 0 || off.length === 0 ? lines : [...lines, pass(`Channels that are off: ${off.join(', ')}`)];
}

/** `needs`: the variables that may be wrong if it is not answered. */
type Question = { readonly what: string; readonly ask: () => Promise<string>; readonly needs: readonly string[] };

function questionTo(id: ChannelName, { channels, requestTimeoutMs }: Environment): Question {
  const advice = adviceOf(id);
  const more = `try it with \`restorewatch alerts test --channel ${id}\`${advice === '' ? '' : `. ${advice}`}`;
  const ask = async (): Promise<string> => {
    const words = await askProvider(id, channels, requestTimeoutMs);
    return `on${words === null ? '' : `, ${words}`}; ${more}`;
  };
  return { what: `Channel ${id}`, ask, needs: CHANNELS[id].needs };
}

async function answered({ what, ask, needs }: Question, timeoutMs: number, redact: (text: string) => string): Promise<Line> {
  try {
    return pass(redact(`${what}: ${await ask()}`));
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const words = isLate ? `no answer within ${timeoutMs} ms` : describe(error);
    return fail(redact(`${what}: ${words}. Check ${needs.join(', ')}, and whether the provider can be reached from here`));
  }
}
