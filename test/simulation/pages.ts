import type { Notification } from '../../lib/deliver/attempt/channel.ts';
import { pageKey } from '../../lib/domain/incidents/delivery.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { Call } from './wire.ts';

/** What both sides know of one page at PagerDuty, by its key. */
type Page = {
  /** When a person resolved it there; null: nobody did, or our own resolve was sent since. */
  closedAt: Instant | null;
  /** Calls that PagerDuty answered that it took an event under this key. */
  readonly toldTo: Set<Call>;
  /** Does a stored head say that it arrived? */
  recorded: boolean;
  /** When PagerDuty's API last answered what became of it, and the calls that asked in vain since a person resolved it. */
  answeredAt: Instant;
  readonly askedInVain: Set<Call>;
  /** Who sent the last event under it. */
  sender: Call | null;
};

export type Pages = Map<string, Page>;

function pageOf(pages: Pages, key: string): Page {
  const page = pages.get(key) ?? {
    closedAt: null,
    toldTo: new Set(),
    recorded: false,
    answeredAt: Number.NEGATIVE_INFINITY,
    askedInVain: new Set(),
    sender: null,
  };
  pages.set(key, page);
  return page;
}

/** A person resolves it at PagerDuty. */
export function closedByHand(pages: Pages, key: string, now: Instant): void {
  const page = pageOf(pages, key);
  page.closedAt = now;
  page.askedInVain.clear();
}

/** A call asks PagerDuty about it, and is answered or not. */
export function recordStateRead(pages: Pages, key: string, { call, answered, now }: { call: Call; answered: boolean; now: Instant }): void {
  const page = pageOf(pages, key);
  if (answered) page.answeredAt = now;
  else page.askedInVain.add(call);
}

/** An event is sent under its key. */
export function eventSent(pages: Pages, notification: Notification, call: Call): void {
  const page = pageOf(pages, keyOf(notification));
  page.sender = call;
  if (notification.kind === 'resolve') page.closedAt = null;
}

/** PagerDuty's answer that it took an event came back. */
export function eventTaken(pages: Pages, notification: Notification, call: Call): void {
  pageOf(pages, keyOf(notification)).toldTo.add(call);
}

/** What a stored head knows to have arrived is known for ever. */
export function arrivalsStored(pages: Pages, before: Head, { deliveries }: Head): void {
  const old = new Set(before.deliveries);
  for (const delivery of deliveries) {
    if (delivery.channel !== 'pagerduty' || delivery.state !== 'accepted' || old.has(delivery)) continue;
    const root = delivery.root === null ? delivery : deliveries.find(({ key }) => key === delivery.root);
    pageOf(pages, pageKey(root ?? delivery) ?? '').recorded = true;
  }
}

/**
 * The one case in which a key is triggered again after its resolve, and nobody is to blame. PagerDuty took the trigger and its answer was lost; a
 * person resolved the page there; from then on PagerDuty could not be read, though the sender asked it first. Such a sender cannot know whether
 * anybody was ever paged: to send again under the same key is right where the first was lost (at least once), and opens the page a second time
 * where it was not. Whoever was told of the arrival, or was answered since, or did not ask, is to blame.
 */
export function couldNotKnow(pages: Pages, key: string): boolean {
  const { closedAt, toldTo, recorded, answeredAt, askedInVain, sender } = pageOf(pages, key);
  if (closedAt === null || recorded || answeredAt >= closedAt) return false;
  // Who was told and died of it, or could not write it down, has told nobody else.
  const knows = [...toldTo].some(({ machine, storeDisturbed }) => machine.alive && !storeDisturbed);
  return !knows && sender !== null && askedInVain.has(sender);
}

function keyOf({ dedupKey, incidents }: Notification): string {
  return dedupKey ?? incidents[0]?.id ?? '';
}
