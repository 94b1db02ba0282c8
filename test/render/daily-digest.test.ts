import { describe, expect, test } from 'vitest';
import { mailOf } from '../../lib/deliver/channels/email/email-message.ts';
import { standing } from '../../lib/deliver/channels/slack/slack-message.ts';
import { smsText } from '../../lib/deliver/channels/sms/sms-message.ts';
import { compose } from '../../lib/deliver/message/compose.ts';
import { digestLines, withDigest } from '../../lib/render/daily-digest.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { NO_RECOVERY, type Proof } from '../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR, type Instant, MINUTE, withShortTimes } from '../../lib/domain/time.ts';
import type { ClusterRow, RecordedView } from '../../lib/domain/findings/recorded-view.ts';
import { notificationOf } from '../deliver/notifications.ts';
import { contextAt } from '../support/context.ts';
import { NOW } from '../support/facts.ts';
import { head, incident, resolved, resource } from '../support/incidents.ts';
import { restorePlan } from '../support/recovery.ts';
import { clusterRow, rowWith } from '../support/rows.ts';

/** 22 November 2026, 00:00 UTC. */
const MIDNIGHT = NOW - 12 * HOUR;

function viewOf(...clusters: readonly ClusterRow[]): RecordedView {
  return { runId: 'r', clusters, wider: [] };
}

const VIEW = viewOf(
  rowWith('failing', 'orders', { newestRecoveryPoint: NOW - 30 * HOUR }),
  clusterRow('events'),
  clusterRow('logs', { verdict: 'unknown', newestRecoveryPoint: null }),
  clusterRow('tutorial', { verdict: 'exempt', newestRecoveryPoint: null }),
);

function at(now: Instant, before: Head = head({ digestDay: '2026-11-21' }), config = {}): Head {
  return withDigest(before, () => VIEW, contextAt(now, config));
}

function digests(state: Head): readonly string[] {
  return state.deliveries.filter(({ kind }) => kind === 'digest').map(({ key }) => key);
}

describe('the daily digest', () => {
  test.for([
    [8 * HOUR - 1, []],
    [8 * HOUR, ['digest/slack/0/2026-11-22', 'digest/email/0/2026-11-22']],
    [24 * HOUR - 1, ['digest/slack/0/2026-11-22', 'digest/email/0/2026-11-22']],
  ] as const)('%i ms after midnight UTC makes the deliveries %j', ([after, keys]) => expect(digests(at(MIDNIGHT + after))).toEqual(keys));

  test('lists findings that have no incident, at most ten of them', () => {
    const noted = {
      check: 'snapshot-deleted',
      verdict: 'failing',
      severity: 'info',
      summary: '2 went',
      evidence: [],
      since: NOW,
      digestOnly: true,
    } as const;
    const rows = Array.from({ length: 12 }, (_, index) => clusterRow(`c${index}`, { findings: [noted] }));
    const lines = digestLines(head(), viewOf(...rows), NOW).filter((line) => line.startsWith('Noted: ') || line.includes('on the page'));
    expect(lines[0]).toBe('Noted: snapshot-deleted on c0 (shop): 2 went');
    expect(lines.slice(9)).toEqual(['Noted: snapshot-deleted on c9 (shop): 2 went', '… and 2 more on the page']);
  });

  test('is made once a day', () => {
    const once = at(MIDNIGHT + 8 * HOUR);
    expect(at(MIDNIGHT + 9 * HOUR, once)).toBe(once);
    expect(digests(at(MIDNIGHT + DAY + 8 * HOUR, once))).toHaveLength(4);
  });

  test('is made at the hour of the policy, or never if the policy has none', () => {
    expect(digests(at(MIDNIGHT + 5 * HOUR, undefined, { digestHour: 5 }))).toHaveLength(2);
    expect(digests(at(MIDNIGHT + 23 * HOUR, undefined, { digestHour: null }))).toEqual([]);
  });

  test.for([
    ['by the next check if the check at that hour was missed', DAY + 5 * MINUTE, ['2026-11-22']],
    ['until one millisecond before the next day’s hour', DAY + 23 * HOUR - 1, ['2026-11-22']],
    ['no longer from the next day’s hour, when that day’s is made', DAY + 23 * HOUR, ['2026-11-23']],
  ] as const)('with the hour 23 is made %s', ([, after, days]) => {
    const made = at(MIDNIGHT + after, undefined, { digestHour: 23 });
    expect(digests(made)).toEqual(days.flatMap((day) => [`digest/slack/0/${day}`, `digest/email/0/${day}`]));
    expect(made.digestDay).toBe(days[0]);
  });

  test('is one a day at every hour, checked each hour for ten days', () => {
    for (let digestHour = 0; digestHour < 24; digestHour += 1) {
      let state = head({ digestDay: '2026-11-21' });
      for (let hour = 24; hour < 11 * 24; hour += 1) state = at(MIDNIGHT + hour * HOUR + MINUTE, state, { digestHour });
      expect(new Set(digests(state)).size).toBe(digests(state).length);
      expect(digests(state).length / 2).toBeGreaterThanOrEqual(10);
      expect(digests(state).length / 2).toBeLessThanOrEqual(11);
    }
  });

  test.for([3 * HOUR, 8 * HOUR, 20 * HOUR])('is not made by the first run of an installation, %i ms after midnight', (after) =>
    expect(digests(at(MIDNIGHT + after, head()))).toEqual([]),
  );

  test('is made at the hour if the first run of the installation was before it', () =>
    expect(digests(at(MIDNIGHT + 8 * HOUR, at(MIDNIGHT + 3 * HOUR, head())))).toHaveLength(2));

  test('is made the next day if the first run of the installation was after the hour', () => {
    const first = at(MIDNIGHT + 20 * HOUR, head());
    expect(digests(at(MIDNIGHT + 23 * HOUR, first))).toEqual([]);
    expect(digests(at(MIDNIGHT + DAY + 8 * HOUR, first))).toHaveLength(2);
  });

  test('is made once for several days that were missed', () => expect(digests(at(MIDNIGHT + 5 * DAY + 9 * HOUR))).toHaveLength(2));

  test('goes to each of several recipients', () => {
    const roster = [{ id: 'email', recipients: 3 }] as const;
    const state = withDigest(head({ digestDay: '2026-11-21' }), () => VIEW, contextAt(NOW, {}, { roster }));
    expect(state.deliveries.map(({ recipient }) => recipient)).toEqual([0, 1, 2]);
  });
});

