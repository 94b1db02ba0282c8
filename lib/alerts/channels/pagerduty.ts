import { field, lost, refusal, retryAfterOf } from './answers.ts';
import { channelOf } from './attempt.ts';
import type { Channel, Letter, Outcome } from './channel.ts';
import { OneRequest } from './pagerduty-answer.ts';
import { pagerdutyEvent } from './pagerduty-message.ts';
import type { Duration } from '../../domain/time.ts';

export type PagerDutySettings = { readonly routingKey: string; readonly host: string };

/** PagerDuty's Events API v2. Its `dedup_key` makes a repeated trigger harmless, so an unknown outcome is simply sent again. */
export function pagerdutyChannel(settings: PagerDutySettings, timeout: Duration, redact: (text: string) => string): Channel {
  const attempt = (letter: Letter, signal: AbortSignal): Promise<Outcome> => send(settings, letter, signal);
  return channelOf({ id: 'pagerduty', recipients: 1, limit: timeout, redact, attempt });
}

async function send(settings: PagerDutySettings, letter: Letter, signal: AbortSignal): Promise<Outcome> {
  const data = pagerdutyEvent(letter, settings.routingKey);
  if ('never' in data) return { result: 'rejected', error: data.never };
  const { event } = await import('@pagerduty/pdjs');
  const agent = new OneRequest();
  // pdjs ignores `requestTimeout` except for a timer of that length, which keeps the process alive: 0 sets none. A redirect
  // would carry the routing key to another host.
  const options = { data, server: settings.host, signal, agent, requestTimeout: 0, retryTimeout: 0, redirect: 'manual' as const };
  try {
    const answer = await agent.watch(() => event(options));
    return outcomeOf(answer.status, answer.data, agent, letter);
  } catch (error) {
    return agent.status === null ? lost('PagerDuty', error) : outcomeOf(agent.status, null, agent, letter);
  }
}

function outcomeOf(status: number, body: unknown, { retryAfter }: OneRequest, letter: Letter): Outcome {
  // Only 202 with its documented JSON is acceptance; a proxy's page is not.
  if (status === 202 && field(body, 'status') === 'success') return { result: 'accepted', receipt: text(field(body, 'dedup_key')) };
  const errors = field(body, 'errors');
  const said = [text(field(body, 'message')), ...(Array.isArray(errors) ? errors.map(text) : [])].filter((part) => part !== null);
  return refusal(
    status,
    `PagerDuty answered ${status}${said.length === 0 ? '' : `: ${said.join('; ')}`}`,
    retryAfterOf(retryAfter, letter.now),
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
