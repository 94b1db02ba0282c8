import { describe, expect, test } from 'vitest';
import { mailOf } from '../../../lib/deliver/channels/email/email-message.ts';
import { pagerdutyEvent } from '../../../lib/deliver/channels/pagerduty/pagerduty-message.ts';
import { following } from '../../../lib/deliver/channels/slack/slack-message.ts';
import { smsText, units } from '../../../lib/deliver/channels/sms/sms-message.ts';
import type { Notification } from '../../../lib/deliver/attempt/channel.ts';
import { compose } from '../../../lib/deliver/message/compose.ts';
import type { RestorableMoments } from '../../../lib/domain/findings/recorded-view.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, iso, MINUTE } from '../../../lib/domain/time.ts';
import { CHECKS } from '../../../lib/evaluate/checks/registry.ts';
import { incidentOf, notificationOf, NOW, RESTORABLE, resolvedIncident, stormOf } from '../notifications.ts';

const LONG = {
  projectId: '65aa00000000000000000001',
  projectName: 'payments-platform-production',
  clusterId: '65bb00000000000000000001',
  name: 'customer-data-production-eu-1',
};
const BY_SNAPSHOT: RestorableMoments = {
  until: { at: NOW - 100 * MINUTE, by: 'snapshot', base: NOW - 100 * MINUTE, baseExpiresAt: null },
  window: null,
  readAt: NOW - 10 * MINUTE,
  mayReachFurther: false,
};
const BEHIND = NOW - 100 * MINUTE;
const GAP = {
  check: 'pitr-gap',
  summary: `the oplog is behind: PITR reaches no moment after ${iso(BEHIND)} (1 h 30 min, limit 1 h)`,
  startedAt: BEHIND,
  restorable: { ...RESTORABLE, until: { at: BEHIND, by: 'pitr', base: NOW - 5 * HOUR, baseExpiresAt: null } },
} as const;
const PAUSED = {
  summary: 'paused, and its last recovery point expires in 20 h',
  inShort: { one: 'paused, last recovery point expires in 20 h', many: 'paused, recovery points expire' },
};

function summaryOf(notification: Notification): string {
  const event = pagerdutyEvent(notification, 'k');
  return 'never' in event ? '' : (event.payload?.summary ?? '');
}

describe('a text message', () => {
  const newYear = Date.parse('2027-01-02T03:00:00Z');
  const old: RestorableMoments = {
    ...BY_SNAPSHOT,
    until: { at: newYear - 3 * DAY, by: 'snapshot', base: newYear - 3 * DAY, baseExpiresAt: null },
    readAt: newYear - 2 * DAY,
    mayReachFurther: true,
  };

  test.for(CHECKS.map(({ id, inShort }) => [id, inShort.one] as const))(
    'of %s says at least “%s” where nothing that can be restored fits beside it',
    ([check, words]) => {
      const incidents = [incidentOf({ check, summary: 'x'.repeat(200), restorable: old, resource: LONG })];
      const text = smsText({ ...notificationOf({ kind: 'acknowledge', incidents }), now: newYear });
      expect(text).toContain(words);
      expect(units(text)).toBeLessThanOrEqual(160);
    },
  );

  test('has the loss once where the cause is the loss', () => {
    const summary = 'the last 1 h 30 min would be lost; promised an RPO of 1 h';
    const text = smsText(notificationOf({ incidents: [incidentOf({ check: 'rpo', summary, restorable: BY_SNAPSHOT })] }));
    expect(text).toContain('the last 1 h 30 min would be lost; promised an RPO of 1 h. Restorable to 08:20Z by snapshot.');
  });

  test('about a paused cluster says that it is paused, and of what expires', () => {
    const expiring = { ...PAUSED, restorable: BY_SNAPSHOT, resource: LONG };
    const one = notificationOf({ incidents: [incidentOf(expiring)] });
    expect(smsText(one)).toContain(': paused, last recovery point expires in 20 h. Restorable to');
    const several = stormOf(7, () => PAUSED);
    expect(smsText(notificationOf({ incidents: several }))).toMatch(/^P0 7 clusters: paused, recovery points expire: /);
    const mixed = stormOf(7, (index) => (index < 2 ? PAUSED : { summary: 'no snapshot for 30 h (limit 24 h)' }));
    expect(compose(notificationOf({ incidents: mixed })).titles.at(1)).toBe(
      '7 clusters: 5 no snapshot for over 24 h, 2 paused, recovery points expire',
    );
  });
});