describe('the daily digest says', () => {
  const silences = [{ id: 's', match: { cluster: 'c2' }, by: 'dana', why: 'resize', from: NOW - HOUR, until: NOW + HOUR }];
  const incidents = [
    incident('a', { openedAt: NOW - HOUR }),
    incident('b', { openedAt: NOW - 3 * DAY, resource: resource('c2') }),
    incident('c', { openedAt: NOW - 3 * DAY, severity: 'warning', resource: resource('c3'), silencedBy: 'silenced by dana' }),
    resolved('d', { openedAt: NOW - 3 * DAY, resolvedAt: NOW - MINUTE }),
    resolved('e', { openedAt: NOW - 3 * DAY, resolvedAt: NOW - 2 * DAY }),
  ];
  const lines = digestLines(
    head({ incidents, silences, days: [{ day: '2026-11-22', runs: 12, complete: 12, opened: 1, resolved: 0 }] }),
    VIEW,
    NOW,
  );

  test.for([
    ['the headline', '1 at risk, 1 as promised, 1 unknown, 1 exempt; none proven by a restore'],
    ['what changed', 'In the last 24 h: 1 incident began, 1 ended; 12 checks today.'],
    [
      'whose reach is furthest back, and how many have none',
      'Furthest back: orders (shop), restorable to 2026-11-21T06:00:00Z by snapshot; the last 30 h of writes would be lost. To no known moment: 1 cluster.',
    ],
    ['what is open', 'Open: P0 backup-age on c1 (shop): newest recovery point is 30 h old'],
    ['what is silenced, also what was notified before the silence', 'Silenced: 2, of which P0: 1'],
  ] as const)('%s', ([, line]) => expect(lines).toContain(line));

  test('that no moment is known to which anything can be restored where none is', () =>
    expect(digestLines(head(), viewOf(clusterRow('a', { newestRecoveryPoint: null })), NOW)).toContain(
      'No moment is known to which a cluster can be restored.',
    ));

  test('that nothing is promised where all clusters are exempt', () => {
    const said = digestLines(head(), viewOf(clusterRow('a', { verdict: 'exempt', newestRecoveryPoint: null })), NOW);
    expect(said).toContain('No cluster is promised to be restorable: all are exempt.');
  });

  test('of what is open the impact first, as its cluster’s row has it, and a project once', () => {
    const restorable = {
      until: { at: NOW - DAY, by: 'snapshot', base: NOW - DAY, baseExpiresAt: null },
      window: null,
      readAt: NOW,
      mayReachFurther: false,
    } as const;
    const incidents = [incident('a', { restorable }), incident('p', { resource: resource(null), summary: 'blind' })];
    const open = digestLines(head({ incidents }), viewOf(), NOW).filter((line) => line.startsWith('Open:'));
    expect(open).toEqual([
      'Open: P0 backup-age on c1 (shop): restorable to 2026-11-21T12:00:00Z by snapshot; newest recovery point is 30 h old',
      'Open: P0 backup-age on project shop: blind',
    ]);
  });

  test('nothing about silences if there are none', () => expect(digestLines(head(), VIEW, NOW).join()).not.toContain('Silenced'));

  test('open incidents by urgency, then by age, whatever order the head has', () => {
    const minor = Array.from({ length: 25 }, (_, index) => incident(`i${index}`, { severity: 'info', resource: resource(`m${index}`) }));
    const urgent = [
      incident('late', { summary: 'the younger P0' }),
      incident('old', { summary: 'the older P0', openedAt: NOW - DAY }),
      incident('warn', { severity: 'warning', summary: 'the P1', openedAt: NOW - 2 * DAY }),
    ];
    const open = digestLines(head({ incidents: [...minor, ...urgent] }), VIEW, NOW).filter((line) => line.startsWith('Open:'));
    expect(open.slice(0, 3)).toEqual([
      'Open: P0 backup-age on c1 (shop): the older P0',
      'Open: P0 backup-age on c1 (shop): the younger P0',
      'Open: P1 backup-age on c1 (shop): the P1',
    ]);
  });

  test('the names of incidents that began or ended in the last 24 h, newest first', () => {
    const changed = lines.filter((line) => / (began|ended): /.test(line));
    expect(changed).toEqual([
      '2026-11-22T11:59:00Z c1, backup-age ended: recovered',
      '2026-11-22T11:00:00Z c1, backup-age began: newest recovery point is 30 h old',
    ]);
  });

  test('at most ten such changes and how many more, in lines of limited length', () => {
    const incidentsNow = Array.from({ length: 14 }, (_, index) => incident(`i${index}`, { summary: 'x'.repeat(5_000) }));
    const said = digestLines(head({ incidents: incidentsNow }), VIEW, NOW);
    expect(said.filter((line) => line.includes(' began: '))).toHaveLength(10);
    expect(said).toContain('… and 4 more changed, on the page');
    expect(Math.max(...said.map(({ length }) => length))).toBeLessThanOrEqual(300);
  });

  test('at most twenty open incidents, and how many more', () => {
    const many = Array.from({ length: 25 }, (_, index) => incident(`i${index}`));
    const said = digestLines(head({ incidents: many }), VIEW, NOW);
    expect(said.filter((line) => line.startsWith('Open:'))).toHaveLength(20);
    expect(said).toContain('… and 5 more on the page');
  });
});

