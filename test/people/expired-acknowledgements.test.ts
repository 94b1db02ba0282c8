import { describe, expect, test } from 'vitest';
import { expiredAcknowledgements } from '../../lib/route/expired-acknowledgements.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { takeUnacknowledgement, takeAcknowledgement } from '../../lib/people/take-acknowledgement.ts';
import { check } from '../../lib/run/check.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, incident } from '../support/incidents.ts';
import { aged, broken, headOf, laterDispatch, type Scene, scene } from '../support/people.ts';

/** Of the cluster's incident alone: that no check ran meanwhile is another story. */
function pages({ seen, incident }: Scene & { readonly incident: Incident }): readonly string[] {
  const own = seen.pagerduty.alerts.filter(({ key }) => key.startsWith('backup-age'));
  return own.map(({ key, state, triggers }) => `${key.replace(incident.id, 'backup-age')} ${state} ${triggers}`);
}

async function acknowledged(via: 'page' | 'pagerduty'): Promise<Scene & { readonly incident: Incident }> {
  const opened = await broken();
  opened.at.now = NOW + 3 * MINUTE;
  const taking = { incidentIds: [opened.incident.id], by: 'dana', via, ...(via === 'pagerduty' && { eventId: 'E1' }) };
  const { notify } = await takeAcknowledgement(opened.at.restarted(), taking);
  await notify();
  return opened;
}

/** The acknowledgement runs out 8 h after it was given; a reminder of a P0 is due half an hour later. */
const [ENDS, DUE] = [8 * HOUR + 3 * MINUTE, 8 * HOUR + 33 * MINUTE];

describe('an acknowledgement that has expired while PagerDuty still shows it and the fault goes on', () => {
  test.for(['page', 'pagerduty'] as const)('by %s: its page is resolved, and a new one notifies people, once', async (via) => {
    const scene = await acknowledged(via);
    await laterDispatch(scene.at, ENDS);
    expect(pages(scene)).toEqual(['backup-age acknowledged 1']);
    await laterDispatch(scene.at, DUE);
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
    for (const minutes of [30, 60, 90]) await laterDispatch(scene.at, DUE + minutes * MINUTE);
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
  });

  test('both pages are resolved with the fault', async () => {
    const scene = await acknowledged('page');
    for (const after of [ENDS, DUE]) await laterDispatch(scene.at, after);
    scene.at.collect = (_, now) => aged(now, HOUR);
    scene.at.now += HOUR;
    await check(scene.at.restarted());
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 resolved 1']);
    const { deliveries } = await headOf(scene.at);
    expect(new Set(deliveries.map(({ key }) => key)).size).toBe(deliveries.length);
  });

  test('can be made again by the key of the new page, and expires again', async () => {
    const scene = await acknowledged('page');
    for (const after of [ENDS, DUE]) await laterDispatch(scene.at, after);
    const taking = { incidentIds: [`${scene.incident.id}-2`], by: 'sam', via: 'pagerduty', eventId: 'E2' } as const;
    const { notify } = await takeAcknowledgement(scene.at.restarted(), taking);
    await notify();
    for (const after of [DUE + 8 * HOUR, DUE + 8 * HOUR + 30 * MINUTE]) await laterDispatch(scene.at, after);
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 resolved 1', 'backup-age-3 open 1']);
  });

  test.for([
    ['page', 0],
    ['page', 3],
    ['pagerduty', 3],
  ] as const)('by %s, sent by a machine whose clock is %i min ahead: its page is resolved all the same', async ([via, ahead]) => {
    const { at, seen } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await check(at.restarted({ now: () => at.now + ahead * MINUTE }));
    const [incident] = (await headOf(at)).incidents;
    if (!incident) throw new Error('nothing was opened');
    at.now = NOW + MINUTE;
    const taking = { incidentIds: [incident.id], by: 'dana', via, ...(via === 'pagerduty' && { eventId: 'E1' }) };
    const { notify } = await takeAcknowledgement(at.restarted(), taking);
    await notify();
    for (const after of [9, 10]) await laterDispatch(at, after * HOUR);
    expect(pages({ at, seen, incident })).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
  });

  test('withdrawn there before its event arrived, and shown again by us: its page is resolved all the same', async () => {
    const opened = await broken();
    const { at, incident } = opened;
    at.now = NOW + 12 * MINUTE;
    const taking = { incidentIds: [incident.id], by: 'dana', via: 'pagerduty', eventId: 'E1', at: NOW + 10 * MINUTE } as const;
    const { notify } = await takeAcknowledgement(at.restarted(), taking);
    await notify();
    await takeUnacknowledgement(at.restarted(), { key: incident.id, eventId: 'E2', at: NOW + 11 * MINUTE });
    await laterDispatch(at, 45 * MINUTE);
    expect(pages(opened)).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
  });

  test('withdrawn at PagerDuty, which reminds by itself again: its page stays', async () => {
    const scene = await acknowledged('page');
    await takeUnacknowledgement(scene.at.restarted(), { key: scene.incident.id, eventId: 'E3', at: NOW + HOUR });
    for (const after of [ENDS, DUE]) await laterDispatch(scene.at, after);
    expect(pages(scene)).toHaveLength(1);
  });
});

