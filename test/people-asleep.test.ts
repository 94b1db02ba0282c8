import { describe, expect, test } from 'vitest';
import { asleep } from '../lib/alerts/asleep.ts';
import type { Delivery, Incident } from '../lib/domain/incident.ts';
import { HOUR, MINUTE } from '../lib/domain/time.ts';
import { giveBack, takeAcknowledgement } from '../lib/people.ts';
import { check } from '../lib/run.ts';
import { NOW } from './support/facts.ts';
import { accepted, delivery, incident } from './support/incidents.ts';
import { aged, broken, headOf, laterDispatch, type Scene, scene } from './support/people.ts';

/** Of the cluster's incident alone: that no check ran meanwhile is another story. */
function pages({ seen, incident }: Scene & { readonly incident: Incident }): readonly string[] {
  const own = seen.pagerduty.alerts.filter(({ key }) => key.startsWith('backup-age'));
  return own.map(({ key, state, triggers }) => `${key.replace(incident.id, 'backup-age')} ${state} ${triggers}`);
}

async function acknowledged(via: 'page' | 'pagerduty'): Promise<Scene & { readonly incident: Incident }> {
  const opened = await broken();
  opened.at.now = NOW + 3 * MINUTE;
  const taking = { incidentIds: [opened.incident.id], by: 'dana', via, ...(via === 'pagerduty' && { eventId: 'E1' }) };
  const { tell } = await takeAcknowledgement(opened.at.restarted(), taking);
  await tell();
  return opened;
}

/** The acknowledgement runs out 8 h after it was given; a reminder of a P0 is due half an hour later. */
const [ENDS, DUE] = [8 * HOUR + 3 * MINUTE, 8 * HOUR + 33 * MINUTE];

describe('an acknowledgement that PagerDuty shows and that has run out while the fault goes on', () => {
  test.for(['page', 'pagerduty'] as const)('by %s: its page ends, and a new one wakes people, once', async (via) => {
    const scene = await acknowledged(via);
    await laterDispatch(scene.at, ENDS);
    expect(pages(scene)).toEqual(['backup-age acknowledged 1']);
    await laterDispatch(scene.at, DUE);
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
    for (const minutes of [30, 60, 90]) await laterDispatch(scene.at, DUE + minutes * MINUTE);
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
  });

  test('and both pages are over with the fault', async () => {
    const scene = await acknowledged('page');
    for (const after of [ENDS, DUE]) await laterDispatch(scene.at, after);
    scene.at.collect = (_, now) => aged(now, HOUR);
    scene.at.now += HOUR;
    await check(scene.at.restarted());
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 resolved 1']);
    const { deliveries } = await headOf(scene.at);
    expect(new Set(deliveries.map(({ key }) => key)).size).toBe(deliveries.length);
  });

  test('is given again by the new page’s key, and runs out again', async () => {
    const scene = await acknowledged('page');
    for (const after of [ENDS, DUE]) await laterDispatch(scene.at, after);
    const taking = { incidentIds: [`${scene.incident.id}-2`], by: 'sam', via: 'pagerduty', eventId: 'E2' } as const;
    const { tell } = await takeAcknowledgement(scene.at.restarted(), taking);
    await tell();
    for (const after of [DUE + 8 * HOUR, DUE + 8 * HOUR + 30 * MINUTE]) await laterDispatch(scene.at, after);
    expect(pages(scene)).toEqual(['backup-age resolved 1', 'backup-age-2 resolved 1', 'backup-age-3 open 1']);
  });

  test.for([
    ['page', 0],
    ['page', 3],
    ['pagerduty', 3],
  ] as const)('by %s, told by a machine whose clock is %i min ahead: its page ends all the same', async ([via, ahead]) => {
    const { at, seen } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await check(at.restarted({ now: () => at.now + ahead * MINUTE }));
    const [incident] = (await headOf(at)).incidents;
    if (!incident) throw new Error('nothing was opened');
    at.now = NOW + MINUTE;
    const taking = { incidentIds: [incident.id], by: 'dana', via, ...(via === 'pagerduty' && { eventId: 'E1' }) };
    const { tell } = await takeAcknowledgement(at.restarted(), taking);
    await tell();
    for (const after of [9, 10]) await laterDispatch(at, after * HOUR);
    expect(pages({ at, seen, incident })).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
  });

  test('but was given back there before its news came, and we showed it again: its page ends all the same', async () => {
    const opened = await broken();
    const { at, incident } = opened;
    at.now = NOW + 12 * MINUTE;
    const taking = { incidentIds: [incident.id], by: 'dana', via: 'pagerduty', eventId: 'E1', at: NOW + 10 * MINUTE } as const;
    const { tell } = await takeAcknowledgement(at.restarted(), taking);
    await tell();
    await giveBack(at.restarted(), incident.id, 'E2', NOW + 11 * MINUTE);
    await laterDispatch(at, 45 * MINUTE);
    expect(pages(opened)).toEqual(['backup-age resolved 1', 'backup-age-2 open 1']);
  });

  test('but was given back at PagerDuty, which reminds by itself again: its page stays', async () => {
    const scene = await acknowledged('page');
    await giveBack(scene.at.restarted(), scene.incident.id, 'E3', NOW + HOUR);
    for (const after of [ENDS, DUE]) await laterDispatch(scene.at, after);
    expect(pages(scene)).toHaveLength(1);
  });
});

