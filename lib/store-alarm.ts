import type { Channel, Letter } from './alerts/channels/channel.ts';
import { machineTimer } from './alerts/deliver.ts';
import { made } from './alerts/delivery.ts';
import type { Head } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import type { GeneralPolicy } from './domain/policy.ts';
import { type Duration, type Instant, iso, type Timer } from './domain/time.ts';
import { storeDown, storeIncidentOf, storeKeys } from './domain/store-down.ts';

/** The alarm that needs no store, and the resolves that follow it. One a process. */
export type StoreAlarm = {
  /** PagerDuty under the day's key, and the heartbeat's /fail. Never throws; takes at most `within`. */
  readonly raise: (reason: string, within: Duration) => Promise<void>;
  /** Resolves that the next swap should owe, since an alarm may be out. */
  readonly owedResolves: (head: Head) => readonly Delivery[];
  /** As `owedResolves`, but only where this very process raised the alarm: dispatch comes sooner than the next check. */
  readonly ownResolves: () => readonly Delivery[];
  /** A swap went through. */
  readonly written: () => void;
};

type AlarmParts = {
  readonly channels: readonly Channel[];
  readonly heartbeat: (kind: 'fail', words: string) => Promise<boolean | void>;
  readonly statusUrl: string | null;
  readonly general: GeneralPolicy;
  readonly now: () => Instant;
  readonly timer?: Timer;
};

export function openStoreAlarm({ channels, heartbeat, statusUrl, general, now, timer = machineTimer }: AlarmParts): StoreAlarm {
  const pager = channels.find((channel) => channel.id === 'pagerduty');
  // A new process cannot know whether the one before it raised the alarm.
  let mayBeOut = true;
  let raisedFirst: Instant | null = null;
  return {
    raise: async (reason, within) => {
      mayBeOut = true;
      raisedFirst ??= now();
      const cut = new AbortController();
      const letter = letterOf(storeDown(now(), reason), { statusUrl, now: now() });
      const late = Promise.withResolvers<void>();
      const cancel = timer(Math.max(1, Math.floor(within)), () => late.resolve());
      await Promise.race([Promise.allSettled([pager?.send(letter, cut.signal), heartbeat('fail', `state: ${reason}`)]), late.promise]);
      cancel();
      cut.abort();
    },
    // Before the first recorded run only what this very process raised can be out.
    owedResolves: (head) =>
      pager && (raisedFirst !== null || (head.lastRun && (mayBeOut || othersMayHave(head, general, now()))))
        ? resolvesFor(now(), earlier(head.lastRun?.startedAt, raisedFirst))
        : [],
    ownResolves: () => (pager && raisedFirst !== null ? resolvesFor(now(), raisedFirst) : []),
    written: () => {
      mayBeOut = false;
      raisedFirst = null;
    },
  };
}

/**
 * Another process may have raised the alarm and died: a check is missing before this one, or this is the day's first, which ends what a
 * dispatch of the day before left behind.
 */
function othersMayHave({ lastRun }: Head, general: GeneralPolicy, now: Instant): boolean {
  if (lastRun === null) return false;
  return now - lastRun.startedAt > 1.5 * general.checkInterval || iso(lastRun.startedAt).slice(0, 10) < iso(now).slice(0, 10);
}

/** No alarm is older than the last run that was recorded, whichever process raised it. */
function earlier(lastRun: Instant | undefined, raisedFirst: Instant | null): Instant | null {
  if (lastRun === undefined) return raisedFirst;
  return raisedFirst === null ? lastRun : Math.min(lastRun, raisedFirst);
}

function resolvesFor(now: Instant, since: Instant | null): readonly Delivery[] {
  return storeKeys(now, since).flatMap((key) => {
    const incident = storeIncidentOf(key, now);
    return incident ? [made([incident], { channel: 'pagerduty', recipient: 0, kind: 'resolve', reroute: null, stamp: now }, now)] : [];
  });
}

function letterOf(incident: Incident, { statusUrl, now }: { readonly statusUrl: string | null; readonly now: Instant }): Letter {
  return {
    key: `trigger/pagerduty/0/${incident.id}`,
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