describe('how much would be lost, in a message between two checks', () => {
  const readAgo = (age: number): RestorableMoments => {
    const at = NOW - age - 6 * HOUR;
    return { until: { at, by: 'snapshot', base: at, baseExpiresAt: null }, window: null, readAt: NOW - age, mayReachFurther: false };
  };

  test.for([
    [15 * MINUTE, ''],
    [15 * MINUTE + 1, ', as of 09:44Z'],
    [55 * MINUTE, ', as of 09:05Z'],
  ] as const)('that was read %i ms ago is said with “%s”, since it grows', ([age, words]) => {
    const reminder = notificationOf({ kind: 'remind', incidents: [incidentOf({ restorable: readAgo(age) })] });
    expect(compose(reminder).facts).toContainEqual(['Would be lost', `the last 6 h of writes${words}`]);
    expect(compose(reminder).short.reaches[0]).toMatch(new RegExp(`by snapshot, the last 6 h would be lost${words}$`));
  });

  test.for([
    [10 * MINUTE, []],
    [55 * MINUTE, [['Would be lost', 'the last 6 h of writes, as of 09:05Z']]],
  ] as const)('stands below a title that has it where that was read %i ms ago: %j', ([age, rows]) => {
    const summary = 'the last 6 h would be lost; promised an RPO of 1 h';
    const incidents = [incidentOf({ check: 'rpo', summary, restorable: readAgo(age) })];
    const { facts } = compose(notificationOf({ kind: 'remind', incidents }));
    expect(facts.filter(([label]) => label === 'Would be lost')).toEqual(rows);
  });
});

describe('what is over', () => {
  const paused = resolvedIncident({ resolution: `paused; the last recovery point is of ${iso(NOW - 30 * HOUR)}` });

  test('is marked with the first words of its reason, and a line has the rest', () => {
    const ended = notificationOf({ kind: 'resolve', incidents: [paused] });
    expect(mailOf(ended).subject).toMatch(/^\[Resolved: paused\] orders/);
    expect(mailOf(ended).text).toContain('Over since 09:59Z: paused; the last recovery point is of 21 Nov 04:00Z.');
    expect(following(ended).text).toMatch(/^\[Resolved: paused\] orders/);
  });

  test('names the moment itself, because no impact in front of it does', () => {
    const ended = notificationOf({ kind: 'resolve', incidents: [resolvedIncident(GAP)] });
    for (const text of [mailOf(ended).text, following(ended).text, smsText(ended)]) expect(text).not.toContain('after that');
    expect(mailOf(ended).subject).toContain('was: the oplog is behind: PITR reaches no moment after 08:20Z');
  });

  test('is told in the past under a header that is too short for the cause', () => {
    const summary = `2 messages could not be delivered by email: ${'x'.repeat(200)}`;
    const ended = notificationOf({ kind: 'resolve', incidents: [resolvedIncident({ summary })] });
    expect(JSON.stringify(following(ended).blocks)).toContain(`"was: ${summary}.`);
  });
});

test('what is open does not have the moment of its beginning a second time where the title has it', () =>
  expect(compose(notificationOf({ incidents: [incidentOf(GAP)] })).lines).toEqual([]));

test('a page about a paused cluster does not speak of recent snapshots', () =>
  expect(summaryOf(notificationOf({ incidents: [incidentOf({ ...PAUSED, resource: LONG })] }))).not.toContain('recent snapshot'));

test('a break among several is told as several where there is no room for all', () => {
  const span = (day: number): string => `2026-11-${day}T08:00:00Z to 2026-11-${day}T11:00:00Z (oplog behind, 3 h)`;
  const summary = `PITR cannot reach ${span(19)}; ${span(20)}`;
  const incidents = [incidentOf({ check: 'pitr-break', summary, inShort: { one: 'PITR cannot reach 2 spans' }, resource: LONG })];
  expect(smsText(notificationOf({ incidents }))).toContain('PITR cannot reach 2 spans. Restorable to 09:50Z by PITR.');
});

