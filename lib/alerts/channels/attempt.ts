import { lost } from './answers.ts';
import type { Channel, Letter, Outcome } from './channel.ts';
import type { Duration } from '../../domain/time.ts';
import { cut } from '../plain.ts';

const LONGEST_ERROR = 300;

type Sender = {
  readonly id: Channel['id'];
  readonly recipients: number;
  /** Longest time of one `send`. */
  readonly limit: Duration;
  readonly redact: (text: string) => string;
  readonly attempt: (letter: Letter, signal: AbortSignal) => Promise<Outcome>;
};

/** Makes a channel of one attempt: it ends in time whatever the SDK does, never throws, and lets no secret out. */
export function channelOf({ id, recipients, limit, redact, attempt }: Sender): Channel {
  async function send(letter: Letter, signal: AbortSignal): Promise<Outcome> {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
    const outcome = await Promise.race([attempt(letter, ends), interrupted(id, ends)]).catch((error: unknown) => lost(id, error));
    return outcome.result === 'accepted'
      ? { ...outcome, receipt: receiptOf(outcome.receipt) }
      : { ...outcome, error: errorOf(outcome.error, redact) };
  }
  return { id, recipients, send };
}

/** Settles when the signal fires and something that ignores it has had the time to say more. */
function interrupted(id: string, signal: AbortSignal): Promise<Outcome> {
  const outcome: Outcome = { result: 'unknown', error: `${id}: no answer in time` };
  return new Promise((resolve) => {
    const stop = (): void => void setImmediate(() => setImmediate(() => resolve(outcome)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** One line. Redacted before it is cut: half a secret at the cut would not be recognised. */
function errorOf(error: string, redact: Sender['redact']): string {
  return cut(redact(error).replace(/\s+/g, ' '), LONGEST_ERROR);
}

function receiptOf(receipt: string | null): string | null {
  return receipt === null ? null : cut(receipt, 200);
}
