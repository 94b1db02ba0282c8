import { beforeEach, describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { actsBetween } from '../../lib/domain/audit/acts-between.ts';
import { LOGGED } from '../../lib/domain/audit/audit-entry.ts';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import {
  maskedForPublic,
  readTrail,
  recordExport,
  recordSignIn,
  writeRefusals,
  writeRefusalsHourly,
} from '../../lib/people/audit-trail.ts';
import { proveAlerts } from '../../lib/people/prove-alerts.ts';
import { addNote, redactingStore } from '../../lib/people/record-notes.ts';
import { countRefusedSignIn } from '../../lib/people/refused-sign-ins.ts';
import { resend } from '../../lib/people/resend.ts';
import { addSilence, addWindow, endSilence } from '../../lib/people/silences.ts';
import { takeAcknowledgement, takeUnacknowledgement } from '../../lib/people/take-acknowledgement.ts';
import { verifyTrail } from '../../lib/record/trail/verify-trail.ts';
import { beginTest } from '../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../../lib/run/check.ts';
import { NOW } from '../support/facts.ts';
import { aged, broken, scene } from '../support/people.ts';
import { refusing, type Stage, stage, storeWith } from '../support/ports.ts';

/** "what by about", oldest first. */
async function trailOf(at: Stage): Promise<readonly string[]> {
  const entries = (await at.store.trail({ limit: 100, before: null })).toReversed();
  expect(verifyTrail(entries).faults).toEqual([]);
  const acts = entries.filter(({ what }) => !LOGGED.some((one) => one === what));
  return acts.map(({ what, by, about }) => [what, by, about].filter((word) => word !== null).join(' '));
}

const copies = (at: Stage): readonly string[] => at.log.filter((line) => line.startsWith('audit: '));

describe('an act of a person is in the audit trail, with a copy in the log', () => {
  const silence = (at: Stage) => ({ match: { cluster: 'orders' }, by: 'dana', why: 'disk resize', from: at.now, until: at.now + 2 * HOUR });

  test('a silence, with what it covers and from where; its end by whoever ended it; a refused one is not', async () => {
    const { at } = await scene();
    const made = await addSilence(at.ports, silence(at), '192.0.2.7');
    const id = 'made' in made ? made.made.id : '';
    await addSilence(at.ports, { ...silence(at), why: '' });
    await endSilence(at.ports, id, 'eve');
    await endSilence(at.ports, id, 'eve');
    expect(await trailOf(at)).toEqual([`silence-made dana ${id}`, `silence-ended eve ${id}`]);
    expect((await at.store.trail({ limit: 100, before: null })).findLast(({ what }) => what === 'silence-made')).toMatchObject({
      from: '192.0.2.7',
      details: { cluster: 'orders', why: 'disk resize', until: '2026-11-22T14:00:00Z' },
    });
    expect(copies(at)).toContain(`audit: silence ${id} made by dana until 2026-11-22T14:00:00Z (from 192.0.2.7)`);
    expect(copies(at)).toContain(`audit: silence ${id} ended by eve`);
  });

  test('a maintenance window and its end', async () => {
    const at = stage();
    const asked = { match: { cluster: 'orders' }, by: 'dana', why: 'patch night', cron: '0 22 * * 6', timeZone: 'UTC', minutes: 60 };
    const made = await addWindow(at.ports, asked);
    const id = 'made' in made ? made.made.id : '';
    await endSilence(at.ports, id, 'eve');
    expect(await trailOf(at)).toEqual([`window-made dana ${id}`, `window-ended eve ${id}`]);
  });

  test('an acknowledgement, whichever way it came, once; and what gives it back', async () => {
    const { at, incident } = await broken();
    const request = { incidentIds: [incident.id], by: 'dana', via: 'pagerduty', from: '192.0.2.7' } as const;
    await takeAcknowledgement(at.ports, request);
    await takeAcknowledgement(at.ports, { ...request, incidentIds: ['no-such'] });
    await takeUnacknowledgement(at.ports, { key: incident.id, eventId: 'pagerduty:E1', at: null, by: 'eve' });
    expect(await trailOf(at)).toEqual([`acknowledged dana ${incident.id}`, `unacknowledged eve ${incident.id}`]);
    expect((await at.store.trail({ limit: 100, before: null })).findLast(({ what }) => what === 'acknowledged')).toMatchObject({
      from: '192.0.2.7',
      details: { via: 'pagerduty', resource: 'orders', project: 'shop' },
    });
    expect(copies(at)[0]).toMatch(`audit: ${incident.id} acknowledged by dana via pagerduty until `);
  });

  test('an acknowledgement that only PagerDuty’s API showed is in it, too', async () => {
    const { at, seen, incident } = await broken({ pagerduty: async (keys) => new Map(keys.map((key) => [key, 'acknowledged' as const])) });
    expect(seen.pagerduty.alerts).toHaveLength(1);
    at.now += HOUR;
    at.collect = (_, now) => aged(now, 31 * HOUR);
    await check(at.restarted());
    expect(await trailOf(at)).toEqual([`acknowledged somebody at PagerDuty ${incident.id}`]);
  });

  test('a message sent again, and not one that is not due', async () => {
    const { at } = await broken();
    const { head } = await at.store.readHead();
    const [first] = head?.deliveries ?? [];
    if (!head || !first) throw new Error('nothing was sent');
    const refused = { ...first, state: 'rejected', nextTryAt: at.now + HOUR } as const;
    await at.store.swap({
      expected: (await at.store.readHead()).revision,
      writer: 't',
      head: { ...head, deliveries: [refused] },
      adopt: [],
      drop: [],
      history: [],
      release: null,
      now: at.now,
    });
    await resend(at.ports, first.key, 'dana');
    await resend(at.ports, 'no-such', 'dana');
    expect(await trailOf(at)).toEqual([`resend dana ${first.key}`]);
  });

  test('a proof of the alert path, by whoever asked for it', async () => {
    const { at } = await scene();
    await proveAlerts(at.ports, 'dana');
    await proveAlerts(at.ports, 'eve');
    expect(await trailOf(at)).toEqual(['alert-proof dana alert path']);
    expect(copies(at)).toEqual(['audit: proof of the alert path begun by dana']);
  });

  test('a note', async () => {
    const at = stage();
    const made = await addNote(at.ports, { text: 'the auditor was here', by: 'dana', corrects: null });
    expect(await trailOf(at)).toEqual([`note dana ${'id' in made ? made.id : ''}`]);
  });

  test('without a secret that somebody typed into it', async () => {
    const at = stage();
    const ports = { ...at.ports, store: redactingStore(at.store, ['hunter2-hunter2']) };
    await addSilence(ports, { ...silence(at), why: 'the password is hunter2-hunter2 at mongodb://u:p@host/' });
    const entries = JSON.stringify(await at.store.trail({ limit: 1, before: null }));
    expect(entries).toContain('the password is [redacted] at mongodb://[redacted]@host/');
  });

  test('as is a restore test that the schedule, or somebody, began', () => {
    const [orders, sandbox] = ['orders', 'sandbox'].map((cluster) => ({ project: 'shop', cluster }));
    if (!orders || !sandbox) throw new Error('both are there');
    const { general } = policyOf({ restoreTests: [{ name: 'weekly', sources: [orders], target: sandbox }] });
    const [plan] = general.restoreTests ?? [];
    if (!plan) throw new Error('the plan is there');
    const before = emptyHead(NOW);
    const acts = ['dana', undefined].map((by) =>
      actsBetween(before, beginTest(before, plan, { id: 't1', now: NOW, ...(by && { by }) }), { at: NOW, by: null, from: null }),
    );
    const details = { plan: 'weekly', source: 'shop/orders', target: 'shop/sandbox' };
    const act = { at: NOW, what: 'restore-test-started', from: null, about: 't1', details };
    expect(acts).toEqual([[{ ...act, by: 'dana' }], [{ ...act, by: 'cron' }]]);
  });

  test('and a check that finds nothing to say leaves no act of a person', async () => {
    const at = stage();
    await check(at.ports);
    await check(at.ports);
    expect(await trailOf(at)).toEqual([]);
  });
});

describe('a sign-in', () => {
  test('is recorded the first time of a day in UTC, whichever process saw it', async () => {
    const at = stage();
    const another = { ...at.ports, store: storeWith(at.store, {}) };
    await recordSignIn(at.ports, 'dana', '192.0.2.7');
    await recordSignIn(at.ports, 'dana', '192.0.2.8');
    await recordSignIn(another, 'dana', null);
    await recordSignIn(at.ports, 'eve', null);
    at.now += 12 * HOUR - 1;
    await recordSignIn(at.ports, 'dana', null);
    at.now += 1;
    await recordSignIn(at.ports, 'dana', null);
    expect(await trailOf(at)).toEqual(['sign-in dana', 'sign-in eve', 'sign-in dana']);
    expect(copies(at)[0]).toBe('audit: dana signed in, the first time today (from 192.0.2.7)');
  });

  test('costs the store one command a day and process', async () => {
    const at = stage();
    let appended = 0;
    const store = storeWith(at.store, { appendToTrail: (acts, once) => ((appended += 1), at.store.appendToTrail(acts, once)) });
    for (let count = 0; count < 10; count += 1) await recordSignIn({ ...at.ports, store }, 'dana', null);
    expect(appended).toBe(1);
  });

  test('is not stopped by a store that takes nothing; the log says so, and the next one is recorded', async () => {
    const at = stage();
    let down = true;
    const append = at.store.appendToTrail.bind(at.store);
    const store = storeWith(at.store, { appendToTrail: (acts, once) => (down ? refusing('append')() : append(acts, once)) });
    const ports = { ...at.ports, store };
    await recordSignIn(ports, 'dana', null);
    expect(at.log).toEqual(['audit trail: not written: append: no answer within 1 s (2 attempts)']);
    down = false;
    await recordSignIn(ports, 'dana', null);
    expect(await trailOf(at)).toEqual(['sign-in dana']);
  });
});

describe('refused sign-ins', () => {
  beforeEach(() => void Reflect.deleteProperty(globalThis, Symbol.for('restorewatch.refused-sign-ins')));
  const details = async (at: Stage) => (await at.store.trail({ limit: 9, before: null })).map((entry) => entry.details);

  test('cost the store nothing until a cron writes them, at most once an hour, counted by reason', async () => {
    const at = stage();
    const cron = () => writeRefusalsHourly(at.ports);
    await cron();
    for (let count = 0; count < 3; count += 1) countRefusedSignIn('wrong name or password', NOW);
    expect(await details(at)).toEqual([]);
    await cron();
    for (let minute = 5; minute < 60; minute += 5) {
      at.now = NOW + minute * MINUTE;
      countRefusedSignIn('wrong password for dana', at.now);
      countRefusedSignIn('too many at once', at.now);
      await cron();
    }
    expect(await details(at)).toEqual([{ count: '3', since: '2026-11-22T12:00:00Z', 'wrong name or password': '3' }]);
    at.now = NOW + HOUR - 1;
    await cron();
    expect(await details(at)).toHaveLength(1);
    at.now = NOW + HOUR;
    await cron();
    expect((await details(at))[0]).toEqual({
      count: '22',
      since: '2026-11-22T12:05:00Z',
      'wrong password for dana': '11',
      'too many at once': '11',
    });
    expect(copies(at).at(-1)).toBe('audit: 22 sign-ins and tokens refused since 2026-11-22T12:05:00Z');
  });

  test('that were counted and not written yet are written when somebody reads the trail', async () => {
    const at = stage();
    countRefusedSignIn('too many at once', NOW);
    await writeRefusals(at.ports);
    countRefusedSignIn('too many at once', NOW + 1, 4);
    await writeRefusals(at.ports);
    await writeRefusals(at.ports);
    expect((await details(at)).map(({ count }) => count)).toEqual(['4', '1']);
  });

  test('stay counted while the store takes nothing, under at most fifty reasons and "other"', async () => {
    const at = stage();
    const down = { ...at.ports, store: storeWith(at.store, { appendToTrail: refusing('append') }) };
    for (let reason = 0; reason < 70; reason += 1) countRefusedSignIn(`reason ${reason}`, NOW + reason);
    await writeRefusalsHourly(down);
    await expect(writeRefusals(down)).rejects.toThrow('append');
    expect(at.log).toEqual(['audit trail: not written: append: no answer within 1 s (2 attempts)']);
    await writeRefusals(at.ports);
    const [entry = {}] = await details(at);
    expect(entry).toMatchObject({ count: '70', since: '2026-11-22T12:00:00Z', 'reason 0': '1', other: '20' });
    expect(Object.keys(entry)).toHaveLength(51 + 2);
  });
});

describe('an export', () => {
  const FILE = { format: 'csv', kind: 'all' };

  test('is recorded each time, up to 50 of one person on one day', async () => {
    const at = stage();
    for (let count = 0; count < 51; count += 1) await recordExport(at.ports, { by: 'dana', from: null }, FILE);
    await recordExport(at.ports, { by: 'eve', from: null }, FILE);
    const trail = await trailOf(at);
    expect([trail.length, trail.at(-2), trail.at(-1)]).toEqual([51, 'export dana records', 'export eve records']);
    at.now += DAY;
    await recordExport(at.ports, { by: 'dana', from: null }, FILE);
    expect(await trailOf(at)).toHaveLength(52);
  });

  test('that cannot be recorded is not handed out', async () => {
    const at = stage();
    const ports = { ...at.ports, store: storeWith(at.store, { appendToTrail: refusing('append') }) };
    await expect(recordExport(ports, { by: 'dana', from: null }, FILE)).rejects.toThrow('append');
  });
});

describe('the trail as it is read', () => {
  test('by whom anybody may be has no address of anybody, and keeps all else', async () => {
    const at = stage();
    const draft = {
      at: NOW,
      what: 'sign-in',
      by: 'bob@example.com',
      from: '192.0.2.7',
      about: null,
      details: { why: 'call +15005550010' },
    } as const;
    await at.store.appendToTrail([draft, draft]);
    const read = (isPublic: boolean) => readTrail(at.ports, { limit: 1, before: null }, { isPublic });
    const [stored] = await at.store.trail({ limit: 1, before: null });
    expect(await read(false)).toEqual({ entries: [stored], next: 2 });
    expect(await read(true)).toEqual({
      entries: [{ ...stored, by: 'b…@example.com', from: null, details: { why: 'call +1…0010' } }],
      next: 2,
    });
  });

  test('and what else anybody may see has none that invisible marks hide', () =>
    expect(maskedForPublic({ name: 'bob\u200B@example.com', lines: ['a', 'call +1500\u00AD5550010\nb'] })).toEqual({
      name: 'b…@example.com',
      lines: ['a', 'call +1…0010\nb'],
    }));

  test.for([
    [{ limit: 2, before: null }, 2],
    [{ limit: 3, before: null }, null],
    [{ limit: 2, before: 2 }, null],
  ] as const)('of three entries %j leads on to %j', async ([request, next]) => {
    const at = stage();
    await at.store.appendToTrail(['a', 'b', 'c'].map((about) => ({ at: NOW, what: 'resend', by: 'dana', from: null, about, details: {} })));
    expect((await readTrail(at.ports, request, { isPublic: false })).next).toBe(next);
  });
});
