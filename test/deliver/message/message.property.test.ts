import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mailOf } from '../../../lib/deliver/channels/email/email-message.ts';
import { pagerdutyEvent } from '../../../lib/deliver/channels/pagerduty/pagerduty-message.ts';
import { following, standing } from '../../../lib/deliver/channels/slack/slack-message.ts';
import { smsText, units } from '../../../lib/deliver/channels/sms/sms-message.ts';
import { webhookBody } from '../../../lib/deliver/channels/webhook/webhook-body.ts';
import type { Notification } from '../../../lib/deliver/attempt/channel.ts';
import type { RestorableMoments } from '../../../lib/domain/findings/recorded-view.ts';
import type { DeliveryKind, Incident } from '../../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, type Instant, iso, MINUTE, short, spell } from '../../../lib/domain/time.ts';
import { CHECKS } from '../../../lib/evaluate/checks/registry.ts';
import { incidentOf, notificationOf, NOW } from '../notifications.ts';

/** Printed where it fails, so that the run can be repeated. */
const SEED = 20_261_122;

/** A moment of the last days, on a whole minute, at least a minute before `before`. */
function momentBefore(before: Instant, most: number): fc.Arbitrary<Instant> {
  return fc.integer({ min: 1, max: most / MINUTE }).map((minutes) => before - minutes * MINUTE);
}

const restorables: fc.Arbitrary<RestorableMoments> = fc
  .record({
    readAgo: fc.integer({ min: 1, max: 400 }),
    by: fc.constantFrom('pitr', 'snapshot', null),
    mayReachFurther: fc.boolean(),
    hasWindow: fc.boolean(),
  })
  .chain(({ readAgo, by, mayReachFurther, hasWindow }) => {
    const readAt = NOW - readAgo * MINUTE;
    if (by === null) return fc.constant<RestorableMoments>({ until: null, window: null, readAt, mayReachFurther });
    return fc
      .record({ at: momentBefore(readAt, 3 * DAY), age: momentBefore(0, 3 * DAY), expires: fc.integer({ min: 1, max: 9_000 }) })
      .map(({ at, age, expires }) => {
        const until = { at, by, base: by === 'pitr' ? at + age : at, baseExpiresAt: NOW + expires * MINUTE };
        const to = by === 'pitr' ? at : at - HOUR;
        const window =
          by === 'pitr' || hasWindow
            ? { from: to - 6 * DAY, to, breaks: [{ from: to - 3 * DAY, to: to - 2 * DAY, cause: 'paused' }] }
            : null;
        return { until, window, readAt, mayReachFurther: by === 'snapshot' && mayReachFurther };
      });
  });

/** The causes that speak of what can be restored, in the words of the checks, from the same reading. */
function summaryOf(check: string, { until, readAt }: RestorableMoments): string {
  const age = until === null ? '30 h' : spell(readAt - until.base);
  if (check === 'rpo' && until !== null) return `the last ${spell(readAt - until.at)} would be lost; promised an RPO of 1 h`;
  if (check === 'pitr-gap' && until?.by === 'pitr')
    return `the oplog is behind: PITR reaches no moment after ${iso(until.at)} (${spell(readAt - until.at)}, limit 1 h)`;
  return check === 'backup-age' ? `no snapshot for ${age} (limit 24 h)` : `something is wrong with ${check}`;
}

const LONG = {
  projectId: '65aa00000000000000000001',
  projectName: 'payments-platform-production',
  clusterId: '65bb00000000000000000001',
  name: 'customer-data-production-eu-1',
};

const KINDS = ['trigger', 'update', 'acknowledge', 'escalate', 'remind', 'resolve', 'past'] as const;

const notifications: fc.Arbitrary<Notification> = fc
  .record({
    kind: fc.constantFrom<DeliveryKind>(...KINDS),
    check: fc.constantFrom(...CHECKS.map(({ id }) => id)),
    restorable: restorables,
    acknowledged: fc.boolean(),
    took: fc.option(fc.integer({ min: 1, max: 300 })),
    several: fc.boolean(),
    resolution: fc.constantFrom('recovered', `paused; the last recovery point is of ${iso(NOW - 30 * HOUR)}`, 'no longer watched'),
    long: fc.boolean(),
  })
  .map(({ kind, check, restorable, acknowledged, took, several, resolution, long }) => {
    const isOver = kind === 'resolve' || kind === 'past';
    const by = { by: 'dana', via: 'slack', at: NOW - MINUTE, until: NOW + HOUR } as const;
    const state: Partial<Incident> = isOver
      ? { state: 'resolved', resolvedAt: NOW - MINUTE, resolution }
      : kind === 'acknowledge' || acknowledged
        ? { state: 'acknowledged', acknowledgement: by }
        : {};
    const one = incidentOf({
      check,
      restorable,
      summary: summaryOf(check, restorable),
      evidence: [],
      startedAt: null,
      openedAt: restorable.readAt,
      ...(long && { resource: LONG }),
      ...state,
    });
    const span = took === null ? null : { last: took * MINUTE, median: took * MINUTE, worst: took * MINUTE, count: 1, plans: ['weekly'] };
    const incidents = several ? [one, { ...one, id: 'second', resource: { ...one.resource, clusterId: 'c2', name: 'second' } }] : [one];
    return notificationOf({ kind, incidents, handling: { next: null }, ...(!several && { restoreTook: span }) });
  });

