import { PAGERDUTY } from '../../deliver/channels/pagerduty/pagerduty-api.ts';
import { SLACK } from '../../deliver/channels/slack/slack-message.ts';
import { clean } from '../../domain/text.ts';
import type { Ports } from '../../ports/ports.ts';
import { type AcknowledgeRequest, closePage, takeAcknowledgement, takeUnacknowledgement } from '../take-acknowledgement.ts';
import { type PagerDutyAct, readPagerDuty, type Received } from './pagerduty-webhook.ts';
import { readSlack, type SlackRequest } from './slack-webhook.ts';

/** `notify` is to be awaited after the answer has gone out; null if nobody has to be notified. `refused`: why it was refused, the same for the same reason. */
export type WebhookAnswer = { readonly status: number; readonly notify: (() => Promise<void>) | null; readonly refused?: string };

const DONE: WebhookAnswer = { status: 200, notify: null };
const NOT_SET_UP = { kind: 'refuse', status: 401, why: 'a webhook came, but its secret is not set' } as const;

export type PagerDutyRequest = { readonly body: Uint8Array; readonly signatures: string | null };

/** Handles a webhook of PagerDuty. A replay changes nothing and answers 2xx: a 4xx would switch the subscription off. Throws `StoreError`. */
export async function receivePagerDuty(
  ports: Ports,
  secret: string | null,
  { body, signatures }: PagerDutyRequest,
): Promise<WebhookAnswer> {
  const received = secret === null ? NOT_SET_UP : readPagerDuty(body, signatures, secret);
  return received.kind === 'act' ? applyPagerDuty(ports, received.act) : answerWithoutAct(ports, received);
}

async function applyPagerDuty(ports: Ports, act: PagerDutyAct): Promise<WebhookAnswer> {
  const { what, key, by, eventId, at } = act;
  if (what === 'acknowledged' || what === 'resolved') {
    const closed = what === 'resolved';
    return acknowledged(ports, { incidentIds: [key], by, via: PAGERDUTY, eventId, closed, ...(at !== null && { at }) });
  }
  await (what === 'closed' ? closePage(ports, act) : takeUnacknowledgement(ports, act));
  return DONE;
}

/** Handles a click on Slack's acknowledge button. Throws `StoreError`. */
export async function receiveSlack(ports: Ports, secret: string | null, request: SlackRequest): Promise<WebhookAnswer> {
  const received = secret === null ? NOT_SET_UP : readSlack(request, secret, ports.now());
  if (received.kind !== 'act') return answerWithoutAct(ports, received);
  const { named, by, eventId } = received.act;
  return acknowledged(ports, { incidentIds: [named], by, eventId, via: SLACK });
}

async function acknowledged(ports: Ports, request: AcknowledgeRequest): Promise<WebhookAnswer> {
  const { notify } = await takeAcknowledgement(ports, request);
  return { status: 200, notify };
}

function answerWithoutAct(ports: Ports, received: Exclude<Received<unknown>, { readonly kind: 'act' }>): WebhookAnswer {
  if (received.kind === 'refuse') return { status: received.status, notify: null, refused: received.why };
  if (received.note !== undefined) ports.log(`audit: ${received.note}`);
  return DONE;
}

/** Leaves a line in the audit about what was refused before it was handled at all. */
export function auditRefusal({ log }: Pick<Ports, 'log'>, what: string): void {
  log(`audit: refused: ${clean(what)}`);
}
