import { describe, expect, test } from 'vitest';
import { gsm, smsText, units } from '../../../../lib/deliver/channels/sms/sms-message.ts';
import type { Priority } from '../../../../lib/domain/policy/policy.ts';
import type { Incident } from '../../../../lib/domain/incidents/incident.ts';
import type { RestorableMoments } from '../../../../lib/domain/findings/recorded-view.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/domain/time.ts';
import { CHECKS } from '../../../../lib/evaluate/checks/registry.ts';
import { incidentOf, notificationOf, NOW, RESTORABLE, resolvedIncident, stormOf } from '../../notifications.ts';

/** The longest names that Atlas takes: 64 characters each. */
const LONGEST = {
  projectId: '65aa00000000000000000001',
  projectName: 'payments-and-settlement-platform-of-the-european-retail-business',
  clusterId: '65bb00000000000000000001',
  name: 'customer-facing-orders-and-fulfilment-history-production-eu-1',
};
/** Restorable to a snapshot of a day ago, as long as such a sentence gets. */
const BY_SNAPSHOT: RestorableMoments = {
  until: { at: NOW - 30 * HOUR, by: 'snapshot', base: NOW - 30 * HOUR, baseExpiresAt: NOW + 6 * DAY },
  window: null,
  readAt: NOW - 10 * MINUTE,
  mayReachFurther: false,
};

function textOf(changes: Partial<Incident>, kind: 'trigger' | 'escalate' = 'trigger'): string {
  const incident = incidentOf({ resource: LONGEST, ...changes });
  return smsText(notificationOf({ incidents: [incident], priority: incident.priority, kind }));
}

describe('the text about a cluster with the longest names', () => {
  const reaches = [RESTORABLE, BY_SNAPSHOT, { ...BY_SNAPSHOT, until: null }, { ...BY_SNAPSHOT, readAt: NOW - 5 * HOUR }];
  const cases = CHECKS.flatMap(({ id, inShort }) => reaches.map((restorable, index) => [id, index, inShort.one, restorable] as const));

  test.for(cases)(
    'of %s says the fault in short and what to go back to in one segment, however long its summary is: reach %i',
    ([check, index, one, restorable]) => {
      const [trigger, escalated] = [
        textOf({ check, summary: 'x'.repeat(500), restorable }),
        textOf({ check, summary: 'x'.repeat(500), restorable }, 'escalate'),
      ];
      for (const text of [trigger, escalated]) {
        expect(units(text)).toBeLessThanOrEqual(160);
        expect(text).toContain(`: ${one}. `);
        expect(text).toMatch(/\. (Restorable to .*by (PITR|snapshot)|Nothing can be restored)/);
      }
      // Only an alert that escalates, or whose facts are old, has too many words for a link to an address of common length.
      expect(trigger).toMatch(index < 3 ? / https:\/\/status\.example\.com\/i\/\w{7}$/ : /^P0/);
    },
  );

  test.for(CHECKS.flatMap(({ id, inShort }) => Object.entries(inShort).map(([form, words]) => [id, form, words] as const)))(
    'has room for %s’s %s words, which are GSM-7 and at most 36 characters',
    ([, , words]) => {
      expect(gsm(words)).toBe(words);
      expect(units(words)).toBeLessThanOrEqual(36);
    },
  );

  const behind = NOW - 100 * MINUTE;
  const gap: RestorableMoments = { ...RESTORABLE, until: { at: behind, by: 'pitr', base: NOW - 5 * HOUR, baseExpiresAt: null } };
  test.for<[Incident['check'], Priority, string, RestorableMoments | undefined]>([
    ['backup-age', 'P0', 'no snapshot for 30 h (limit 24 h), the base expires 2026-12-04T04:00:00Z', RESTORABLE],
    ['backup-age', 'P0', 'no snapshot for 30 h (limit 24 h), the last one expires 2026-11-28T10:00:00Z', BY_SNAPSHOT],
    ['rpo', 'P0', 'the last 30 h would be lost; promised an RPO of 1 h', BY_SNAPSHOT],
    ['pitr-gap', 'P0', 'the oplog is behind: PITR reaches no moment after 2026-11-22T08:20:00Z (1 h 30 min, limit 1 h)', gap],
    ['pitr-gap', 'P0', 'continuous backup (PITR) is off, since 2026-11-22T09:00:00Z or a little later', BY_SNAPSHOT],
    ['pitr-break', 'P1', 'PITR cannot reach 2026-11-20T08:00:00Z to 2026-11-20T11:00:00Z (oplog behind, 3 h)', RESTORABLE],
    ['snapshot-size', 'P1', 'snapshot size −62 %: 40.1 GB → 15.2 GB (against the one before)', RESTORABLE],
    ['snapshot-failed', 'P1', 'a snapshot failed at 2026-11-22T04:00:00Z, and none was completed since', RESTORABLE],
    ['backup-off', 'P0', 'backups are off', { ...BY_SNAPSHOT, until: null }],
    ['cluster-gone', 'P1', 'the cluster was deleted at 2026-11-22T09:30:00Z by dba@example.com; backups left: 7 snapshots', BY_SNAPSHOT],
    [
      'visibility',
      'P0',
      'blind since 2026-11-21T09:00:00Z: Atlas answered 403 IP_ADDRESS_NOT_ON_ACCESS_LIST',
      { ...RESTORABLE, readAt: NOW - 5 * HOUR },
    ],
    ['restore-test', 'P0', 'the restore test of the snapshot of 2026-11-21T04:00:00Z failed: orders.lines lost 10 %', RESTORABLE],
  ])('%s %s: %s', ([check, priority, summary, restorable]) => {
    const severity = priority === 'P0' ? 'critical' : 'warning';
    expect(textOf({ check, priority, severity, summary, ...(restorable && { restorable }) })).toMatchSnapshot();
  });
});