describe('several incidents', () => {
  const over = (count: number): readonly Incident[] =>
    stormOf(count, () => ({ state: 'resolved', resolvedAt: NOW - MINUTE, resolution: 'recovered' }));

  test('that came and went are told in the past, with when, and why late', () => {
    const past = notificationOf({ kind: 'past', incidents: over(3) });
    expect(smsText(past)).toMatch(/^P0 past 3 clusters: were: no snapshot for over 24 h.* From 04:00Z to 09:59Z\./);
    const { headline, lines, items } = compose(past);
    expect(headline).toMatch(/^\[P0 past\] 3 clusters, were: no snapshot for over 24 h; cluster-1/);
    expect(lines).toEqual([
      'From 04:00Z to 09:59Z.',
      'They came and went. This is told late because the channels took no message at the time.',
    ]);
    expect(items[0]).toMatch(/^cluster-1 \(shop\), was: no snapshot for 30 h .*, since 04:00Z, recovered 09:59Z$/);
  });

  test('that are over are counted among all that were told together', () => {
    const root = { key: 'k', receipt: null, incidents: [...over(2), ...stormOf(12).slice(2)] };
    const { headline, lines } = compose(notificationOf({ kind: 'resolve', incidents: over(2), root }));
    expect(headline).toMatch(/^\[Partly resolved\] 2 of 12 incidents are over, were: no snapshot for over 24 h; cluster-1/);
    expect(lines).toEqual(['Over since 09:59Z.']);
  });

  test('of which one is over, or acknowledged, are counted in the singular', () => {
    const one = [...over(1), ...stormOf(7).slice(1)];
    expect(compose(notificationOf({ kind: 'resolve', incidents: one })).headline).toContain('1 of 7 incidents is over');
    const acknowledgement = { by: 'dana', via: 'slack', at: NOW, until: NOW + HOUR } as const;
    const taken = stormOf(7, (index) => (index === 0 ? { state: 'acknowledged', acknowledgement } : {}));
    expect(compose(notificationOf({ incidents: taken, handling: { next: null } })).lines).toContain(
      '1 of 7 is acknowledged. Nobody has them yet; nobody further is notified.',
    );
  });

  test.for([
    [1, null, 'Nobody has it now: dana acknowledged it at 09:00Z, which no longer holds; nobody further is notified.'],
    [3, null, 'Nobody has them now: dana acknowledged them at 09:00Z, which no longer holds; nobody further is notified.'],
    [
      3,
      'Nobody acknowledged it within 15 min, so it comes to you.',
      'dana acknowledged them at 09:00Z, which no longer holds, so they come to you.',
    ],
  ] as const)('(%i) whose acknowledgement has expired say who had them', ([count, reroute, line]) => {
    const trail = [{ by: 'dana', via: 'slack', at: NOW - HOUR, until: NOW - MINUTE }] as const;
    const incidents = stormOf(count, () => ({ trail }));
    const kind = reroute === null ? 'remind' : 'escalate';
    expect(compose(notificationOf({ kind, reroute, incidents, handling: { next: null } })).lines).toContain(line);
  });
});

test('a storm that nobody took speaks of them', () => {
  const reroute = 'Nobody acknowledged it within 15 min, so it comes to you.';
  const { lines } = compose(notificationOf({ kind: 'escalate', reroute, incidents: stormOf(3), handling: { next: null } }));
  expect(lines.slice(1)).toEqual([
    'Nobody acknowledged them within 15 min, so they come to you.',
    'If you do not take them, nobody further is notified.',
  ]);
});

describe('the summary of a page', () => {
  const readAt = NOW - 26 * HOUR;
  const blind = {
    check: 'visibility',
    summary: `blind since ${iso(readAt)}: Atlas answered 403`,
    resource: { ...LONG, name: `${LONG.name}-analytics-replica-cluster-001` },
    restorable: { ...BY_SNAPSHOT, until: { at: NOW - 30 * HOUR, by: 'snapshot', base: NOW - 30 * HOUR, baseExpiresAt: null }, readAt },
  } as const;

  test.for(['trigger', 'update', 'escalate'] as const)('of kind %s keeps impact and cause whole in 100 characters', (kind) =>
    expect(summaryOf(notificationOf({ kind, incidents: [incidentOf(blind)] }))).toBe(
      'customer-da..cluster-001: restorable to 21 Nov 04:00Z, as of 21 Nov 08:00Z; it cannot be read',
    ),
  );
});

test('Slack has the whole names where its header shortens them', () => {
  const resource = { ...LONG, name: `${LONG.name}-${'x'.repeat(30)}`, projectName: `${LONG.projectName}-and-more` };
  const blocks = JSON.stringify(following(notificationOf({ incidents: [incidentOf({ resource })] })).blocks);
  expect(blocks).toContain(`"${resource.name} (${resource.projectName}).`);
});

test('the bar in a mail is red only where PITR cannot reach, not where nothing was read', () => {
  const mail = (to: number, readAt: number): string =>
    mailOf(
      notificationOf({
        incidents: [incidentOf({ restorable: { ...RESTORABLE, window: { from: NOW - 7 * DAY, to, breaks: [] }, readAt } })],
      }),
    ).html;
  const red = /bgcolor="#b3261e" style="font-size:1px/;
  expect(mail(NOW - 26 * HOUR, NOW - 26 * HOUR)).not.toMatch(red);
  expect(mail(NOW - 26 * HOUR, NOW - 10 * MINUTE)).toMatch(red);
  expect(mail(NOW - 40 * HOUR, NOW - 26 * HOUR)).toMatch(red);
});