describe('expired acknowledgements at PagerDuty: an open incident', () => {
  const taken = { by: 'dana', via: 'page', at: NOW + MINUTE, until: NOW + HOUR } as const;
  const there = { ...taken, via: 'pagerduty' } as const;
  const page = accepted('pagerduty', ['a']);
  const shown = accepted('pagerduty', ['a'], { kind: 'acknowledge', key: 'acknowledge/pagerduty/0/a', root: page.key });

  test.for<[string, Partial<Incident>, readonly Delivery[], number]>([
    ['that nobody ever acknowledged has none', {}, [page], 0],
    ['that was acknowledged at PagerDuty has one', { trail: [there] }, [page], 1],
    ['that was acknowledged elsewhere has one where PagerDuty was informed of it', { trail: [taken] }, [page, shown], 1],
    [
      'that was acknowledged elsewhere has none where PagerDuty was never informed of it',
      { trail: [taken] },
      [page, { ...shown, state: 'cancelled' }],
      0,
    ],
    [
      'whose trigger was made after the acknowledgement, by as much as clocks may differ (ten minutes), has one',
      { trail: [there] },
      [{ ...page, createdAt: NOW + 11 * MINUTE }],
      1,
    ],
    ['whose trigger was made one millisecond later has none', { trail: [there] }, [{ ...page, createdAt: NOW + 11 * MINUTE + 1 }], 0],
    [
      'whose acknowledgement PagerDuty was informed of has one, whatever the clocks say',
      { trail: [taken] },
      [{ ...page, createdAt: NOW + HOUR }, shown],
      1,
    ],
    [
      'unacknowledged at PagerDuty later, by PagerDuty’s clock, has none',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], unacknowledgedAt: NOW + 11 * MINUTE },
      [page],
      0,
    ],
    [
      'unacknowledged at PagerDuty before our acknowledgement arrived there has one',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], unacknowledgedAt: NOW + 11 * MINUTE },
      [page, { ...shown, acceptedAt: NOW + 11 * MINUTE + 1 }],
      1,
    ],
    [
      'unacknowledged at PagerDuty after our acknowledgement arrived there has none',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], unacknowledgedAt: NOW + 11 * MINUTE },
      [page, { ...shown, acceptedAt: NOW + 11 * MINUTE }],
      0,
    ],
    [
      'acknowledged again after it was unacknowledged has one',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], unacknowledgedAt: NOW + 9 * MINUTE },
      [page],
      1,
    ],
    ['unacknowledged since the acknowledgement has none', { trail: [there], unacknowledgedAt: NOW + 2 * MINUTE }, [page], 0],
    ['unacknowledged before the acknowledgement has one', { trail: [there], unacknowledgedAt: NOW }, [page], 1],
    ['that is closed at PagerDuty has none', { trail: [there] }, [{ ...page, closedAtPagerDuty: true }], 0],
    [
      'acknowledged elsewhere while the outcome of its page was unknown has one, since the acknowledgement cancelled what PagerDuty may never have received',
      { trail: [taken] },
      [{ ...page, state: 'cancelled', ambiguous: true, acceptedAt: null }],
      1,
    ],
    [
      'whose page was cancelled before it was sent has none: that is announced anew',
      { trail: [taken] },
      [{ ...page, state: 'cancelled', acceptedAt: null }],
      0,
    ],
    ['whose trigger may still be sent again has none', { trail: [there] }, [{ ...page, state: 'unknown', ambiguous: true }], 0],
    [
      'has none from messages of other channels, or from one that is only owed',
      { trail: [there] },
      [accepted('sms', ['a']), delivery('slack', ['a'])],
      0,
    ],
  ])('%s', ([, changes, deliveries, expected]) =>
    expect(expiredAcknowledgements(incident('a', changes), deliveries, 'pagerduty')).toHaveLength(expected),
  );
});