describe('the page of an open incident', () => {
  const taken = { by: 'dana', via: 'page', at: NOW + MINUTE, until: NOW + HOUR } as const;
  const there = { ...taken, via: 'pagerduty' } as const;
  const page = accepted('pagerduty', ['a']);
  const shown = accepted('pagerduty', ['a'], { kind: 'acknowledge', key: 'acknowledge/pagerduty/0/a', root: page.key });

  test.for<[string, Partial<Incident>, readonly Delivery[], number]>([
    ['that nobody ever acknowledged is awake', {}, [page], 0],
    ['that was acknowledged there is asleep', { trail: [there] }, [page], 1],
    ['that was acknowledged elsewhere, and shows it, is asleep', { trail: [taken] }, [page, shown], 1],
    ['that was acknowledged elsewhere, and never showed it, is awake', { trail: [taken] }, [page, { ...shown, state: 'cancelled' }], 0],
    ['that was made by a clock ten minutes ahead is asleep', { trail: [there] }, [{ ...page, createdAt: NOW + 11 * MINUTE }], 1],
    ['that came later than clocks differ is awake', { trail: [there] }, [{ ...page, createdAt: NOW + 11 * MINUTE + 1 }], 0],
    ['that shows it is asleep, whatever the clocks say', { trail: [taken] }, [{ ...page, createdAt: NOW + HOUR }, shown], 1],
    [
      'that was given back after it was acknowledged, by the clock there, is awake',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], givenBackAt: NOW + 11 * MINUTE },
      [page],
      0,
    ],
    [
      'that was given back so, before we showed the acknowledgement there, is asleep',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], givenBackAt: NOW + 11 * MINUTE },
      [page, { ...shown, acceptedAt: NOW + 11 * MINUTE + 1 }],
      1,
    ],
    [
      'that was given back so, after we showed the acknowledgement there, is awake',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], givenBackAt: NOW + 11 * MINUTE },
      [page, { ...shown, acceptedAt: NOW + 11 * MINUTE }],
      0,
    ],
    [
      'that was acknowledged again after it was given back is asleep',
      { trail: [{ ...there, at: NOW + 12 * MINUTE, madeAt: NOW + 10 * MINUTE }], givenBackAt: NOW + 9 * MINUTE },
      [page],
      1,
    ],
    ['that was given back since is awake', { trail: [there], givenBackAt: NOW + 2 * MINUTE }, [page], 0],
    ['that was given back before is asleep', { trail: [there], givenBackAt: NOW }, [page], 1],
    ['that is closed there is over', { trail: [there] }, [{ ...page, closedThere: true }], 0],
    ['that may still be sent again is left alone', { trail: [there] }, [{ ...page, state: 'unknown', ambiguous: true }], 0],
    ['is no text', { trail: [there] }, [accepted('sms', ['a']), delivery('slack', ['a'])], 0],
  ])('%s', ([, changes, deliveries, expected]) => expect(asleep(incident('a', changes), deliveries)).toHaveLength(expected));
});
