import type { World } from './world.ts';

const SHOWN = 30;

/** What reached people, newest first. */
export function toldSoFar({ pagerduty, slack, smtp, twilio }: World) {
  return {
    pages: newest(pagerduty.alerts).map(({ payload, state, openedAt }) => ({
      text: payload.summary,
      severity: payload.severity,
      state,
      at: openedAt,
    })),
    texts: newest(twilio.messages).map(({ to, body, at }) => ({ to, text: body, at })),
    slack: newest(slack.messages).map(({ ts, thread_ts, text, edits }) => ({
      text,
      at: Number(ts) * 1_000,
      reply: thread_ts !== undefined,
      edits,
    })),
    mails: newest(smtp.mails).map(({ to, subject, text }) => ({ to: to.join(', '), subject, text })),
  };
}

function newest<T>(all: readonly T[]): readonly T[] {
  return all.slice(-SHOWN).toReversed();
}
