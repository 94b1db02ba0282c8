import { describe, expect, test } from 'vitest';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { takeUnacknowledgement, takeAcknowledgement, type AcknowledgeRequest } from '../../lib/people/take-acknowledgement.ts';
import { check } from '../../lib/run/check.ts';
import { NOW } from '../support/facts.ts';
import { accepted, incident } from '../support/incidents.ts';
import { type Stage, stage } from '../support/ports.ts';
import { aged, broken, headOf, laterDispatch, PLAIN, scene } from '../support/people.ts';
import { wordsOf } from '../support/providers.ts';

async function take(at: Stage, taking: Partial<AcknowledgeRequest> & Pick<AcknowledgeRequest, 'incidentIds'>): Promise<string> {
  const { outcome, notify } = await takeAcknowledgement(at.ports, { by: 'dana', via: 'page', ...taking });
  await notify();
  return outcome;
}

describe('an acknowledgement', () => {
  test('is recorded with who, when, from where and until when, before it is answered', async () => {
    const { at, incident } = await broken();
    at.now += 2 * MINUTE;
    const { outcome } = await takeAcknowledgement(at.ports, { incidentIds: [incident.id], by: 'dana', via: 'page' });
    const acknowledgement = { by: 'dana', via: 'page', at: at.now, until: at.now + 8 * HOUR };
    expect(outcome).toBe('acknowledged');
    expect((await headOf(at)).incidents).toMatchObject([{ state: 'acknowledged', acknowledgement, trail: [acknowledgement] }]);
  });

  test('is shown on PagerDuty, and rings no phone', async () => {
    const { at, seen, incident } = await broken();
    expect(seen.pagerduty.alerts).toMatchObject([{ key: incident.id, state: 'open' }]);
    await take(at, { incidentIds: [incident.id] });
    expect(seen.pagerduty.alerts).toMatchObject([{ key: incident.id, state: 'acknowledged', triggers: 1 }]);
    expect(seen.twilio.messages).toHaveLength(1);
  });

  test('is shown in Slack by an update of the message, and in the thread of the mail', async () => {
    const { at, seen, incident } = await broken({}, { ...PLAIN, routes: { P0: ['slack', 'email'] } });
    await take(at, { incidentIds: [incident.id], by: 'Dana Doe' });
    expect(seen.slack.messages).toHaveLength(1);
    expect(seen.slack.messages[0]?.edits).toBe(1);
    expect(wordsOf(seen.slack.messages[0])).toContain('Acknowledged: Dana Doe has it since 12:00Z (via page); no reminders until 20:00Z.');
    const [first, second] = seen.smtp.mails;
    expect(second?.subject).toMatch(/^\[P0 acknowledged\] orders \(shop\)/);
    expect(second?.headers['in-reply-to']).toBe(first?.headers['message-id']);
  });

  test('from a replayed webhook changes nothing, even after it was withdrawn', async () => {
    const { at, seen, incident } = await broken();
    const taking = { incidentIds: [incident.id], via: 'pagerduty', by: 'Dana', eventId: 'pagerduty:E1' } as const;
    expect(await take(at, taking)).toBe('acknowledged');
    await takeUnacknowledgement(at.ports, { key: incident.id, eventId: 'pagerduty:E2', at: null });
    const { revision } = await at.store.readHead();
    const asked = seen.pagerduty.requests.length;
    expect(await take(at, taking)).toBe('unchanged');
    await takeUnacknowledgement(at.ports, { key: incident.id, eventId: 'pagerduty:E2', at: null });
    expect((await at.store.readHead()).revision).toBe(revision);
    expect((await headOf(at)).incidents[0]?.state).toBe('open');
    expect(seen.pagerduty.requests.length).toBe(asked);
  });

  test('of an acknowledged incident keeps the first', async () => {
    const { at, incident } = await broken();
    await take(at, { incidentIds: [incident.id] });
    expect(await take(at, { incidentIds: [incident.id], by: 'eve' })).toBe('unchanged');
    expect((await headOf(at)).incidents[0]?.acknowledgement?.by).toBe('dana');
  });

  test('by two people at once is stored once, and PagerDuty is updated', async () => {
    const { at, seen, incident } = await broken();
    const both = ['dana', 'eve'].map((by) => takeAcknowledgement(at.restarted(), { incidentIds: [incident.id], by, via: 'slack' }));
    await Promise.all((await Promise.all(both)).map(({ notify }) => notify()));
    expect((await headOf(at)).incidents[0]?.trail).toHaveLength(1);
    expect(seen.pagerduty.requests.filter(({ body }) => body.includes('"acknowledge"'))).toHaveLength(1);
  });

  test.for(['unknown', 'resolved'] as const)(
    'of an incident that is %s changes nothing, and leaves a line for the audit',
    async (outcome) => {
      const { at, incident } = await broken();
      if (outcome === 'resolved') {
        at.collect = (_, now) => aged(now, HOUR);
        at.now += HOUR;
        await check(at.restarted());
      }
      const { revision } = await at.store.readHead();
      expect(
        await take(at, {
          incidentIds: [outcome === 'resolved' ? incident.id : 'no-such-\nincident'],
          by: 'dana\ninjected',
          eventId: 'pagerduty:E9',
        }),
      ).toBe(outcome);
      expect((await at.store.readHead()).revision).toBe(revision);
      expect(at.log).toContain(
        `audit: acknowledgement of ${outcome === 'resolved' ? incident.id : 'no-such- incident'} by dana injected via page changed nothing: the incident is ${outcome}`,
      );
    },
  );

  test('of many incidents, or of an endless name, leaves an audit line of limited length', async () => {
    const { at } = await broken();
    await take(at, { incidentIds: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
    await take(at, { incidentIds: ['x'.repeat(10_000)] });
    const lines = at.log.filter((line) => line.startsWith('audit: '));
    expect(lines[0]).toBe('audit: acknowledgement of a, b, c, d, e and 2 more by dana via page changed nothing: the incident is unknown');
    expect(lines[1]?.length).toBeLessThan(250);
  });

  test('before anything was ever recorded is of an unknown incident', async () => {
    const { at } = await scene();
    expect(await take(at, { incidentIds: ['x'] })).toBe('unknown');
    expect(await at.store.readHead()).toEqual({ revision: 0, head: null });
  });
});

describe('withdrawing an acknowledgement at PagerDuty', () => {
  test('is remembered even if there was none, so that its replay withdraws no later one', async () => {
    const { at, incident } = await broken();
    await takeUnacknowledgement(at.ports, { key: incident.id, eventId: 'pagerduty:E1', at: null });
    await take(at, { incidentIds: [incident.id], via: 'pagerduty', eventId: 'pagerduty:E2' });
    await takeUnacknowledgement(at.ports, { key: incident.id, eventId: 'pagerduty:E1', at: null });
    expect((await headOf(at)).incidents[0]?.state).toBe('acknowledged');
  });

  test.for([
    [-1, 'unchanged', 'open'],
    [0, 'acknowledged', 'acknowledged'],
  ] as const)('whose event arrives before that of the acknowledgement, made %i ms after it: %s', async ([later, outcome, state]) => {
    const { at, incident } = await broken();
    await takeUnacknowledgement(at.ports, { key: incident.id, eventId: 'pagerduty:E2', at: NOW });
    expect(await take(at, { incidentIds: [incident.id], via: 'pagerduty', eventId: 'pagerduty:E1', at: NOW + later })).toBe(outcome);
    expect((await headOf(at)).incidents[0]?.state).toBe(state);
  });

  test.for(['unknown', 'resolved'] as const)('of an incident that is %s writes nothing, and leaves a line', async (what) => {
    const { at, incident } = await broken();
    if (what === 'resolved') {
      at.collect = (_, now) => aged(now, HOUR);
      at.now += HOUR;
      await check(at.restarted());
    }
    const key = what === 'resolved' ? incident.id : 'no-such\nincident';
    const { revision } = await at.store.readHead();
    await takeUnacknowledgement(at.ports, { key, eventId: 'pagerduty:E9', at: null });
    expect((await at.store.readHead()).revision).toBe(revision);
    const line = `audit: PagerDuty’s event pagerduty:E9 about ${key.replace('\n', ' ')} changed nothing: the incident is ${what}`;
    expect(at.log).toContain(line);
  });
});

describe('while an acknowledgement holds', () => {
  test('there are no reminders or escalations for eight hours, then the reminders continue', async () => {
    const { at, seen, incident } = await broken();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await take(at, { incidentIds: [incident.id] });
    for (const hours of [1, 4, 7]) {
      at.now = NOW + hours * HOUR;
      await check(at.restarted());
      await laterDispatch(at, hours * HOUR + MINUTE);
    }
    expect(seen.twilio.messages).toHaveLength(1);
    at.now = NOW + 8 * HOUR;
    await check(at.restarted());
    await laterDispatch(at, 8 * HOUR + 30 * MINUTE);
    expect(seen.twilio.messages.map(({ body }) => body.slice(0, 27))).toEqual([
      'P0 orders (shop): no snapsh',
      'P0 reminder orders (shop): ',
    ]);
  });

  test('a higher severity notifies again, since nobody has acknowledged that', async () => {
    const { at, seen } = await scene({}, { pitr: { wanted: false }, rpo: { targetMinutes: 60 } });
    at.collect = (_, now) => aged(now, 9 * HOUR);
    await check(at.ports);
    const [mild] = (await headOf(at)).incidents;
    expect(mild?.priority).toBe('P1');
    await take(at, { incidentIds: [mild?.id ?? ''] });
    expect(seen.pagerduty.alerts).toEqual([]);
    at.now += 8 * HOUR - MINUTE;
    at.collect = (_, now) => aged(now, 17 * HOUR);
    await check(at.restarted());
    expect((await headOf(at)).incidents[0]).toMatchObject({ id: mild?.id, state: 'open', priority: 'P0', acknowledgement: null });
    expect(seen.pagerduty.alerts).toMatchObject([{ key: mild?.id, state: 'open' }]);
    expect(seen.twilio.messages).toHaveLength(1);
  });

  test('withdrawing it lets the reminders continue', async () => {
    const { at, seen, incident } = await broken();
    await take(at, { incidentIds: [incident.id], via: 'pagerduty', eventId: 'pagerduty:E1' });
    at.now += 10 * MINUTE;
    await takeUnacknowledgement(at.ports, { key: incident.id, eventId: 'pagerduty:E2', at: null });
    await laterDispatch(at, 40 * MINUTE);
    expect(seen.twilio.messages.at(-1)?.body).toMatch(/^P0 reminder orders/);
  });
});

test('an incident whose id has a comma in it is acknowledged by its id', async () => {
  const at = stage({ canAcknowledge: true });
  const id = 'drill-drill:region outage, EU-mwrsbk00-1';
  const held = { ...emptyHead(NOW), incidents: [incident(id, { check: 'drill' })], deliveries: [accepted('slack', [id])] };
  const swap = { expected: 0, writer: 'a', head: held, adopt: [], drop: [], history: [], release: null, now: NOW };
  await at.store.swap(swap);
  expect(await take(at, { incidentIds: [id], via: 'slack' })).toBe('acknowledged');
});
