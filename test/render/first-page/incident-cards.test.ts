import { describe, expect, test } from 'vitest';
import type { ClusterRow, RecordedFinding, RestorableMoments, WiderFinding } from '../../../lib/domain/findings/recorded-view.ts';
import type { Head } from '../../../lib/domain/incidents/head.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { CHECKS, checksThat } from '../../../lib/evaluate/checks/registry.ts';
import { pageModel, type PageModel } from '../../../lib/render/first-page/page-model.ts';
import type { RouteContext } from '../../../lib/route/plan-deliveries.ts';
import { contextAt } from '../../support/context.ts';
import { NOW } from '../../support/facts.ts';
import { NO_RECOVERY } from '../../../lib/domain/recovery/restore-test.ts';
import { proof } from '../../support/recovery.ts';
import { accepted, delivery, head, incident, resource } from '../../support/incidents.ts';
import { clusterRow } from '../../support/rows.ts';

const checkIsWide = (check: string): boolean => checksThat('ofOrganisation').has(check);
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
  if (group?.kind !== 'one') throw new Error('no card of one incident is shown');
  return group.card;
}

describe('the card of an incident', () => {
  test('says what can be restored first, as the row of its cluster does, then the cause', () =>
    expect(only(incident('i', { restorable: RESTORABLE, summary: 'c1: no snapshot for 30 h (limit 24 h)' })).title).toBe(
      'c1 (shop): restorable to 2026-11-22T10:00:00Z by snapshot; no snapshot for 30 h (limit 24 h)',
    ));

  test('says only the cause where backups are not what it is about', () =>
    expect(only(incident('i')).title).toBe('c1 (shop): newest recovery point is 30 h old'));

  test('links to its runbook, to the page of its cluster and to Atlas', () => {
    const { runbook, clusterPath, atlas } = only(incident('a b'));
    expect({ runbook, clusterPath, atlas }).toEqual({
      runbook: '/runbooks/backup-age?incident=a%20b',
      clusterPath: '/clusters/p1/c1',
      atlas: 'https://cloud.mongodb.com/v2/p1#/clusters/detail/c1',
    });
    expect(only(incident('i', { resource: resource(null) })).clusterPath).toBeNull();
  });

  const tested = (minutes: readonly number[]): Partial<Head> => ({
    recovery: {
      ...NO_RECOVERY,
      proofs: minutes.map((one, index) =>
        proof({
          id: `t${index}`,
          source: { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'c1' },
          measured: { restore: null, validate: null, rpo: null, rto: one * MINUTE },
        }),
      ),
    },
  });
  test.for<[string, readonly number[], string]>([
    ['never measured', [], 'never measured'],
    ['measured once', [12], '12 min (1 test by weekly)'],
    ['measured four times', [20, 11, 14, 12], '12 min, 14 min, 11 min (newest first, 4 tests by weekly)'],
  ])('says how long a restore took the last times: %s', ([, minutes, text]) =>
    expect(only(incident('i', { restorable: RESTORABLE }), tested(minutes)).brief.at(-1)).toEqual({ label: 'Restore time', text }),
  );

  test('says how much would be lost', () => {
    // The row of c1 is newer than the incident: its newest recovery point is two hours old.
    expect(only(incident('i', { restorable: RESTORABLE })).brief).toEqual([
      { label: 'Loss now', text: 'the last 2 h of writes' },
      { label: 'Restore time', text: 'never measured' },
    ]);
  });

  const taken = { by: 'dana', via: 'page', at: NOW - 9 * HOUR, until: NOW - HOUR };
  test.for<[string, Incident, Partial<Head>, RouteContext | undefined, string | null]>([
    [
      'whom it reaches next, and when',
      incident('i', { severity: 'warning' }),
      { deliveries: [accepted('slack', ['i']), accepted('email', ['i'])] },
      undefined,
      'nobody has it yet; next: PagerDuty and SMS at 2026-11-22T12:30:00Z',
    ],
    [
      'that nobody further is notified',
      incident('i'),
      { deliveries: [accepted('pagerduty', ['i']), accepted('sms', ['i'])] },
      undefined,
      'nobody has it yet; nobody further is notified',
    ],
    [
      'who had it',
      incident('i', { trail: [taken] }),
      { deliveries: [accepted('pagerduty', ['i'])] },
      undefined,
      'nobody has it now: dana acknowledged it at 2026-11-22T03:00:00Z, which no longer holds; nobody further is notified',
    ],
    [
      'who has it, and until when',
      incident('i', { state: 'acknowledged', acknowledgement: { ...taken, until: NOW + HOUR } }),
      {},
      undefined,
      'dana has it (page) since 2026-11-22T03:00:00Z, no reminders until 2026-11-22T13:00:00Z',
    ],
    ['nothing of that where nobody can acknowledge it', incident('i'), {}, contextAt(NOW, {}, { acknowledgeable: false }), null],
    ['what silences it', incident('i', { silencedBy: 'silenced by dana' }), {}, undefined, 'silenced by dana'],
  ])('says %s', ([, one, state, route, expected]) => expect(only(one, state, route).holder).toBe(expected));

  test.for(CHECKS.flatMap(({ id }) => (['critical', 'warning', 'info'] as const).map((severity) => [id, severity] as const)))(
    'says who has it where it can be acknowledged, and nothing of that where it cannot: %s, %s',
    ([check, severity]) => {
      const one = incident('i', { check, severity, resource: resource(checkIsWide(check) ? null : 'c1') });
      const sent = { deliveries: [accepted('pagerduty', ['i'])] };
      expect(only(one, sent).holder).toMatch(/^nobody has it yet; (next: |nobody further is notified$)/);
      expect(only(one, sent, contextAt(NOW, {}, { acknowledgeable: false })).holder).toBeNull();
      expect(only(one, sent, contextAt(NOW, {}, { acknowledgementPaths: [] })).holder).toBeNull();
    },
  );

  test('says who has one that has recovered for now and is held open', () =>
    expect(only(incident('i', { steadySince: NOW - MINUTE })).holder).toBe('nobody has it yet; nobody further is notified'));

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

describe('while Atlas cannot be read', () => {
  const readAt = NOW - HOUR;
  const unread = (check: string): readonly RecordedFinding[] => [
    { check, verdict: 'unknown', severity: null, summary: '403', evidence: [], since: NOW - 30 * MINUTE },
  ];
  const rowOf = (name: string, at: number, check = 'backup-age'): ClusterRow =>
    clusterRow(name, { verdict: 'unknown', newestRecoveryPoint: NOW - 6 * HOUR, findings: unread(check) }, at);
  const about = (name: string, changes: Partial<Incident> = {}): Incident =>
    incident(`${changes.check ?? 'i'}-${name}`, { resource: resource(name), restorable: RESTORABLE, ...changes });
  const cards = (incidents: readonly Incident[], clusters: readonly ClusterRow[], wider: readonly WiderFinding[] = []) => {
    const request = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'] };
    return pageModel(head({ lastRun: run, lastComplete: run, incidents }), { runId: 'run', clusters, wider }, request).cards.map(
      (group) => {
        const { title, brief } = group.kind === 'one' ? group.card : group;
        return [title, brief.map(({ text }) => text), ...(group.kind === 'cluster' ? group.cards.map((one) => one.title) : [])];
      },
    );
  };

  test('a card says as of when what it says was known, and of no loss now', () =>
    expect(cards([about('c1')], [rowOf('c1', readAt)])).toEqual([
      [
        'c1 (shop), as of 2026-11-22T11:00:00Z: restorable to 2026-11-22T06:00:00Z by snapshot; newest recovery point is 30 h old',
        ['never measured'],
      ],
    ]));

  test('so does the card of several incidents of a cluster, once', () =>
    expect(cards([about('c1'), about('c1', { check: 'rpo', summary: 'too old' })], [rowOf('c1', readAt)])).toEqual([
      [
        '2 incidents on c1 (shop), as of 2026-11-22T11:00:00Z: restorable to 2026-11-22T06:00:00Z by snapshot',
        ['never measured'],
        'newest recovery point is 30 h old',
        'too old',
      ],
    ]));

  test.for([
    [
      'all of them',
      [readAt, readAt, readAt, readAt],
      '4 clusters, as of 2026-11-22T11:00:00Z: restorable, at worst to 2026-11-22T06:00:00Z; no recent snapshot',
      'never measured',
    ],
    [
      'some of them',
      [NOW, NOW, readAt, readAt],
      '4 clusters: restorable, at worst to 2026-11-22T06:00:00Z; no recent snapshot; 2 of them as of 2026-11-22T11:00:00Z',
      'up to 6 h of writes (c0); 2 not read',
    ],
  ] as const)('so does the card of many, of which it cannot read %s', ([, readAts, title, first]) => {
    const rows = readAts.map((at, index) => (at === NOW ? { ...rowOf(`c${index}`, at), findings: [] } : rowOf(`c${index}`, at)));
    expect(
      cards(
        rows.map(({ name }) => about(name)),
        rows,
      ).map(([shown, brief]) => [shown, brief?.[0]]),
    ).toEqual([[title, first]]);
  });

  test('a cluster of which nothing could be restored when it was last read is said to be one, and not unknown', () => {
    const row = clusterRow('c1', { verdict: 'unknown', newestRecoveryPoint: null, findings: unread('backup-age') }, readAt);
    const known = 'c1 (shop), as of 2026-11-22T11:00:00Z: nothing can be restored';
    expect(cards([about('c1', { summary: 'no snapshot' })], [row])[0]?.[0]).toBe(`${known}; no snapshot`);
    expect(cards([about('c1'), about('c1', { check: 'rpo' })], [row])[0]?.[0]).toBe(`2 incidents on ${known}`);
  });

  test('a cluster that was never read has a time with each of its causes', () =>
    expect(cards([about('c1', { summary: 'old' }), about('c1', { check: 'rpo', summary: 'late' })], [rowOf('c1', 0)])[0]?.slice(2)).toEqual(
      ['old; last known before 2026-11-22T11:30:00Z', 'late'],
    ));

  test('a fault that the last check could not judge, while it could read the snapshots, is last known', () =>
    expect(cards([about('c1', { check: 'pitr-break', summary: 'a break' })], [rowOf('c1', NOW, 'pitr-break')])[0]?.[0]).toBe(
      'c1 (shop): restorable to 2026-11-22T06:00:00Z by snapshot; a break; last known before 2026-11-22T11:30:00Z',
    ));

  test('a fault of a project that the last check could not judge is last known too', () => {
    const finding = unread('compliance-lock').map((one) => ({ ...one, resource: resource(null) }));
    expect(cards([about('c1', { check: 'compliance-lock', resource: resource(null), summary: 'unlocked' })], [], finding)[0]?.[0]).toBe(
      'project shop: unlocked; last known before 2026-11-22T11:30:00Z',
    );
  });

  test('the blindness itself is known now', () => {
    const finding = unread('visibility').map((one) => ({ ...one, resource: resource(null) }));
    expect(cards([about('c1', { check: 'visibility', resource: resource(null), summary: 'blind' })], [], finding)[0]?.[0]).toBe(
      'project shop: blind',
    );
  });
});

describe('several open incidents of one cluster', () => {
  const taken = { by: 'dana', via: 'page', at: NOW - HOUR, until: NOW + HOUR } as const;
  const three = (changes: readonly Partial<Incident>[] = []) =>
    (['backup-age', 'rpo', 'pitr-break'] as const).map((check, index) =>
      incident(check, {
        check,
        restorable: RESTORABLE,
        summary: `c1: ${check} fails`,
        ...(check === 'pitr-break' && { severity: 'warning' }),
        ...changes[index],
      }),
    );
  const card = (incidents: readonly Incident[], state: Partial<Head> = {}, route?: RouteContext) => {
    const [group, ...others] = model({ incidents, ...state }, route).cards;
    if (group?.kind !== 'cluster' || others.length > 0) throw new Error('no card of one cluster is shown alone');
    return group;
  };

  test('are one card: what can be restored and the links once, then each cause, the most urgent first', () => {
    const { title, brief, path, atlas, anchor, cards, toAcknowledge } = card(three());
    expect({ title, path, atlas, anchor, toAcknowledge }).toEqual({
      title: '3 incidents on c1 (shop): restorable to 2026-11-22T10:00:00Z by snapshot',
      path: '/clusters/p1/c1',
      atlas: 'https://cloud.mongodb.com/v2/p1#/clusters/detail/c1',
      anchor: 'card-c1',
      toAcknowledge: ['backup-age', 'rpo', 'pitr-break'],
    });
    expect(brief.map(({ label }) => label)).toEqual(['Loss now', 'Restore time']);
    expect(cards.map((one) => [one.title, one.brief, one.runbook])).toEqual(
      (['backup-age', 'rpo', 'pitr-break'] as const).map((check) => [`${check} fails`, [], `/runbooks/${check}?incident=${check}`]),
    );
  });

  test.for<[string, readonly Partial<Incident>[], string | null, readonly (string | null)[]]>([
    ['nobody', [], 'nobody has any of them yet; nobody further is notified', [null, null, null]],
    [
      'somebody who took all of them at once',
      [1, 2, 3].map(() => ({ state: 'acknowledged', acknowledgement: taken })),
      'dana has it (page) since 2026-11-22T11:00:00Z, no reminders until 2026-11-22T13:00:00Z',
      [],
    ],
    [
      'somebody who took one of them',
      [{ state: 'acknowledged', acknowledgement: taken }],
      'dana has 1; nobody has the other 2 yet; nobody further is notified',
      [null, null, 'dana has it (page) since 2026-11-22T11:00:00Z, no reminders until 2026-11-22T13:00:00Z'],
    ],
  ])('say who has them, and of one alone only what is not said of all: %s', ([, changes, holder, own]) => {
    const all = three(changes).map((one): Incident => ({ ...one, severity: 'critical', priority: 'P0' }));
    const shown = card(all, {
      deliveries: [accepted('pagerduty', ['backup-age', 'rpo', 'pitr-break']), accepted('sms', ['backup-age', 'rpo', 'pitr-break'])],
    });
    expect([shown.holder, shown.cards.map((one) => one.holder).filter((one) => own.length > 0 || one !== null)]).toEqual([
      holder,
      own.length > 0 ? own : [],
    ]);
  });

  test.for<[string, readonly Partial<Incident>[], readonly string[], string]>([
    ['one, where nobody can acknowledge the others', [], ['backup-age'], 'nobody has any of them yet; nobody further is notified'],
    [
      'somebody, another, and one that nobody can acknowledge',
      [{}, { state: 'acknowledged', acknowledgement: taken }],
      ['backup-age', 'rpo'],
      'dana has 1; nobody has the other 2 yet; nobody further is notified',
    ],
    [
      'different people who took one each',
      [taken, { ...taken, by: 'vera' }, taken].map((acknowledgement) => ({ state: 'acknowledged', acknowledgement })),
      [],
      'dana, vera have all',
    ],
    [
      'nobody, of which one is silenced',
      [{ silencedBy: 'silenced by dana' }],
      ['rpo', 'pitr-break'],
      '1 silenced; nobody has the other 2 yet; nobody further is notified',
    ],
  ])('say who has them where only some can be acknowledged: %s', ([, changes, notified, holder]) => {
    const all = three(changes).map((one): Incident => ({ ...one, severity: 'critical', priority: 'P0' }));
    const route = contextAt(NOW, {}, { acknowledgementPaths: ['pagerduty'] });
    const deliveries = [accepted('pagerduty', [...notified]), accepted('sms', [...notified])];
    expect(card(all, { deliveries }, route).holder).toBe(holder);
  });

  test('say the team and what to do once where that is the same for all', () => {
    expect(card(three([{ team: 'a' }, { team: 'a' }, { team: 'a' }]))).toMatchObject({ team: 'a', action: 'Take a snapshot.' });
    expect(card(three([{ team: 'a' }, { action: 'Wait.' }]))).toMatchObject({ team: null, action: null });
  });

  test('are not joined across clusters, nor with those that a card of many has', () => {
    const storm = Array.from({ length: 4 }, (_, index) =>
      incident(`s${index}`, { resource: resource(`c${index}`), restorable: RESTORABLE }),
    );
    const others = three().filter(({ check }) => check !== 'backup-age');
    const { cards } = model({ incidents: [...storm, ...others, incident('x', { check: 'rpo', resource: resource('c2') })] });
    expect(cards.map(({ kind, anchor }) => [kind, anchor])).toEqual([
      ['many', 'card-backup-age-P0'],
      ['cluster', 'card-c1'],
      ['one', 'x'],
    ]);
    const [many] = cards;
    expect(many?.kind === 'many' && many.cards.map(({ brief }) => brief.length)).toEqual([2, 0, 0, 2]);
  });
});

describe('many open incidents', () => {
  const storm = (count: number, changes: Partial<Incident> = {}) =>
    Array.from({ length: count }, (_, index) =>
      incident(`${changes.check ?? 'i'}${index}`, { resource: resource(`c${index}`), restorable: RESTORABLE, ...changes }),
    );
  const groups = (incidents: readonly Incident[], state: Partial<Head> = {}) => model({ incidents, ...state }).cards;
  const titles = (incidents: readonly Incident[]) =>
    groups(incidents).map((group) => (group.kind === 'many' ? [group.title, group.ids.length] : [null, 1]));

  test('of one check and priority are one card from four on', () => {
    expect(titles(storm(3))).toEqual(Array.from({ length: 3 }, () => [null, 1]));
    expect(titles(storm(4))).toEqual([['4 clusters: restorable, at worst to 2026-11-22T08:00:00Z; no recent snapshot', 4]]);
  });

  test('say the worst loss, and who has how many', () => {
    const taken = { by: 'dana', via: 'page', at: NOW - HOUR, until: NOW + HOUR } as const;
    const mixed = storm(6).map((one, index) => (index === 0 ? { ...one, state: 'acknowledged' as const, acknowledgement: taken } : one));
    const [group] = groups(mixed);
    if (group?.kind !== 'many') throw new Error('no card of many is shown');
    expect(group.brief).toEqual([
      { label: 'Loss now', text: 'up to 6 h of writes (c5)' },
      { label: 'Restore time', text: 'never measured' },
    ]);
    expect(group.holder).toBe('dana has 1; nobody has the other 5 yet; nobody further is notified');
    expect(group.toAcknowledge).toEqual(['i1', 'i2', 'i3', 'i4', 'i5']);
  });

  test('say that nobody has them now where somebody had one and holds it no longer', () => {
    const had = { by: 'dana', via: 'page', at: NOW - 9 * HOUR, until: NOW - HOUR } as const;
    const [group] = groups(storm(4).map((one, index) => (index === 3 ? { ...one, trail: [had] } : one)));
    expect(group?.kind === 'many' && group.holder).toBe('nobody has any of them now; nobody further is notified');
  });

  test('are shown up to 50, and acknowledged up to 500 at once', () => {
    const [group] = groups(storm(501));
    expect(group?.kind === 'many' && [group.cards.length, group.toAcknowledge.length, group.ids.length]).toEqual([50, 500, 501]);
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
