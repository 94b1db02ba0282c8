import { describe, expect, test } from 'vitest';
import type { RestorableMoments } from '../../lib/domain/findings/recorded-view.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { pageModel, type PageModel } from '../../lib/render/page-model.ts';
import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import { contextAt } from '../support/context.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resource } from '../support/incidents.ts';
import { clusterRow } from '../support/rows.ts';

const run = { runId: 'run', startedAt: NOW, finishedAt: NOW, complete: true };
const RESTORABLE: RestorableMoments = {
  until: { at: NOW - 6 * HOUR, by: 'snapshot', base: NOW - 6 * HOUR, baseExpiresAt: null },
  readAt: NOW,
  mayReachFurther: false,
  window: null,
};

function model(state: Partial<Head>, route: RouteContext = contextAt(NOW)): PageModel {
  const recorded = head({ lastRun: run, lastComplete: run, ...state });
  const clusters = Array.from({ length: 12 }, (_, index) => clusterRow(`c${index}`, { newestRecoveryPoint: NOW - (index + 1) * HOUR }));
  const { general } = route;
  const request = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'], general, route };
  return pageModel(recorded, { runId: 'run', clusters, wider: [] }, request);
}

function only(one: Incident, state: Partial<Head> = {}, route?: RouteContext) {
  const [group] = model({ incidents: [one], ...state }, route).cards;
  const [card] = group?.cards ?? [];
  if (!card) throw new Error('no card is shown');
  return card;
}

describe('the card of an incident', () => {
  test('says what can be restored first, as the row of its cluster does, then the cause', () =>
    expect(only(incident('i', { restorable: RESTORABLE, summary: 'c1: no snapshot for 30 h (limit 24 h)' })).title).toBe(
      'c1 (shop): restorable to 2026-11-22T10:00:00Z by snapshot; no snapshot for 30 h (limit 24 h)',
    ));

  test('says only the cause where backups are not what it is about', () =>
    expect(only(incident('i')).title).toBe('c1 (shop): newest recovery point is 30 h old'));

  test('links to its runbook, to the row of its cluster and to Atlas', () => {
    const { runbook, rowId, atlas } = only(incident('a b'));
    expect({ runbook, rowId, atlas }).toEqual({
      runbook: '/runbooks/backup-age?incident=a%20b',
      rowId: 'cluster-c1',
      atlas: 'https://cloud.mongodb.com/v2/p1#/clusters/detail/c1',
    });
    expect(only(incident('i', { resource: resource('not-listed') })).rowId).toBeNull();
  });

  const taken = { by: 'dana', via: 'page', at: NOW - 9 * HOUR, until: NOW - HOUR };
  test.for<[string, Incident, Partial<Head>, RouteContext | undefined, string | null]>([
    [
      'whom it reaches next, and when',
      incident('i', { severity: 'warning' }),
      { deliveries: [accepted('slack', ['i']), accepted('email', ['i'])] },
      undefined,
      'Nobody has it yet; next: PagerDuty and SMS at 2026-11-22T12:30:00Z.',
    ],
    [
      'that nobody further is notified',
      incident('i'),
      { deliveries: [accepted('pagerduty', ['i']), accepted('sms', ['i'])] },
      undefined,
      'Nobody has it yet; nobody further is notified.',
    ],
    [
      'who had it',
      incident('i', { trail: [taken] }),
      { deliveries: [accepted('pagerduty', ['i'])] },
      undefined,
      'Nobody has it now: dana acknowledged it at 2026-11-22T03:00:00Z, which no longer holds; nobody further is notified.',
    ],
    ['nothing of that where somebody has it', incident('i', { state: 'acknowledged' }), {}, undefined, null],
    ['nothing of that where nobody can acknowledge it', incident('i'), {}, contextAt(NOW, {}, { acknowledgeable: false }), null],
    ['nothing of that where it is silenced', incident('i', { silencedBy: 'silenced by dana' }), {}, undefined, null],
  ])('says %s', ([, one, state, route, expected]) => expect(only(one, state, route).handling).toBe(expected));

  test('says what became of its messages, alike ones once', () => {
    const deliveries = [
      accepted('slack', ['i'], { acceptedAt: NOW - 5 * MINUTE }),
      accepted('email', ['i'], { key: 'a' }),
      accepted('email', ['i'], { key: 'b', recipient: 1 }),
      delivery('sms', ['i'], { attempts: 2, nextTryAt: NOW + MINUTE, lastError: 'Twilio answered 503' }),
      delivery('pagerduty', ['i'], { state: 'rejected', nextTryAt: null, lastError: 'invalid key' }),
    ];
    expect(only(incident('i'), { deliveries }).receipts).toEqual([
      { text: 'Slack: delivered 11:55Z', isTrouble: false },
      { text: 'Email to 2 recipients: delivered 12:00Z', isTrouble: false },
      { text: 'SMS: waiting, next try 12:01Z: Twilio answered 503', isTrouble: true },
      { text: 'PagerDuty: refused: invalid key', isTrouble: true },
    ]);
  });
});

describe('many open incidents', () => {
  const storm = (count: number, changes: Partial<Incident> = {}) =>
    Array.from({ length: count }, (_, index) =>
      incident(`${changes.check ?? 'i'}${index}`, { resource: resource(`c${index}`), restorable: RESTORABLE, ...changes }),
    );
  const titles = (incidents: readonly Incident[]) => model({ incidents }).cards.map(({ title, cards }) => [title, cards.length]);

  test('of one check and priority are one card from six on', () => {
    expect(titles(storm(5))).toEqual(Array.from({ length: 5 }, () => [null, 1]));
    expect(titles(storm(6))).toEqual([['6 clusters: restorable, at worst to 2026-11-22T06:00:00Z; no recent snapshot', 6]]);
  });

  test('say which limit all of them have passed, if they name the same', () =>
    expect(titles(storm(6, { summary: 'no snapshot for 30 h (limit 24 h)' }))[0]?.[0]).toMatch(/; no snapshot for over 24 h$/));

  test('of which some are about a pause are counted by kind', () => {
    const expiring = {
      summary: 'paused, and its last recovery point expires in 20 h',
      inShort: { one: 'paused', many: 'paused, recovery points expire' },
    };
    const mixed = storm(6, { summary: 'no snapshot for 30 h (limit 24 h)' }).map((one, index) =>
      index < 2 ? { ...one, ...expiring } : one,
    );
    expect(titles(mixed)[0]?.[0]).toMatch(/; 4 no snapshot for over 24 h, 2 paused, recovery points expire$/);
  });

  test('of another check or priority have a card of their own, by urgency', () =>
    expect(
      titles([...storm(6, { check: 'snapshot-size', severity: 'warning', priority: 'P1' }), ...storm(3)]).map(([, count]) => count),
    ).toEqual([1, 1, 1, 6]));
});
