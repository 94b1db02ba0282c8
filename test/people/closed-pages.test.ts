import { describe, expect, test } from 'vitest';
import type { PagerDutyState } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { closePage, takeUnacknowledgement, takeAcknowledgement } from '../../lib/people/take-acknowledgement.ts';
import { check } from '../../lib/run/check.ts';
import { aged, broken, headOf, laterDispatch, type Scene, scene } from '../support/people.ts';

/** Somebody resolves the page at PagerDuty, whose webhook tells us. */
async function closeAt({ at, seen }: Scene, key: string, eventId = 'pagerduty:E1'): Promise<string> {
  const page = seen.pagerduty.alerts.find((alert) => alert.key === key);
  if (page) page.state = 'resolved';
  const taking = { incidentIds: [key], by: 'dana', via: 'pagerduty', eventId, closed: true } as const;
  const { outcome, notify } = await takeAcknowledgement(at.ports, taking);
  await notify();
  return outcome;
}

/** Of the cluster's incident alone: that no check ran meanwhile is another story. */
function pages({ seen }: Scene): readonly string[] {
  const own = seen.pagerduty.alerts.filter(({ key }) => key.startsWith('backup-age'));
  return own.map(({ key, state, triggers }) => `${key} ${state} ${triggers}`);
}

describe('a page that a person resolves at PagerDuty while the fault goes on', () => {
  test('acknowledges the incident, and nothing more is sent under its key', async () => {
    const scene = await broken();
    expect(await closeAt(scene, scene.incident.id)).toBe('acknowledged');
    expect((await headOf(scene.at)).incidents).toMatchObject([
      { state: 'acknowledged', acknowledgement: { by: 'dana', via: 'pagerduty' } },
    ]);
    expect(pages(scene)).toEqual([`${scene.incident.id} resolved 1`]);
  });

  test('is followed by a new page once the acknowledgement has expired, and both are resolved with the fault', async () => {
    const scene = await broken();
    const { at, seen, incident } = scene;
    await closeAt(scene, incident.id);
    await laterDispatch(at, 8 * HOUR);
    expect(pages(scene)).toEqual([`${incident.id} resolved 1`]);
    await laterDispatch(at, 8 * HOUR + 30 * MINUTE);
    await laterDispatch(at, 9 * HOUR + 5 * MINUTE);
    expect(pages(scene)).toEqual([`${incident.id} resolved 1`, `${incident.id}-2 open 1`]);
    at.collect = (_, now) => aged(now, HOUR);
    await check(at.restarted());
    expect(pages(scene)).toEqual([`${incident.id} resolved 1`, `${incident.id}-2 resolved 1`]);
    expect(seen.pagerduty.dropped).toContain(`resolve ${incident.id}`);
  });

  test('is acknowledged, and un-acknowledged, by the key of the new page', async () => {
    const scene = await broken();
    const { at, incident } = scene;
    await closeAt(scene, incident.id);
    await laterDispatch(at, 8 * HOUR);
    await laterDispatch(at, 8 * HOUR + 30 * MINUTE);
    const { outcome } = await takeAcknowledgement(at.ports, {
      incidentIds: [`${incident.id}-2`],
      by: 'sam',
      via: 'pagerduty',
      eventId: 'pagerduty:E2',
    });
    expect([outcome, (await headOf(at)).incidents[0]?.acknowledgement?.by]).toEqual(['acknowledged', 'sam']);
    await takeUnacknowledgement(at.ports, { key: `${incident.id}-2`, eventId: 'pagerduty:E3', at: null });
    expect((await headOf(at)).incidents[0]?.state).toBe('open');
  });

  test('a replay of its webhook writes nothing', async () => {
    const scene = await broken();
    await closeAt(scene, scene.incident.id);
    const { revision } = await scene.at.store.readHead();
    expect(await closeAt(scene, scene.incident.id)).toBe('unchanged');
    expect((await scene.at.store.readHead()).revision).toBe(revision);
  });

  test('is marked as closed even if it was acknowledged before', async () => {
    const scene = await broken();
    await takeAcknowledgement(scene.at.ports, { incidentIds: [scene.incident.id], by: 'dana', via: 'page' });
    expect(await closeAt(scene, scene.incident.id)).toBe('unchanged');
    expect((await headOf(scene.at)).deliveries.find(({ channel }) => channel === 'pagerduty')).toMatchObject({ closedAtPagerDuty: true });
  });
});

/** The service's auto-resolution, whose webhook tells us. */
async function autoResolve({ at, seen }: Scene, key: string): Promise<void> {
  const page = seen.pagerduty.alerts.find((alert) => alert.key === key);
  if (page) page.state = 'resolved';
  await closePage(at.ports, { key, eventId: 'pagerduty:E7' });
}