describe('a text', () => {
  test('loses its link before it loses what is wrong or what to go back to', () => {
    const statusUrl = `https://${'status.'.repeat(12)}example.com`;
    const text = smsText(notificationOf({ incidents: [incidentOf({ resource: LONGEST })], statusUrl }));
    expect(text).toBe(
      'P0 customer-fa..uction-eu-1 (payme..iness): no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z. Restorable to 09:50Z by PITR.',
    );
  });

  test('has no moment twice: the oplog’s and the one that can be restored are the same', () => {
    const until = { at: NOW - 100 * MINUTE, by: 'pitr', base: NOW - 5 * HOUR, baseExpiresAt: null } as const;
    const summary = 'the oplog is behind: PITR reaches no moment after 2026-11-22T08:20:00Z (1 h 30 min, limit 1 h)';
    const text = smsText(notificationOf({ incidents: [incidentOf({ check: 'pitr-gap', summary, restorable: { ...RESTORABLE, until } })] }));
    expect(text).toBe(
      'P0 orders (shop): the oplog is behind. Restorable to 08:20Z by PITR, the last 1 h 30 min would be lost. https://status.example.com/i/3yna0ts',
    );
  });

  test.for([
    ['база-заказов', 'магазин', 'P0 baza-zakazov (magazin): '],
    ['παραγγελίες', 'κατάστημα', 'P0 paraggelies (katastima): '],
    ['订单', '商店', 'P0 DingDan (ShangDian): '],
    ['naïve-café', 'Größe', 'P0 naive-cafe (Grosse): '],
  ])('about %s (%s) is in Latin letters', ([name = '', projectName = '', start]) => {
    const resource = { ...LONGEST, name, projectName };
    const text = smsText(notificationOf({ incidents: [incidentOf({ resource })] }));
    expect(text.slice(0, start?.length)).toBe(start);
    expect(text).toMatch(/^[\x20-\x5f\x61-\x7e]+$/);
  });

  test('says who has it where there is room', () => {
    const handling = { next: { whom: 'contacts by SMS', at: NOW + 5 * MINUTE } };
    const incidents = [incidentOf({ summary: 'backups are off', restorable: { ...BY_SNAPSHOT, until: null } })];
    expect(smsText(notificationOf({ incidents, handling }))).toBe(
      'P0 orders (shop): backups are off. Nothing can be restored. Nobody has it yet; next: contacts by SMS at 10:05Z. https://status.example.com/i/3yna0ts',
    );
  });
});

describe('the text about a storm', () => {
  test('says of what, and how far back all of them can go', () =>
    expect(smsText(notificationOf({ incidents: stormOf(12, () => ({ restorable: BY_SNAPSHOT })) }))).toBe(
      'P0 12 clusters: no snapshot for over 24 h: cluster-1 (shop), cluster-2 (shop) and 10 more. Restorable, at worst to 21 Nov 04:00Z. https://status.example.com',
    ));

  test('counts each fault of several, the most frequent first', () => {
    const incidents = stormOf(9, (index) => (index < 3 ? { check: 'backup-off', summary: 'backups are off' } : {}));
    expect(smsText(notificationOf({ incidents }))).toMatch(/^P0 9 clusters: 6 no snapshot for over 24 h, 3 no backups/);
  });

  test('says what is common to different limits', () => {
    const incidents = stormOf(6, (index) => ({ summary: `no snapshot for 30 h (limit ${index < 3 ? 24 : 12} h)` }));
    expect(smsText(notificationOf({ incidents }))).toMatch(/^P0 6 clusters: no recent snapshot/);
  });

  test('that is over for some says how many', () => {
    const incidents = stormOf(6, (index) => (index < 2 ? resolvedIncident({ id: `done-${index}` }) : {}));
    expect(smsText(notificationOf({ kind: 'resolve', incidents }))).toMatch(/^Partly resolved 2 of 6 incidents are over: /);
  });
});
