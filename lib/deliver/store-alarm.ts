import type { Channel, Notification } from './attempt/channel.ts';
import { machineTimer } from './deliver.ts';
import { newDelivery } from '../domain/incidents/delivery.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { ChannelId, GeneralPolicy } from '../domain/policy/policy.ts';
import { type Duration, type Instant, iso, type Timer } from '../domain/time.ts';
import { storeDownIncident, resolvedStoreIncident, storeDownKeys } from './store-down.ts';

/** The alarm that needs no store, and the resolves that follow it. There is one for each process. */
export type StoreAlarm = {
  /** Triggers the day's key at PagerDuty and pings the heartbeat's /fail. Never throws; takes at most `within`. */
  readonly raise: (reason: string, within: Duration) => Promise<void>;
  /** The resolves that the next swap adds, because an alarm may have been raised. */
  readonly owedResolves: (head: Head) => readonly Delivery[];
  /** The same, but only if this very process raised the alarm: dispatch runs sooner than the next check. */
  readonly ownResolves: () => readonly Delivery[];
  /** To be called when a swap succeeded. */
  readonly written: () => void;
};

type AlarmOptions = {
  readonly channels: readonly Channel[];
  readonly heartbeat: (kind: 'fail', words: string) => Promise<boolean | void>;
  readonly statusUrl: string | null;
  readonly general: GeneralPolicy;
  readonly now: () => Instant;
  readonly timer?: Timer;
};

export function openStoreAlarm({ channels, heartbeat, statusUrl, general, now, timer = machineTimer }: AlarmOptions): StoreAlarm {
  // A provider that keeps incidents by key folds the alarms of one day into one, without any state of ours.
  const pager = channels.find(({ id }) => traitsOf(general, id).tracksIncidents);
  // A new process cannot know whether the one before it raised the alarm.
  let mayBeOut = true;
  let raisedFirst: Instant | null = null;
  // A resolve has a key of its own by its time. Where the clock has stepped back, that time may be the time of an earlier resolve.
  let raisedLast = 0;
  const stamp = (): Instant => Math.max(now(), raisedLast + 1);
  return {
    raise: async (reason, within) => {
      mayBeOut = true;
      raisedLast = Math.max(raisedLast, now());
      raisedFirst ??= now();
      const cut = new AbortController();
      const notification = notificationOf(storeDownIncident(now(), reason), { statusUrl, now: now(), channel: pager?.id });
      const late = Promise.withResolvers<void>();
      const cancel = timer(Math.max(1, Math.floor(within)), () => late.resolve());
      await Promise.race([
        Promise.allSettled([pager?.send(notification, cut.signal), heartbeat('fail', `state: ${reason}`)]),
        late.promise,
      ]);
      cancel();
      cut.abort();
    },
    // Before the first recorded run, only this very process can have raised the alarm.
    owedResolves: (head) =>
      pager && (raisedFirst !== null || (head.lastRun && (mayBeOut || othersMayHave(head, general, now()))))
        ? resolvesFor(pager.id, { now: now(), stamp: stamp() }, earlier(head.lastRun?.startedAt, raisedFirst))
        : [],
    ownResolves: () => (pager && raisedFirst !== null ? resolvesFor(pager.id, { now: now(), stamp: stamp() }, raisedFirst) : []),
    written: () => {
      mayBeOut = false;
      raisedFirst = null;
    },
  };
}

/**
 * Another process may have raised the alarm and died, if a check is missing before this one. The day's first check also ends what a dispatch of the day
 * before may have left behind.
 */
function othersMayHave({ lastRun }: Head, general: GeneralPolicy, now: Instant): boolean {
  if (lastRun === null) return false;
  return now - lastRun.startedAt > 1.5 * general.checkInterval || iso(lastRun.startedAt).slice(0, 10) < iso(now).slice(0, 10);
}

/** No alarm is older than the last recorded run, whichever process raised it. */
function earlier(lastRun: Instant | undefined, raisedFirst: Instant | null): Instant | null {
  if (lastRun === undefined) return raisedFirst;
  return raisedFirst === null ? lastRun : Math.min(lastRun, raisedFirst);
}

type ResolveTimes = { readonly now: Instant; readonly stamp: Instant };

function resolvesFor(channel: ChannelId, { now, stamp }: ResolveTimes, since: Instant | null): readonly Delivery[] {
  return storeDownKeys(now, since).flatMap((key) => {
    const incident = resolvedStoreIncident(key, now);
    return incident ? [newDelivery([incident], { channel, recipient: 0, kind: 'resolve', reroute: null, stamp }, now)] : [];
  });
}

function notificationOf(
  incident: Incident,
  { statusUrl, now, channel }: { readonly statusUrl: string | null; readonly now: Instant; readonly channel: ChannelId | undefined },
): Notification {
  return {
    key: `trigger/${channel}/0/${incident.id}`,
    kind: 'trigger',
    priority: 'P0',
    incidents: [incident],
    reroute: null,
    root: null,
    ambiguous: false,
    recipient: 0,
    statusUrl,
    canAcknowledge: false,
    now,
  };
}
