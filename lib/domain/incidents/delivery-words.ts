import type { Delivery } from './incident.ts';
import { type Instant, short } from '../time.ts';

type Shown = Pick<Delivery, 'state' | 'attempts' | 'acceptedAt' | 'nextTryAt'>;

const SOON = 'within minutes';

/** What became of a message, in a person's words: "delivered 03:02Z", "waiting, next try 03:12Z", "refused, tried again 04:00Z". */
export function deliveryInWords({ state, attempts, acceptedAt, nextTryAt }: Shown, now: Instant): string {
  const next = nextTryAt === null ? null : nextTryAt <= now ? SOON : short(nextTryAt, now);
  switch (state) {
    case 'accepted':
      return acceptedAt === null ? 'delivered' : `delivered ${short(acceptedAt, now)}`;
    case 'owed':
      return next === null ? 'being sent' : attempts === 0 && next === SOON ? 'about to be sent' : `waiting, next try ${next}`;
    case 'rejected':
      return next === null ? 'refused' : `refused, tried again ${next}`;
    case 'unknown':
      return next === null ? 'may have arrived, not sent again' : `may have arrived, tried again ${next}`;
    case 'cancelled':
      return 'not needed any more';
  }
}
