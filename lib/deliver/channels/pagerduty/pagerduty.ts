import { field, lost, refusal, retryAfterOf } from '../../attempt/provider-answer.ts';
import { channelOf } from '../../attempt/attempt.ts';
import type { Notification, Outcome } from '../../attempt/channel.ts';
import { OneRequest } from './pagerduty-answer.ts';
import { pagerdutyEvent } from './pagerduty-message.ts';
import { base, matching, token } from '../../../domain/settings/parse-value.ts';
import { optional, standard } from '../../../domain/settings/variable.ts';
import { defineChannel } from '../../attempt/define-channel.ts';
import { PAGERDUTY } from './pagerduty-api.ts';

type Settings = { readonly routingKey: string; readonly host: string };

const hostName = matching(
  /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/,
  'a host name, perhaps with a port, without https://',
);
const integrationKey = matching(/^[A-Za-z0-9]{32}$/, 'the 32 letters and digits of an Events API v2 integration key');

/** PagerDuty's Events API v2. Its `dedup_key` makes a repeated trigger harmless, so a message of unknown outcome is sent again. */
export const pagerduty = defineChannel({
  traits: {
    label: 'PagerDuty',
    rings: true,
    tracksIncidents: true,
    threads: true,
    edits: false,
    digest: false,
    repeats: ['P0', 'P1', 'P2'],
    lanes: { abreast: 10, claimed: 60 },
  },
  variables: {
    PAGERDUTY_ROUTING_KEY: optional('PagerDuty', integrationKey, {
      secret: true,
      description: 'integration key of an Events API v2 service',
    }),
    PAGERDUTY_EVENTS_HOST: standard('PagerDuty', 'events.pagerduty.com', hostName, {
      description: 'host of the Events API, perhaps with a port; `events.eu.pagerduty.com` in the EU',
    }),
    PAGERDUTY_API_TOKEN: optional('PagerDuty', token, { secret: true, description: 'REST API token, to compare with what PagerDuty has' }),
    PAGERDUTY_API_URL: standard('PagerDuty', 'https://api.pagerduty.com', base, {
      description: 'address of the REST API; `https://api.eu.pagerduty.com` in the EU',
    }),
    PAGERDUTY_WEBHOOK_SECRET: optional('PagerDuty', token, {
      secret: true,
      description: 'signature of the webhook that brings acknowledgements',
    }),
  },
  needs: ['PAGERDUTY_ROUTING_KEY'],
  acknowledgedBy: ['PAGERDUTY_WEBHOOK_SECRET', 'PAGERDUTY_API_TOKEN'],
  settings: ({ PAGERDUTY_ROUTING_KEY: routingKey, PAGERDUTY_EVENTS_HOST: host }): Settings | null =>
    routingKey === null ? null : { routingKey, host },
  secrets: ({ routingKey }) => [routingKey],
  recipients: (_, variable) => `env ${variable ?? 'PAGERDUTY_ROUTING_KEY'}`,
  // No API of ours tells how the service is set.
  advice: 'On its service switch auto-resolution off, or a timer ends pages of what goes on',
  open: (settings, timeout, redact) =>
    channelOf({
      id: PAGERDUTY,
      recipients: 1,
      limit: timeout,
      redact,
      attempt: (notification, signal) => send(settings, notification, signal),
    }),
});

async function send(settings: Settings, notification: Notification, signal: AbortSignal): Promise<Outcome> {
  const data = pagerdutyEvent(notification, settings.routingKey);
  if ('never' in data) return { result: 'rejected', error: data.never };
  const { event } = await import('@pagerduty/pdjs');
  const agent = new OneRequest();
  // pdjs ignores `requestTimeout` except for a timer of that length, which keeps the process alive: 0 sets none. A redirect
  // would carry the routing key to another host.
  const options = { data, server: settings.host, signal, agent, requestTimeout: 0, retryTimeout: 0, redirect: 'manual' as const };
  try {
    const answer = await agent.watch(() => event(options));
    return outcomeOf(answer.status, answer.data, agent, notification);
  } catch (error) {
    return agent.status === null ? lost('PagerDuty', error) : outcomeOf(agent.status, null, agent, notification);
  }
}

function outcomeOf(status: number, body: unknown, { retryAfter }: OneRequest, notification: Notification): Outcome {
  // Only 202 with its documented JSON is acceptance; a proxy's page is not.
  if (status === 202 && field(body, 'status') === 'success') return { result: 'accepted', receipt: text(field(body, 'dedup_key')) };
  const errors = field(body, 'errors');
  const reasons = [text(field(body, 'message')), ...(Array.isArray(errors) ? errors.map(text) : [])].filter((part) => part !== null);
  return refusal(
    status,
    `PagerDuty answered ${status}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`,
    retryAfterOf(retryAfter, notification.now),
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
