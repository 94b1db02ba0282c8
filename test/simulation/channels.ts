import { refusal } from '../../lib/deliver/attempt/provider-answer.ts';
import type { Channel, Notification, Outcome } from '../../lib/deliver/attempt/channel.ts';
import { CHANNEL_IDS, type ChannelId } from '../support/channel-ids.ts';
import { MINUTE, SECOND, type Instant } from '../../lib/domain/time.ts';
import type { Address, Providers } from './providers.ts';
import { type Call, type Fault, travel, type Trip, type Wires } from './wire.ts';

export type ChannelCondition = 'fine' | 'down' | 'limited' | 'refusing' | 'hanging' | 'lossy';

export type ProviderConditions = {
  readonly condition: Record<ChannelId, ChannelCondition>;
  /** When each channel last did anything but take what it was given. */
  readonly lastDisturbedAt: Record<ChannelId, Instant>;
};

export function healthyProviders(): ProviderConditions {
  const all = <T>(value: T): Record<ChannelId, T> => ({ pagerduty: value, sms: value, slack: value, email: value });
  return { condition: all<ChannelCondition>('fine'), lastDisturbedAt: all(0) };
}

export type Sent = { readonly call: Call; readonly channel: ChannelId; readonly notification: Notification; readonly outcome: Outcome };
export type Sending = {
  readonly wires: Wires;
  readonly providers: Providers;
  readonly conditions: ProviderConditions;
  readonly began: (sent: Omit<Sent, 'outcome'>) => void;
  readonly ended: (sent: Sent) => void;
};

export const RETRY_AFTER = 20 * MINUTE;
export const RECIPIENTS: Readonly<Record<ChannelId, number>> = { pagerduty: 1, sms: 1, slack: 1, email: 2 };
const CONTACTS: Readonly<Partial<Record<ChannelId, number>>> = { sms: 1, email: 1 };
/** A team with a PagerDuty service and a Slack channel of its own, which looks after one cluster. */
export const [TEAM, TEAMS_CLUSTER] = ['data', 'c4'];
export const TEAMS_CHANNELS: readonly ChannelId[] = ['pagerduty', 'slack'];

/** The channels as one call uses them. The providers decide what they do with a message; the conditions decide whether it arrives, and whether the answer comes back. */
export function channelsOf(call: Call, sending: Sending): readonly Channel[] {
  return [
    ...CHANNEL_IDS.map((id) => ({
      id,
      recipients: RECIPIENTS[id],
      contacts: CONTACTS[id] ?? 0,
      send: (notification: Notification) => send({ id, team: null }, notification, call, sending),
    })),
    ...TEAMS_CHANNELS.map((id) => ({
      id,
      team: TEAM,
      recipients: 1,
      send: (notification: Notification) => send({ id, team: TEAM }, notification, call, sending),
    })),
  ];
}

/** A stuck one ignores its signal too; the sender gives it up by itself. */
async function send(address: Address, notification: Notification, call: Call, sending: Sending): Promise<Outcome> {
  const { id } = address;
  const { wires, providers, conditions } = sending;
  sending.began({ call, channel: id, notification });
  const act = (): Outcome => providers.take(address, notification, wires.timeline.now());
  const befalls = (fault: Fault): Trip<Outcome> => {
    const real = faultOf(conditions.condition[id], fault);
    if (real !== 'none') {
      call.disturbed = true;
      conditions.lastDisturbedAt[id] = wires.timeline.now();
    }
    return tripOf(id, act, real);
  };
  const outcome = await travel(wires, call, `${id} ${notification.key}`, befalls);
  sending.ended({ call, channel: id, notification, outcome });
  return outcome;
}

const FAULT_BY_CONDITION: Readonly<Record<Exclude<ChannelCondition, 'fine'>, Fault>> = {
  down: 'fails',
  limited: 'limited',
  refusing: 'refused',
  hanging: 'timesOut',
  lossy: 'gateway',
};

function faultOf(weather: ChannelCondition, fault: Fault): Fault {
  return weather === 'fine' || fault === 'killedBefore' || fault === 'killedAfter' ? fault : FAULT_BY_CONDITION[weather];
}

const [QUICK, REQUEST_TIMEOUT] = [300, 10 * SECOND];

function tripOf(id: ChannelId, act: () => Outcome, fault: Fault): Trip<Outcome> {
  const unknown = (): Outcome => ({ result: 'unknown', error: `${id}: no answer in time` });
  const failed = (retryAfter: number | null) => (): Outcome => ({ result: 'failed', error: `${id} answered 503`, retryAfter });
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the other faults are not of this wire
  switch (fault) {
    case 'slow':
    case 'arrivesLate':
      return { acts: [8 * SECOND], act, answers: 9 * SECOND, answer: answered };
    case 'fails':
    case 'failsOnce':
      return { acts: [], act, answers: QUICK, answer: failed(null) };
    case 'limited':
      return { acts: [], act, answers: QUICK, answer: failed(RETRY_AFTER) };
    case 'refused':
      return { acts: [], act, answers: QUICK, answer: () => ({ result: 'rejected', error: `${id} answered 400` }) };
    case 'answerLost':
    case 'answerLostOnce':
      return { acts: [QUICK], act, answers: REQUEST_TIMEOUT, answer: unknown };
    // The provider has it, and what stands in between gives its answer up.
    case 'gateway':
      return { acts: [QUICK], act, answers: REQUEST_TIMEOUT, answer: () => refusal(504, `${id} answered 504`, null) };
    case 'timesOut':
      return { acts: [], act, answers: REQUEST_TIMEOUT, answer: unknown };
    case 'stuck':
      return { acts: [QUICK], act, answers: null, answer: unknown };
    case 'throws':
      return { acts: [QUICK], act, answers: QUICK * 2, answer: thrown };
    default:
      return { acts: [QUICK], act, answers: 2 * QUICK, answer: answered };
  }
}

function answered([outcome]: readonly Outcome[]): Outcome {
  return outcome ?? { result: 'unknown', error: 'nothing came back' };
}

function thrown(): never {
  throw new TypeError('a channel that throws, which none may');
}
