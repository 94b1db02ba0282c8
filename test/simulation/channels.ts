import { refusal } from '../../lib/alerts/channels/answers.ts';
import type { Channel, Letter, Outcome } from '../../lib/alerts/channels/channel.ts';
import { CHANNEL_IDS, type ChannelId } from '../../lib/domain/policy.ts';
import { MINUTE, SECOND, type Instant } from '../../lib/domain/time.ts';
import type { Address, Providers } from './providers.ts';
import { type Call, type Fault, travel, type Trip, type Wires } from './wire.ts';

export type ChannelWeather = 'fine' | 'down' | 'limited' | 'refusing' | 'mute' | 'lossy';

export type Sky = {
  readonly weather: Record<ChannelId, ChannelWeather>;
  /** When each channel last did anything but take what it was given. */
  readonly foulAt: Record<ChannelId, Instant>;
};

export function fineSky(): Sky {
  const all = <T>(value: T): Record<ChannelId, T> => ({ pagerduty: value, sms: value, slack: value, email: value });
  return { weather: all<ChannelWeather>('fine'), foulAt: all(0) };
}

export type Sent = { readonly call: Call; readonly channel: ChannelId; readonly letter: Letter; readonly outcome: Outcome };
export type Sending = {
  readonly wires: Wires;
  readonly providers: Providers;
  readonly sky: Sky;
  readonly began: (sent: Omit<Sent, 'outcome'>) => void;
  readonly ended: (sent: Sent) => void;
};

export const RETRY_AFTER = 20 * MINUTE;
export const RECIPIENTS: Readonly<Record<ChannelId, number>> = { pagerduty: 1, sms: 1, slack: 1, email: 2 };
const CONTACTS: Readonly<Partial<Record<ChannelId, number>>> = { sms: 1, email: 1 };
/** A team with a PagerDuty service and a Slack channel of its own, which looks after one cluster. */
export const [TEAM, TEAMS_CLUSTER] = ['data', 'c4'];
export const TEAMS_CHANNELS: readonly ChannelId[] = ['pagerduty', 'slack'];

/** The channels as one call uses them. What the providers do is theirs; whether it arrives, and what is heard of it, is the weather's. */
export function channelsOf(call: Call, sending: Sending): readonly Channel[] {
  return [
    ...CHANNEL_IDS.map((id) => ({
      id,
      recipients: RECIPIENTS[id],
      contacts: CONTACTS[id] ?? 0,
      send: (letter: Letter) => send({ id, team: null }, letter, call, sending),
    })),
    ...TEAMS_CHANNELS.map((id) => ({
      id,
      team: TEAM,
      recipients: 1,
      send: (letter: Letter) => send({ id, team: TEAM }, letter, call, sending),
    })),
  ];
}

/** A stuck one ignores its signal too; the courier gives it up by itself. */
async function send(address: Address, letter: Letter, call: Call, sending: Sending): Promise<Outcome> {
  const { id } = address;
  const { wires, providers, sky } = sending;
  sending.began({ call, channel: id, letter });
  const act = (): Outcome => providers.take(address, letter, wires.timeline.now());
  const befalls = (fault: Fault): Trip<Outcome> => {
    const real = faultOf(sky.weather[id], fault);
    if (real !== 'none') {
      call.disturbed = true;
      sky.foulAt[id] = wires.timeline.now();
    }
    return tripOf(id, act, real);
  };
  const outcome = await travel(wires, call, `${id} ${letter.key}`, befalls);
  sending.ended({ call, channel: id, letter, outcome });
  return outcome;
}

const BY_WEATHER: Readonly<Record<Exclude<ChannelWeather, 'fine'>, Fault>> = {
  down: 'fails',
  limited: 'limited',
  refusing: 'refused',
  mute: 'timesOut',
  lossy: 'gateway',
};

function faultOf(weather: ChannelWeather, fault: Fault): Fault {
  return weather === 'fine' || fault === 'killedBefore' || fault === 'killedAfter' ? fault : BY_WEATHER[weather];
}

const [QUICK, REQUEST_TIMEOUT] = [300, 10 * SECOND];

function tripOf(id: ChannelId, act: () => Outcome, fault: Fault): Trip<Outcome> {
  const unknown = (): Outcome => ({ result: 'unknown', error: `${id}: no answer in time` });
  const failed = (retryAfter: number | null) => (): Outcome => ({ result: 'failed', error: `${id} answered 503`, retryAfter });
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the other faults are not of this wire
  switch (fault) {
    case 'slow':
    case 'arrivesLate':
      return { acts: [8 * SECOND], act, answers: 9 * SECOND, answer: told };
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
      return { acts: [QUICK], act, answers: 2 * QUICK, answer: told };
  }
}

function told([outcome]: readonly Outcome[]): Outcome {
  return outcome ?? { result: 'unknown', error: 'nothing came back' };
}

function thrown(): never {
  throw new TypeError('a channel that throws, which none may');
}
