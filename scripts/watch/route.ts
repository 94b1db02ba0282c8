import type { CheckId, Priority } from '../../lib/domain/policy/policy.ts';
import { PRIORITIES } from '../../lib/domain/policy/policy.ts';
import { explainRouteTo } from '../../lib/wire/recorded-state.ts';
import type { Answer } from '../terminal/terminal.ts';

type Asked = {
  readonly project?: string | undefined;
  readonly cluster?: string | undefined;
  readonly check: CheckId;
  readonly priority?: Priority | undefined;
  readonly tag?: Readonly<Record<string, string>> | undefined;
};

/** `restorewatch route`: from configuration, environment and recorded state. Sends nothing. */
export async function route({ project, cluster, check, priority, tag = {} }: Asked): Promise<Answer> {
  const priorities = priority === undefined ? PRIORITIES : [priority];
  const text = await explainRouteTo({ project, cluster, tags: tag }, { check, priorities });
  return { data: { explanation: text.split('\n') }, text };
}