describe('the message of the daily digest has the word digest in its first line', () => {
  const notification = notificationOf({
    kind: 'digest',
    priority: 'P2',
    incidents: [],
    text: digestLines(head({ incidents: [incident('a')] }), VIEW, NOW),
  });
  const FIRST = '[Daily digest] 1 at risk, 1 as promised, 1 unknown, 1 exempt; none proven by a restore';

  test('as composed for every channel', () =>
    expect(compose(notification)).toMatchObject({ headline: FIRST, over: false, action: '', items: [] }));

  test('by email, in the subject and the text', () => {
    const { subject, text, html } = mailOf(notification);
    expect([subject, text.split('\n')[0], html.includes(`${FIRST}</h2>`)]).toEqual([FIRST, FIRST, true]);
  });

  test('in Slack, in the notification and the message, without a button', () => {
    const { text, blocks } = standing(notification);
    expect(text.split('\n')[0]).toBe(FIRST);
    expect(blocks[0]).toMatchObject({ type: 'header', text: { text: FIRST } });
    expect(blocks.some(({ type }) => type === 'actions')).toBe(false);
  });

  test('by text message, if a policy sends it there', () => expect(smsText(notification)).toMatch(/^Daily digest 1 at risk/));
});

test('the digest names the active silences, also those that suppress nothing', () => {
  const silence = { id: 's', match: { cluster: 'orders' }, by: 'dana', why: 'disk resize', from: NOW - HOUR, until: NOW + HOUR };
  const over = { ...silence, id: 'over', why: 'long past', until: NOW - MINUTE };
  const lines = digestLines(head({ silences: [silence, over] }), VIEW, NOW).join('\n');
  expect(lines).toContain('Silence: cluster orders until 2026-11-22T13:00:00Z by dana: disk resize');
  expect(lines).not.toContain('long past');
});

