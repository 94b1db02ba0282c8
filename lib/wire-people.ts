import { clean } from './alerts/plain.ts';
import type { SilenceRequest } from './incidents/silence.ts';
import type { Parts } from './parts.ts';
import { closePage, giveBack, takeAcknowledgement, type Taken } from './people.ts';
import { prove } from './prove.ts';
import { resend, type Resend } from './resend.ts';
import { addSilence, addWindow, endSilence, type Silencing, type WindowMaking, type WindowRequest } from './silences.ts';
import { readPagerDuty, type Received } from './webhooks/pagerduty.ts';
import { readSlack, type SlackRequest } from './webhooks/slack.ts';
import { openForPeople } from './wire.ts';
import { environment } from './wire-environment.ts';

export type { SilenceRequest, WindowRequest };

export type WebhookAnswer = { readonly status: number; readonly tell: (() => Promise<void>) | null };

/** A PagerDuty webhook: an acknowledgement is taken, a replay answers 2xx and changes nothing (a 4xx would switch the subscription off). */
export async function pagerdutyWebhook(body: Uint8Array, signatures: string | null): Promise<WebhookAnswer> {
  const { pagerdutySecret } = environment().webhooks;
  const received = pagerdutySecret === null ? NOT_SET_UP : readPagerDuty(body, signatures, pagerdutySecret);
  if (received.kind !== 'act') return unacted(received, await openForPeople());
  const { eventId, incidentId, what, by, at } = received.act;
  if (what === 'unacknowledged') {
    await giveBack(await openForPeople(), incidentId, eventId, at);
    return { status: 200, tell: null };
  }
  if (what === 'closed') {
    await closePage(await openForPeople(), incidentId, eventId);
    return { status: 200, tell: null };
  }
  const taking = {
    incidentIds: [incidentId],
    by,
    via: 'pagerduty',
    eventId,
    closed: what === 'resolved',
    ...(at !== null && { at }),
  } as const;
  const { tell } = await takeAcknowledgement(await openForPeople(), taking);
  return { status: 200, tell };
}

/** A click on Slack's acknowledge button. */
export async function slackWebhook(request: SlackRequest): Promise<WebhookAnswer> {
  const { slackSigningSecret } = environment().webhooks;
  const received = slackSigningSecret === null ? NOT_SET_UP : readSlack(request, slackSigningSecret, Date.now());
  if (received.kind !== 'act') return unacted(received, await openForPeople());
  const { named, by, eventId } = received.act;
  const { tell } = await takeAcknowledgement(await openForPeople(), { incidentIds: [named], by, eventId, via: 'slack' });
  return { status: 200, tell };
}

const NOT_SET_UP = { kind: 'refuse', status: 401, why: 'a webhook came, but its secret is not set' } as const;

function unacted(received: Exclude<Received<unknown>, { readonly kind: 'act' }>, { log }: Parts): WebhookAnswer {
  if (received.kind === 'ignore') {
    if (received.note !== undefined) log(`audit: ${received.note}`);
    return { status: 200, tell: null };
  }
  log(`audit: refused: ${received.why}`);
  return { status: received.status, tell: null };
}

/** Leaves a line of what was refused before it got any further. Throws `EnvironmentError`. */
export async function auditRefusal(what: string): Promise<void> {
  const { log } = await openForPeople();
  log(`audit: refused: ${clean(what)}`);
}

export async function acknowledgeFromPage(incidentId: string, user: string): Promise<Taken> {
  return takeAcknowledgement(await openForPeople(), { incidentIds: [incidentId], by: user, via: 'page' });
}

/** A silence, or a maintenance window, asked for by a signed-in user. */
export async function silenceFromPage(request: SilenceRequest | WindowRequest): Promise<Silencing | WindowMaking> {
  const parts = await openForPeople();
  return 'cron' in request ? addWindow(parts, request) : addSilence(parts, request);
}

/** Ends a silence, or a maintenance window that somebody made, for a signed-in user. False where there is none of this id. Throws `StoreError`. */
export async function endSilenceFromPage(id: string, user: string): Promise<boolean> {
  return endSilence(await openForPeople(), id, user);
}

/** Sends a message again that was refused or is owed. Throws `StoreError`. */
export async function resendFromPage(key: string, user: string): Promise<Resend> {
  return resend(await openForPeople(), key, user);
}

/** Sends a synthetic P0 and P1 through the real channels; they end by themselves. Throws `StoreError`, `EnvironmentError`. */
export async function proveAlerts(): Promise<string> {
  return prove(await openForPeople());
}
