import { lost } from './provider-answer.ts';
import type { Channel, Notification, Outcome } from './channel.ts';
import type { Duration } from '../../domain/time.ts';
import { maskPeople, maskPerson } from '../../domain/masked.ts';
import { clean, cut } from '../../domain/text.ts';

const LONGEST_ERROR = 300;

export type Person = { readonly address: string; readonly masked: string };

type Sender = {
  readonly id: Channel['id'];
  readonly recipients: number;
  /** What a provider's error may call a recipient, and what we call them instead, in the order of the recipients. */
  readonly people?: readonly Person[];
  /** Longest time of one `send`. */
  readonly limit: Duration;
  readonly redact: (text: string) => string;
  readonly attempt: (notification: Notification, signal: AbortSignal) => Promise<Outcome>;
};

/** Makes a channel out of one attempt. Its sending ends in time whatever the SDK does, never throws, and lets no secret out. */
export function channelOf({ id, recipients, people = [], limit, redact, attempt }: Sender): Channel {
  async function send(notification: Notification, signal: AbortSignal): Promise<Outcome> {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
    const outcome = await Promise.race([attempt(notification, ends), interrupted(id, ends)]).catch((error: unknown) => lost(id, error));
    return outcome.result === 'accepted'
      ? { ...outcome, receipt: receiptOf(outcome.receipt) }
      : { ...outcome, error: errorOf(outcome.error, people, redact) };
  }
  return { id, recipients, ...(people.length > 0 && { recipientNames: people.map(({ masked }) => masked) }), send };
}

/** Settles a moment after the signal fires, so that an attempt that obeys the signal can report more than that. */
function interrupted(id: string, signal: AbortSignal): Promise<Outcome> {
  const outcome: Outcome = { result: 'unknown', error: `${id}: no answer in time` };
  return new Promise((resolve) => {
    const stop = (): void => void setImmediate(() => setImmediate(() => resolve(outcome)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * One line, as the page and other channels show it: without secrets, and without a whole address of our recipients or of anybody else whom a server names.
 * It is redacted before it is cut, because half a secret or address at the cut would not be recognised, and cleaned before that, because invisible marks
 * inside of one would hide it, and be gone afterwards.
 */
function errorOf(error: string, people: readonly Person[], redact: Sender['redact']): string {
  const masked = people.reduce((text, person) => maskPerson(text, person), redact(clean(redact(error))));
  return cut(maskPeople(masked), LONGEST_ERROR);
}

function receiptOf(receipt: string | null): string | null {
  return receipt === null ? null : cut(receipt, 200);
}
