import type { Channel, Notification, Outcome } from './channel.ts';
import type { Duration, Timer } from '../../domain/time.ts';

type Surroundings = {
  readonly timer: Timer;
  /** Takes an error that a channel threw, though none may. */
  readonly log?: (line: string, cause: unknown) => void;
};

/** One send that ends in time, whatever the channel does. */
export async function attemptWithin(
  timeout: Duration,
  channel: Channel,
  notification: Notification,
  { timer, log }: Surroundings,
): Promise<Outcome> {
  const cut = new AbortController();
  const cancel = timer(Math.max(1, Math.floor(timeout)), () => cut.abort());
  const gaveUp = new Promise<Outcome>((resolve) => {
    const giveUp = (): void => resolve({ result: 'unknown', error: `${channel.id}: no answer within ${Math.round(timeout / 1000)} s` });
    // A channel that ignores its signal must not hold the run. A little later, so that a channel that obeys it can report what it knows.
    cut.signal.addEventListener('abort', () => timer(50, giveUp), { once: true });
  });
  const outcome = await Promise.race([
    channel.send(notification, cut.signal).catch((cause: unknown) => unexpected(channel, cause, log)),
    gaveUp,
  ]);
  cancel();
  return outcome;
}

/** `send` never throws. If it does all the same, the error's text may contain a secret, so only its class is kept; the log hides secrets. */
function unexpected(channel: Channel, cause: unknown, log: Surroundings['log']): Outcome {
  const error = `${channel.id}: unexpected ${cause instanceof Error ? cause.name : 'error'}`;
  log?.(error, cause);
  return { result: 'unknown', error };
}
