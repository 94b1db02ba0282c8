import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Facts, Schedule } from '../../lib/domain/facts/facts.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR, type Instant } from '../../lib/domain/time.ts';
import { acceptIncident, endAcceptance } from '../../lib/people/acceptances.ts';
import { statusJson } from '../../lib/render/status.ts';
import { check } from '../../lib/run/check.ts';
import { readView } from '../../lib/record/blobs/packed-blobs.ts';
import { factsOfLook, NOW, schedule } from '../support/facts.ts';
import { headOf, type Scene, scene } from '../support/people.ts';
import type { Stage } from '../support/ports.ts';

const POLICY: Config = {};
const WHY = 'a cheaper schedule for the test cluster';

function daily(days: number, more: Partial<Schedule> = {}): (now: Instant) => Facts {
  const items = [{ frequency: 'daily', interval: 1, retentionDays: days }] as const;
  return (now) => factsOfLook({ at: now, cluster: { schedule: known(schedule({ items, nextSnapshotAt: now + HOUR, ...more }), now) } });
}

const EMPTY = (now: Instant): Facts => daily(30, { items: [], nextSnapshotAt: null })(now);

/** The next check, an hour later, of a cluster that looks so. */
async function next(at: Stage, look: (now: Instant) => Facts): Promise<void> {
  at.now += HOUR;
  at.collect = (_, now) => look(now);
  await check(at.restarted());
}

async function openIn(at: Stage): Promise<readonly Incident[]> {
  return (await headOf(at)).incidents.filter(({ check: of, state }) => of === 'backup-policy' && state !== 'resolved');
}

/** One open incident: daily snapshots, which were kept 30 days, are kept 29. */
async function weakened(): Promise<Scene & { readonly incident: Incident }> {
  const { at, seen } = await scene({}, POLICY);
  at.now = NOW - HOUR;
  await next(at, daily(30));
  await next(at, daily(29));
  const [incident] = await openIn(at);
  if (!incident) throw new Error('nothing was opened');
  return { at, seen, incident };
}

async function accepted(): Promise<Scene & { readonly incident: Incident; readonly id: string }> {
  const { at, seen, incident } = await weakened();
  const result = await acceptIncident(at.ports, { incidentId: incident.id, by: 'dana', why: WHY, from: '192.0.2.7' });
  if (result.outcome !== 'accepted') throw new Error(result.problems.join());
  await result.notify();
  return { at, seen, incident, id: result.made.id };
}

