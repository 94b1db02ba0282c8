import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { takeAcknowledgement } from '../../lib/people/take-acknowledgement.ts';
import { check } from '../../lib/run/check.ts';
import { ACCEPTED, FAILED, REJECTED, recorder } from '../support/sender.ts';
import { cluster, factsOf, NOW, project, snapshots } from '../support/facts.ts';
import { stage } from '../support/ports.ts';
import { aged, broken, headOf, laterDispatch, PLAIN, scene } from '../support/people.ts';

/** One fault is a P1. */
const MILD: Config = { ...PLAIN, severity: { 'backup-age': 'warning' } };
const GATEWAY = [200, 302, 500, 502, 504];

describe('a provider accepts a message, and a gateway answers with an error', () => {
  test.for(GATEWAY)('%i: the page at PagerDuty is resolved when the fault ends before any 202', async (status) => {
    const { at, seen } = await scene();
    seen.pagerduty.fault(/./, { kind: 'handledThen', status });
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await check(at.ports);
    await laterDispatch(at, 5 * MINUTE);
    expect(seen.pagerduty.alerts).toMatchObject([{ state: 'open' }]);
    seen.pagerduty.heal();
    at.collect = (_, now) => aged(now, HOUR);
    at.now = NOW + HOUR;
    await check(at.restarted());
    expect(seen.pagerduty.alerts.map(({ state }) => state)).not.toContain('open');
    expect(seen.pagerduty.alerts.filter(({ key }) => key.startsWith('backup-age'))).toHaveLength(1);
  });

  test.for(GATEWAY)('%i: Slack has one post, and the phone of a P1 rings once', async (status) => {
    const { at, seen } = await scene({}, { ...MILD, routes: { P1: ['slack', 'sms'] } });
    for (const provider of [seen.slack, seen.twilio]) provider.fault(/postMessage|Messages\.json/, { kind: 'handledThen', status }, 1);
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await check(at.ports);
    for (const minutes of [5, 10, 20]) await laterDispatch(at, minutes * MINUTE);
    expect(seen.slack.messages).toHaveLength(1);
    expect(seen.twilio.messages).toHaveLength(1);
  });
});

test('an acknowledgement that expired before PagerDuty received it is not shown there later', async () => {
  const { at, seen, incident } = await broken();
  seen.pagerduty.fault(/"acknowledge"/, { kind: 'status', status: 503 });
  at.now = NOW + 2 * MINUTE;
  const { notify } = await takeAcknowledgement(at.restarted(), { incidentIds: [incident.id], by: 'dana', via: 'page' });
  await notify();
  at.now = NOW + 8 * HOUR + 10 * MINUTE;
  await check(at.restarted());
  seen.pagerduty.heal();
  await laterDispatch(at, 9 * HOUR);
  expect((await headOf(at)).incidents[0]?.state).toBe('open');
  expect(seen.pagerduty.alerts.filter(({ key, state }) => key.startsWith('backup-age') && state === 'acknowledged')).toEqual([]);
});

test('an acknowledgement of a message that somebody deleted in Slack is posted there, and opens no incident about the channel', async () => {
  const { at, seen, incident } = await broken({}, { ...PLAIN, routes: { P0: ['slack', 'email'] } });
  seen.slack.fault(/chat\.update/, { kind: 'status', status: 200, body: { ok: false, error: 'message_not_found' } });
  at.now = NOW + 2 * MINUTE;
  const { notify } = await takeAcknowledgement(at.restarted(), { incidentIds: [incident.id], by: 'dana', via: 'page' });
  await notify();
  for (const minutes of [8, 14, 40]) await laterDispatch(at, minutes * MINUTE);
  expect((await headOf(at)).incidents.map(({ check: of }) => of)).toEqual(['backup-age']);
  expect(seen.slack.messages.map(({ text }) => text.includes('acknowledged'))).toEqual([false, true]);
});

test('removing a refusing address from EMAIL_TO resolves the P0 that it caused', async () => {
  const others = (['pagerduty', 'sms', 'slack'] as const).map((id) => recorder(id));
  const two = { ...recorder('email', ({ recipient }) => (recipient === 1 ? REJECTED : ACCEPTED)), recipients: 2 };
  const at = stage({ channels: [...others, two], canAcknowledge: true }, MILD);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(at.ports);
  await laterDispatch(at, 31 * MINUTE);
  const about = async (): Promise<unknown> => (await headOf(at)).incidents.find(({ check: of }) => of === 'monitor')?.state;
  expect(await about()).toBe('open');
  at.now = NOW + HOUR;
  await check(at.restarted({ channels: [...others, recorder('email', ({ recipient }) => (recipient === 0 ? ACCEPTED : REJECTED))] }));
  expect(await about()).toBe('resolved');
});

/** Clusters of these names, of which some have only an old snapshot. */
function fleet(now: Instant, names: readonly string[], old: readonly string[]): Facts {
  const clusters = names.map((name) =>
    cluster(now, {
      id: name,
      name,
      snapshots: known(snapshots(now, old.includes(name) ? 30 * HOUR : HOUR), now),
      pitEnabled: known(false, now),
    }),
  );
  return factsOf([project(clusters, now)], now);
}

test('an incident that resolves inside a storm that never arrived is reported as past, once', async () => {
  const ids = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];
  const email = recorder('email', () => FAILED);
  const at = stage({ channels: [email] }, MILD);
  at.collect = (_, now) => fleet(now, ids, ids);
  await check(at.ports);
  at.now = NOW + 20 * MINUTE;
  at.collect = (_, now) => fleet(now, ids, ids.slice(1));
  await check(at.restarted());
  email.answer = () => ACCEPTED;
  const tried = email.notifications.length;
  for (const hours of [1, 2]) {
    at.now = NOW + hours * HOUR;
    await check(at.restarted());
  }
  const sent = email.notifications.slice(tried).filter(({ incidents }) => incidents.some(({ resource }) => resource.name === 'c1'));
  expect(sent.filter(({ kind }) => kind === 'past')).toHaveLength(1);
});