describe('proofs about to expire', () => {
  const source = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders' };
  const restoreTests = [restorePlan({ sources: [{ project: 'shop', cluster: 'orders', uri: null }] })];
  const proof = (expiresAt: Instant | null, changes: Partial<Proof> = {}): Proof => ({
    id: 't',
    plan: 'weekly',
    source,
    point: { kind: 'snapshot', snapshotId: 's', at: NOW - DAY, expiresAt },
    startedAt: NOW - DAY,
    restoredAt: NOW - DAY,
    endedAt: NOW - DAY,
    verdict: 'passed',
    why: null,
    worst: [],
    measured: { restore: null, validate: null, rto: null, rpo: null },
    ...changes,
  });
  const path = (startedAt: Instant, verdict: 'passed' | 'failed' = 'passed'): NonNullable<Head['proof']> => ({
    incidents: [],
    startedAt,
    endedAt: startedAt,
    verdict,
    detail: '',
  });
  const said = (proofs: readonly Proof[], changes: Partial<Head> = {}, plans = restoreTests): string | undefined =>
    digestLines(head({ recovery: { ...NO_RECOVERY, proofs }, ...changes }), VIEW, NOW, {
      maintenance: [],
      channels: {},
      restoreTests: plans,
    }).find((line) => line.startsWith('Proofs about to expire: '));
  const NONE = 'Proofs about to expire: none.';

  test.for<[string, string | undefined, string]>([
    ['are none if nothing was proven', said([]), NONE],
    [
      'include a restore that expires in exactly two days',
      said([proof(NOW + 2 * DAY)]),
      'Proofs about to expire: 1: restore of orders (shop) by weekly expires 2026-11-24T12:00:00Z.',
    ],
    ['exclude a restore that expires one millisecond later', said([proof(NOW + 2 * DAY + 1)]), NONE],
    [
      'include a restore that has expired',
      said([proof(NOW - HOUR)]),
      'Proofs about to expire: 1: restore of orders (shop) by weekly expired 2026-11-22T11:00:00Z.',
    ],
    ['exclude a restore of which a newer proof lasts', said([proof(NOW + HOUR), proof(NOW + 5 * DAY)]), NONE],
    [
      'include a restore if the newer proof is of another cluster of that name',
      said([proof(NOW - DAY), proof(NOW + 5 * DAY, { source: { ...source, clusterId: 'c2' } })]),
      NONE,
    ],
    [
      'include a restore of which a newer test failed',
      said([proof(NOW + HOUR), proof(NOW + 5 * DAY, { verdict: 'failed' })]),
      'Proofs about to expire: 1: restore of orders (shop) by weekly expires 2026-11-22T13:00:00Z.',
    ],
    ['exclude a restore whose point never expires', said([proof(null)]), NONE],
    ['exclude a source that the policy no longer names', said([proof(NOW)], {}, []), NONE],
    [
      'include the alert path, two days before its 30 days are over',
      said([], { proof: path(NOW - 28 * DAY) }),
      'Proofs about to expire: 1: the alert path expires 2026-11-24T12:00:00Z.',
    ],
    ['exclude the alert path one millisecond earlier', said([], { proof: path(NOW - 28 * DAY + 1) }), NONE],
    ['exclude an alert path whose proof failed, which is an incident', said([], { proof: path(NOW - 40 * DAY, 'failed') }), NONE],
  ])('%s', ([, line, expected]) => expect(line).toBe(expected));

  test('are listed by expiry, at most four, with their number', () => {
    const many = Array.from({ length: 13 }, (_, index) =>
      proof(NOW + (13 - index) * MINUTE, { source: { ...source, clusterId: `c${index}`, name: `c${index}` } }),
    );
    const plans = [restorePlan({ sources: many.map((one) => ({ project: 'shop', cluster: one.source.name, uri: null })) })];
    expect(said(many, {}, plans)).toMatch(
      /^Proofs about to expire: 13, the first 4: restore of c12 \(shop\) by weekly expires [^;]*(; restore of c\d+ [^;]*){3}\.$/,
    );
  });
});

test('a digest of the greatest length fits into one Slack message', () => {
  const incidents = Array.from({ length: 25 }, (_, index) => incident(`i${index}`, { summary: `${index} `.padEnd(400, 'x') }));
  const silences = Array.from({ length: 25 }, (_, index) => ({
    id: `s${index}`,
    match: { cluster: 'orders' },
    by: 'dana',
    why: '"'.repeat(400),
    from: NOW - HOUR,
    until: NOW + HOUR,
  }));
  const text = digestLines(head({ incidents, silences }), VIEW, NOW);
  const { blocks } = standing(notificationOf({ kind: 'digest', priority: 'P2', incidents: [], text }));
  const sections = blocks.flatMap((block) => (block.type === 'section' && 'text' in block ? [block.text.text] : []));
  expect(sections.join('\n')).toBe(withShortTimes(text.slice(1).join('\n'), notificationOf().now));
  expect(Math.max(...sections.map(({ length }) => length))).toBeLessThanOrEqual(3_000);
  // What Slack takes of all blocks together (slackapi/bolt-js#2509).
  expect(JSON.stringify(blocks).length).toBeLessThan(13_200);
  expect(text.at(-1)).toMatch(/^… and \d+ more lines on the page$/);
});
