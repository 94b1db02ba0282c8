import { deliveryInWords } from '../../domain/incidents/delivery-words.ts';
import type { DeliveryKind } from '../../domain/incidents/incident.ts';
import type { Instant } from '../../domain/time.ts';
import type { DeliveryJson } from '../status-json.ts';

/** What a message was, where it was not the first one about its incident. */
const KINDS: Readonly<Record<DeliveryKind, string>> = {
  trigger: '',
  update: ' update',
  acknowledge: ' acknowledgement',
  escalate: ' escalation',
  remind: ' reminder',
  resolve: ' end',
  past: ', told late',
  digest: ' digest',
};

export type Receipt = { readonly text: string; readonly isTrouble: boolean };

/** What became of the messages about an incident, each sentence once: "PagerDuty: delivered 03:02Z". */
export function receiptsOf(deliveries: readonly DeliveryJson[], names: Readonly<Record<string, string>>, now: Instant): readonly Receipt[] {
  const sent = deliveries.map((delivery) => ({
    isTrouble: isTrouble(delivery),
    about: `${names[delivery.channel] ?? delivery.channel}${KINDS[delivery.kind]}`,
    outcome: outcomeInWords(delivery, now),
  }));
  const alike = Map.groupBy(sent, ({ about, outcome }) => `${about}: ${outcome}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const to = group.length === 1 ? '' : ` to ${group.length} recipients`;
    return [{ text: `${first.about}${to}: ${first.outcome}`, isTrouble: first.isTrouble }];
  });
}

type Outcome = Pick<DeliveryJson, 'state' | 'attempts' | 'acceptedAt' | 'nextTryAt' | 'lastError'>;

/** "delivered 03:02Z", "waiting, next try 03:12Z: Twilio answered 503". The reason of an earlier try is of no use once it has arrived. */
export function outcomeInWords({ lastError, ...delivery }: Outcome, now: Instant): string {
  const { acceptedAt, nextTryAt } = delivery;
  const words = deliveryInWords({ ...delivery, acceptedAt: instantOf(acceptedAt), nextTryAt: instantOf(nextTryAt) }, now);
  const isOver = delivery.state === 'accepted' || delivery.state === 'cancelled';
  return lastError === null || isOver ? words : `${words}: ${lastError}`;
}

function instantOf(at: string | null): Instant | null {
  return at === null ? null : Date.parse(at);
}

function isTrouble({ state, attempts }: DeliveryJson): boolean {
  return state === 'rejected' || state === 'unknown' || (state === 'owed' && attempts > 0);
}