describe('an incident about a weakened schedule that a responder accepts', () => {
  test('ends at once with who and why, and those who were notified are told', async () => {
    const { at, seen, incident } = await accepted();
    const ended = (await headOf(at)).incidents.find(({ id }) => id === incident.id);
    expect(ended).toMatchObject({
      state: 'resolved',
      resolution: expect.stringContaining(`accepted by dana at 2026-11-22T13:00:00Z (${WHY})`),
    });
    expect(JSON.stringify(seen.slack.messages)).toContain(WHY);
  });

  test('is in the audit trail, with the address, the reason and what was accepted', async () => {
    const { at, id } = await accepted();
    const [entry] = await at.store.trail({ limit: 1, before: null });
    expect(entry).toMatchObject({ what: 'accepted', by: 'dana', from: '192.0.2.7', about: id });
    expect(entry?.details).toMatchObject({
      check: 'backup-policy',
      resource: 'orders',
      why: WHY,
      what: expect.stringContaining('29 days'),
    });
  });

  test('stands on the page at once, where the cluster is at risk no more', async () => {
    const { at } = await accepted();
    const head = await headOf(at);
    const status = statusJson(head, await readView(at.store, head), { now: at.now, checkInterval: HOUR, limit: 10, cursor: null });
    expect(status.acceptances).toMatchObject([
      { by: 'dana', why: WHY, at: '2026-11-22T13:00:00Z', parts: [{ setting: 'daily', value: 29 }] },
    ]);
    expect(status.clusters).toMatchObject([{ verdict: 'ok', standing: 'kept' }]);
  });

  test.for<[string, readonly ((now: Instant) => Facts)[], number]>([
    ['stays ended while nothing changes', [daily(29), daily(29)], 0],
    ['stays ended while it is better', [daily(29.5)], 0],
    ['opens anew at a further weakening', [daily(29), daily(28)], 1],
    ['opens anew where another promise is weakened', [daily(29, { restoreWindowDays: 6 })], 1],
    ['opens anew where the promise was kept in between', [daily(29), daily(30), daily(29)], 1],
    ['opens as critical where the schedule is emptied', [EMPTY, EMPTY], 1],
  ])('%s', async ([, looks, open]) => {
    const { at } = await accepted();
    for (const look of looks) await next(at, look);
    expect(await openIn(at)).toHaveLength(open);
  });

  test('a further weakening names what was accepted only in its evidence', async () => {
    const { at } = await accepted();
    await next(at, daily(29, { restoreWindowDays: 6 }));
    const [incident] = await openIn(at);
    expect(incident?.acceptable?.map(({ setting }) => setting)).toEqual(['restoreWindow']);
    expect(incident?.evidence.find(([label]) => label === 'accepted')?.[1]).toContain(WHY);
  });

  test('is forgotten once the promise is kept again', async () => {
    const { at } = await accepted();
    await next(at, daily(30));
    expect((await headOf(at)).acceptances).toBeUndefined();
  });

  test('is not opened again by a check that had read the head before', async () => {
    const { at, incident } = await weakened();
    at.now += HOUR;
    at.collect = async (_, now) => {
      await acceptIncident(at.restarted(), { incidentId: incident.id, by: 'dana', why: WHY });
      return daily(29)(now);
    };
    await check(at.restarted());
    expect(await openIn(at)).toEqual([]);
    expect((await headOf(at)).acceptances).toHaveLength(1);
  });

  test('opens anew after it was taken back, which is in the audit trail', async () => {
    const { at, id } = await accepted();
    expect(await endAcceptance(at.ports, id, 'eve')).toBe(true);
    expect(await endAcceptance(at.ports, id, 'eve')).toBe(false);
    expect(await at.store.trail({ limit: 1, before: null })).toMatchObject([{ what: 'acceptance-ended', by: 'eve', about: id }]);
    await next(at, daily(29));
    expect(await openIn(at)).toHaveLength(1);
  });
});

describe('an acceptance is refused, and changes nothing,', () => {
  test.for<[string, { readonly by?: string; readonly why?: string; readonly incidentId?: string }, string, string]>([
    ['without a reason', { why: ' ' }, 'refused', 'why: say why, in words'],
    ['without a name', { by: '' }, 'refused', 'by: say who accepts it'],
    ['with a reason of a novel', { why: 'x'.repeat(301) }, 'refused', 'why: at most 300 characters; this has 301'],
    ['of an incident that does not exist', { incidentId: 'no-such' }, 'unknown', 'There is no such incident.'],
  ])('%s', async ([, changes, outcome, problem]) => {
    const { at, incident } = await weakened();
    const before = await at.store.readHead();
    const result = await acceptIncident(at.ports, { incidentId: incident.id, by: 'dana', why: WHY, ...changes });
    expect(result).toMatchObject({ outcome, problems: [problem] });
    expect((await at.store.readHead()).revision).toBe(before.revision);
    expect(at.log.at(-1)).toMatch(/^audit: acceptance of .* refused: /);
  });

  test('of an incident that has ended', async () => {
    const { at, incident } = await accepted();
    expect(await acceptIncident(at.ports, { incidentId: incident.id, by: 'eve', why: WHY })).toMatchObject({ outcome: 'resolved' });
  });

  test('of an empty schedule: that is mended', async () => {
    const { at } = await scene({}, POLICY);
    at.now = NOW - HOUR;
    for (const look of [daily(30), EMPTY, EMPTY]) await next(at, look);
    const [incident] = await openIn(at);
    const result = await acceptIncident(at.ports, { incidentId: incident?.id ?? '', by: 'dana', why: WHY });
    expect(result).toMatchObject({ outcome: 'refused', problems: [expect.stringContaining('cannot be accepted')] });
  });
});
