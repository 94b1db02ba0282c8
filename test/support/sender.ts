import type { Channel, Notification } from '../../lib/deliver/attempt/channel.ts';
import type { Sender } from '../../lib/deliver/deliver.ts';
import type { HeadAccess } from '../../lib/deliver/outcomes.ts';
import type { Outcome } from '../../lib/domain/incidents/delivery-queue.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { ChannelId } from '../../lib/domain/policy/policy.ts';
import { NOW } from './facts.ts';

export const ACCEPTED: Outcome = { result: 'accepted', receipt: 'receipt' };
export const FAILED: Outcome = { result: 'failed', error: '503', retryAfter: null };
export const REJECTED: Outcome = { result: 'rejected', error: '400' };

/** A channel that records its notifications and answers by `answer`. */
export type Recorder = Channel & {
  readonly notifications: readonly Notification[];
  answer: (notification: Notification, signal: AbortSignal) => Outcome | Promise<Outcome>;
};

export function recorder(id: ChannelId, answer: Recorder['answer'] = () => ACCEPTED): Recorder {
  const notifications: Notification[] = [];
  const channel: Recorder = {
    id,
    recipients: 1,
    notifications,
    answer,
    send: async (notification, signal) => {
      notifications.push(notification);
      return channel.answer(notification, signal);
    },
  };
  return channel;
}

/** Never resolves, and ignores the abort signal. */
export function hanging(): Promise<Outcome> {
  return new Promise(() => {});
}

export function sender(channels: readonly Channel[], changes: Partial<Sender> = {}): Sender {
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

/** A head in memory. While `fail` is true, recording throws. */
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
