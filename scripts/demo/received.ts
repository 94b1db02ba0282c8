import { buttonOf } from './answers.ts';
import type { Emulators } from './emulators.ts';
import { CONTACT } from './policy.ts';

/** How many of each are shown, the newest first. */
const SHOWN = 25;

/** The messages that people received, as the control page shows them. */
export function receivedBy({ pagerduty, slack, smtp, twilio }: Pick<Emulators, 'pagerduty' | 'slack' | 'smtp' | 'twilio'>) {
  return {
    pages: newest(pagerduty.alerts).map(({ key, payload, state, openedAt, acknowledgedBy }) => ({
      key,
      text: payload.summary,
      severity: payload.severity,
      state,
      by: acknowledgedBy.find(({ type }) => type === 'user_reference')?.summary ?? null,
      at: openedAt,
    })),
    texts: newest(twilio.messages).map(({ to, body, at }) => ({ to: to === CONTACT.phone ? CONTACT.name : 'the on-call', text: body, at })),
    slack: newest(slack.messages).map((message) => ({
      ts: message.ts,
      text: message.text,
      at: Number(message.ts) * 1_000,
      reply: message.thread_ts !== undefined,
      edits: message.edits,
      canAcknowledge: buttonOf(message) !== null,
    })),
    mails: newest(smtp.mails).map(({ to, subject, text, at }) => ({ to: to.join(', '), subject, text, at })),
  };
}

function newest<T>(all: readonly T[]): readonly T[] {
  return all.slice(-SHOWN).toReversed();
}
