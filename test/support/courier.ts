import type { Channel, Letter } from '../../lib/alerts/channels/channel.ts';
import type { Courier } from '../../lib/alerts/deliver.ts';
import type { HeadAccess } from '../../lib/alerts/outcomes.ts';
import type { Outcome } from '../../lib/alerts/queue.ts';
import { policyOf } from '../../lib/config/policy.ts';
import type { Head } from '../../lib/domain/head.ts';
import type { ChannelId } from '../../lib/domain/policy.ts';
import { NOW } from './facts.ts';

export const ACCEPTED: Outcome = { result: 'accepted', receipt: 'receipt' };
export const FAILED: Outcome = { result: 'failed', error: '503', retryAfter: null };
export const REJECTED: Outcome = { result: 'rejected', error: '400' };

/** A channel that keeps what it was given and answers as told. */
export type Recorder = Channel & {
  readonly letters: readonly Letter[];
  answer: (letter: Letter, signal: AbortSignal) => Outcome | Promise<Outcome>;
};

export function recorder(id: ChannelId, answer: Recorder['answer'] = () => ACCEPTED): Recorder {
  const letters: Letter[] = [];
  const channel: Recorder = {
    id,
    recipients: 1,
    letters,
    answer,
    send: async (letter, signal) => {
      letters.push(letter);
      return channel.answer(letter, signal);
    },
  };
  return channel;
}

/** What never answers, and does not even listen to its signal. */
export function hanging(): Promise<Outcome> {
  return new Promise(() => {});
}

export function courier(channels: readonly Channel[], changes: Partial<Courier> = {}): Courier {
  const now = changes.now ?? (() => NOW);
  const roster = channels.map(({ id, recipients }) => ({ id, recipients }));
  return {
    channels,
    context: () => ({ roster, general: policyOf({}).general, now: now() }),
    owner: 'run-1',
    statusUrl: null,
    canAcknowledge: false,
    requestTimeoutMs: 1_000,
    now,
    deadline: NOW + 60_000,
    ...changes,
  };
}

export type Access = HeadAccess & { readonly swaps: () => number };

/** A head in memory; `fail` makes the recording throw. */
export function holding(head: Head, fail: () => boolean = () => false): Access {
  let current = head;
  let swaps = 0;
  return {
    head: () => current,
    swaps: () => swaps,
    update: async ({ apply }) => {
      if (fail()) throw new Error('the store is gone');
      swaps += 1;
      current = apply(current);
      return current;
    },
  };
}