/** Every text that a channel makes of the notification, as a person reads it. */
function textsOf(notification: Notification): Readonly<Record<string, string>> {
  const { subject, text } = mailOf(notification);
  const page = pagerdutyEvent(notification, 'k'.repeat(32));
  return {
    sms: smsText(notification),
    mail: text,
    subject,
    slack: standing(notification).text,
    reply: following(notification).text,
    ...('never' in page ? {} : { pagerduty: JSON.stringify(page.payload?.custom_details), summary: page.payload?.summary ?? '' }),
  };
}

type Judged = {
  readonly texts: Readonly<Record<string, string>>;
  readonly restorable: RestorableMoments;
  readonly notification: Notification;
};

/** Holds if no notification has a fault: `faultsIn` returns them in words. */
function holds(faultsIn: (judged: Judged) => readonly string[]): void {
  const property = fc.property(notifications, (notification) => {
    const restorable = notification.incidents[0]?.restorable ?? null;
    expect(restorable === null ? [] : faultsIn({ texts: textsOf(notification), restorable, notification })).toEqual([]);
  });
  fc.assert(property, { seed: SEED, numRuns: 400 });
}

function isOver({ kind }: Notification): boolean {
  return kind === 'resolve' || kind === 'past';
}

test('every moment that a message calls restorable is the one that can be restored', () =>
  holds(({ texts, restorable: { until }, notification }) =>
    Object.values(texts).flatMap((text) => {
      const moments = [...text.matchAll(/restorable(?:, at worst)? to (?:at least )?((?:\d+ \w+ )?\d\d:\d\dZ)/gi)].map(
        ([, moment]) => moment,
      );
      const wrong = moments.filter((moment) => until === null || moment !== short(until.at, NOW));
      const denied = until !== null && /nothing can be restored/i.test(text);
      const outdated = isOver(notification) && /restorable|can be restored/i.test(text);
      return wrong.length > 0 || denied || outdated ? [text] : [];
    }),
  ));

test('every length of writes that a message calls lost is the one between that moment and the reading', () =>
  holds(({ texts, restorable: { until, readAt } }) =>
    Object.values(texts).flatMap((text) => {
      const lengths = [...text.matchAll(/the last ((?:\d+ (?:d|h|min|s) ?)+)(?:would be lost|of writes)/g)].map(([, lost]) => lost?.trim());
      return lengths.filter((lost) => until === null || lost !== spell(readAt - until.at)).map((lost) => `${lost}: ${text}`);
    }),
  ));

test('what was read more than two hours ago is not told as if it were so now', () =>
  holds(({ texts, restorable: { until, readAt }, notification }) => {
    const isOld = NOW - readAt > 2 * HOUR && until !== null && notification.incidents.length === 1;
    // PagerDuty's details stand beside the summary, which is among the texts.
    const told = isOld ? Object.entries(texts).filter(([channel]) => channel !== 'pagerduty') : [];
    return told.flatMap(([, text]) => (/restorable/i.test(text) && !/, as of|when last read/.test(text) ? [text] : []));
  }));

test('no text for people has an ISO moment, and the JSON for machines has no other', () =>
  holds(({ texts, notification }) => {
    const json = JSON.stringify(webhookBody(notification));
    return [...Object.values(texts).filter((text) => /\d{4}-\d\d-\d\dT/.test(text)), ...(/(?<!:)\b\d\d:\d\dZ/.test(json) ? [json] : [])];
  }));

test('no message has a fact twice', () =>
  holds(({ texts, restorable: { until }, notification }) => {
    if (until === null || notification.incidents.length > 1) return [];
    const reach = `restorable to ${short(until.at, NOW)}`;
    const expiry = `expires: ${until.baseExpiresAt === null ? '' : short(until.baseExpiresAt, NOW)}`;
    const isRepeated = (text: string, fact: string): boolean => text.split(fact).length > 2;
    return Object.values(texts).filter((text) => isRepeated(text, reach) || isRepeated(text, expiry));
  }));

test('every text message says at least in short what is wrong, and names one loss once', () =>
  holds(({ texts: { sms = '' }, notification }) => {
    const [incident] = notification.incidents;
    const inShort = CHECKS.find(({ id }) => id === incident?.check)?.inShort.one ?? '';
    const begun = [inShort, 'something is wrong', 'the last', 'the oplog is behind', 'no snapshot for', 'no recent snapshot'];
    const isSaid =
      notification.incidents.length > 1 || begun.some((words) => sms.includes(`: ${words}`) || sms.includes(`: was: ${words}`));
    return isSaid && sms.split('would be lost').length <= 2 ? [] : [sms];
  }));

test('no text says “after that” where no moment comes before', () =>
  holds(({ texts }) =>
    // PagerDuty's details stand beside the summary.
    Object.entries(texts).flatMap(([channel, text]) =>
      channel !== 'pagerduty' && /after that/.test(text) && !/restorable to .*after that/i.test(text) ? [text] : [],
    ),
  ));

test('a text message is one segment, and a page’s summary has at most 100 characters and is not cut', () =>
  holds(({ texts: { sms = '', summary = '' } }) => [
    ...(units(sms) > 160 ? [sms] : []),
    ...(summary.length > 100 || summary.includes('…') ? [summary] : []),
  ]));