describe('a page that no person resolved at PagerDuty', () => {
  test('acknowledges nothing: the next reminder is a page of its own, and a text', async () => {
    const scene = await broken();
    const { at, seen, incident } = scene;
    await autoResolve(scene, incident.id);
    expect((await headOf(at)).incidents).toMatchObject([{ state: 'open', acknowledgement: null }]);
    await laterDispatch(at, 30 * MINUTE - 1);
    expect(pages(scene)).toEqual([`${incident.id} resolved 1`]);
    await laterDispatch(at, 30 * MINUTE);
    expect(pages(scene)).toEqual([`${incident.id} resolved 1`, `${incident.id}-2 open 1`]);
    expect(seen.twilio.messages.map(({ body }) => body.slice(0, 11))).toEqual(['P0 orders (', 'P0 reminder']);
  });

  test('leaves an acknowledgement that somebody made as it is', async () => {
    const scene = await broken();
    await takeAcknowledgement(scene.at.ports, { incidentIds: [scene.incident.id], by: 'dana', via: 'page' });
    await autoResolve(scene, scene.incident.id);
    expect((await headOf(scene.at)).incidents).toMatchObject([{ state: 'acknowledged', acknowledgement: { by: 'dana' } }]);
  });

  test.for(['before', 'after'] as const)('writes nothing for a replay of its webhook %s the new page', async (when) => {
    const scene = await broken();
    await autoResolve(scene, scene.incident.id);
    if (when === 'after') await laterDispatch(scene.at, 30 * MINUTE);
    const { revision } = await scene.at.store.readHead();
    await closePage(scene.at.ports, { key: scene.incident.id, eventId: 'pagerduty:E7' });
    expect((await scene.at.store.readHead()).revision).toBe(revision);
  });

  test('of an unknown incident leaves an audit line, and writes nothing', async () => {
    const { at } = await broken();
    const { revision } = await at.store.readHead();
    await closePage(at.ports, { key: 'somebody else’s', eventId: 'pagerduty:E8' });
    expect((await at.store.readHead()).revision).toBe(revision);
    expect(at.log).toContain('audit: PagerDuty’s event pagerduty:E8 about somebody else’s changed nothing: the incident is unknown');
  });
});

/** What PagerDuty's API shows of the emulated pages, and what it was asked. */
function api(scene: () => Scene | null): { readonly pagerduty: NonNullable<Ports['pagerduty']>; readonly asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  const state = (key: string): PagerDutyState => {
    const found = scene()?.seen.pagerduty.alerts.findLast((alert) => alert.key === key);
    return found === undefined ? 'unknown' : found.state === 'open' ? 'triggered' : found.state;
  };
  const pagerduty: NonNullable<Ports['pagerduty']> = async (keys) => {
    asked.push(keys);
    return new Map(keys.map((key) => [key, state(key)]));
  };
  return { pagerduty, asked };
}

function closeAll({ seen }: Scene): void {
  for (const alert of seen.pagerduty.alerts) alert.state = 'resolved';
}

describe('without a webhook of PagerDuty', () => {
  test('the next dispatch finds what the API shows as resolved, and does not ask about it again', async () => {
    let scene: Scene | null = null;
    const { pagerduty, asked } = api(() => scene);
    const opened = await broken({ pagerduty });
    scene = opened;
    closeAll(opened);
    await laterDispatch(opened.at, 5 * MINUTE);
    expect((await headOf(opened.at)).deliveries.filter(({ channel }) => channel === 'pagerduty')).toMatchObject([
      { closedAtPagerDuty: true },
    ]);
    await laterDispatch(opened.at, 10 * MINUTE);
    expect(pages(opened)).toEqual([`${opened.incident.id} resolved 1`]);
    expect(asked).toEqual([[opened.incident.id]]);
  });

  test('a check asks before it reports a higher severity, which is then a new page', async () => {
    let opened: Scene | null = null;
    const { pagerduty } = api(() => opened);
    const config = { pitr: { wanted: false }, rpo: { targetMinutes: 60 }, routes: { P1: ['pagerduty'] } } satisfies Config;
    const made = await scene({ pagerduty }, config);
    opened = made;
    made.at.collect = (_, now) => aged(now, 9 * HOUR);
    await check(made.at.ports);
    const [mild] = (await headOf(made.at)).incidents;
    expect(mild?.priority).toBe('P1');
    closeAll(made);
    made.at.now += HOUR;
    made.at.collect = (_, now) => aged(now, 17 * HOUR);
    await check(made.at.restarted());
    expect(made.seen.pagerduty.alerts.map(({ key, state }) => `${key} ${state}`)).toEqual([`${mild?.id} resolved`, `${mild?.id}-2 open`]);
  });

  test('a page whose answer was lost, and that a person resolved there, is not sent again', async () => {
    let opened: Scene | null = null;
    const { pagerduty } = api(() => opened);
    const made = await scene({ pagerduty });
    opened = made;
    made.at.collect = (_, now) => aged(now, 30 * HOUR);
    made.seen.pagerduty.fault(/enqueue/, { kind: 'lose' });
    await check(made.at.ports);
    const [incident] = (await headOf(made.at)).incidents;
    expect((await headOf(made.at)).deliveries.find(({ channel }) => channel === 'pagerduty')).toMatchObject({
      state: 'unknown',
      ambiguous: true,
    });
    closeAll(made);
    made.seen.pagerduty.heal();
    await laterDispatch(made.at, 5 * MINUTE);
    expect(pages(made)).toEqual([`${incident?.id} resolved 1`]);
    expect((await headOf(made.at)).incidents).toMatchObject([{ state: 'acknowledged' }]);
  });
});
