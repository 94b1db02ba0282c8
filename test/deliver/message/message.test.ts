import { describe, expect, test } from 'vitest';
import { compose } from '../../../lib/deliver/message/compose.ts';
import { FURTHER } from '../../../lib/domain/incidents/delivery.ts';
import { HOSTILE, hostileIncident, incidentOf, notificationOf, NOW, resolvedIncident, stormOf } from '../notifications.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';

describe('a message about one incident', () => {
  test('says what is wrong, where, since when, what can still be restored and what to do', () => {
    expect(compose(notificationOf())).toMatchInlineSnapshot(`
      {
        "action": "Take an on-demand snapshot of orders now.",
        "cause": {
          "alone": "no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z",
          "inTitle": "no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z",
        },
        "facts": [
          [
            "Base snapshot",
            "21 Nov 04:00Z",
          ],
          [
            "PITR reaches back to",
            "15 Nov 10:00Z",
          ],
          [
            "PITR cannot reach",
            "20 Nov 08:00Z to 20 Nov 11:00Z (oplog behind)",
          ],
          [
            "schedule",
            "every 6 h",
          ],
          [
            "Check",
            "backup-age",
          ],
        ],
        "headline": "[P0] orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z",
        "items": [],
        "lines": [
          "Since 04:00Z (6 h).",
        ],
        "links": [
          {
            "href": "https://status.example.com/#backup-age-orders-1",
            "text": "Status page",
          },
          {
            "href": "https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1",
            "text": "Runbook",
          },
          {
            "href": "https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders",
            "text": "Atlas",
          },
        ],
        "mark": "P0",
        "over": false,
        "place": "orders (shop)",
        "short": {
          "consequences": [
            "no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z",
            "no snapshot for 30 h (limit 24 h)",
            "no snapshot for 30 h",
            "no recent snapshot",
          ],
          "handling": "",
          "link": "https://status.example.com/i/3yna0ts",
          "mark": "P0",
          "place": {
            "name": "orders",
            "project": "shop",
          },
          "reaches": [
            "Restorable to 09:50Z by PITR",
          ],
        },
        "titles": [
          "orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z",
          "orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h)",
          "orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h",
          "orders (shop): restorable to 09:50Z by PITR; no recent snapshot",
          "orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h)",
          "orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h",
          "orders (shop): restorable to 09:50Z by PITR; no recent snapshot",
          "orders: restorable to 09:50Z; no recent snapshot",
          "orders (shop): no recent snapshot",
        ],
        "window": {
          "breaks": [
            {
              "cause": "oplog behind",
              "from": 1795161600000,
              "to": 1795172400000,
            },
          ],
          "from": 1794736800000,
          "to": 1795341000000,
        },
      }
    `);
  });

  test.for([
    ['just now', 0, []],
    ['less than a minute ago', MINUTE - 1, []],
    ['a minute ago', MINUTE, ['Since 09:59Z (1 min).']],
  ] as const)('about a fault that began %s says since when only where that tells more than the message itself', ([, ago, lines]) => {
    const message = compose(notificationOf({ kind: 'trigger', incidents: [incidentOf({ startedAt: NOW - ago })] }));
    expect(message.lines.filter((line) => line.startsWith('Since '))).toEqual(lines);
  });

  const acknowledgement = { by: 'dana', via: 'slack', at: NOW, until: NOW + HOUR } as const;
  test.for([
    ['trigger', incidentOf(), '[P0] orders (shop): restorable to 09:50Z by PITR; no snapshot', 'Since 04:00Z (6 h).'],
    ['update', incidentOf(), '[P0 updated] orders (shop): restorable', 'Since 04:00Z (6 h).'],
    [
      'acknowledge',
      incidentOf({ state: 'acknowledged', acknowledgement }),
      '[P0 acknowledged] orders (shop)',
      'Acknowledged: dana has it since 10:00Z (via slack); no reminders until 11:00Z.',
    ],
    ['escalate', incidentOf(), '[P0 escalated] orders (shop)', 'It is critical (P0) now and still open.'],
    [
      'remind',
      incidentOf(),
      '[P0 reminder] orders (shop)',
      'It is still open.\nSince 04:00Z (6 h).\nNobody has it yet; nobody further is notified.\nAcknowledge it if you take it on; reminders then stop.',
    ],
    ['resolve', resolvedIncident(), '[Resolved] orders (shop)', 'Over since 09:59Z: recovered.'],
    ['resolve', resolvedIncident({ resolution: 'paused' }), '[Resolved: paused] orders (shop)', 'Over since 09:59Z: paused.'],
    ['past', resolvedIncident(), '[P0 past] orders (shop)', 'It came and went: from 04:00Z to 09:59Z.'],
  ] as const)('of kind %s begins and says', ([kind, incident, headline, line]) => {
    const message = compose(notificationOf({ kind, incidents: [incident], handling: { next: null } }));
    expect(message.headline.startsWith(headline), message.headline).toBe(true);
    expect(message.lines.join('\n')).toContain(line);
    expect(message.headline.toLowerCase()).not.toContain('digest');
  });

  test('says why it came another way', () => {
    const { lines } = compose(notificationOf({ reroute: 'PagerDuty and SMS are not configured' }));
    expect(lines).toContain('Sent here because PagerDuty and SMS are not configured');
  });

  test('does not repeat a sentence that explains the other way by itself', () => {
    expect(compose(notificationOf({ reroute: 'Sent here because PagerDuty refused it.' })).lines).toContain(
      'Sent here because PagerDuty refused it.',
    );
  });

  test('does not name the cluster twice where the summary begins with it', () => {
    expect(compose(notificationOf({ incidents: [incidentOf({ summary: 'orders: no backup' })] })).headline).toBe(
      '[P0] orders (shop): restorable to 09:50Z by PITR; no backup',
    );
  });

  test('promises no recovery point of yesterday once it is over', () => {
    const message = compose(notificationOf({ kind: 'resolve', incidents: [resolvedIncident()] }));
    expect(JSON.stringify(message)).not.toMatch(/restor(able|ed)|PITR/i);
    expect(message.facts).toContainEqual(['Then: schedule', 'every 6 h']);
  });

  test('asks for nothing once it is over', () =>
    expect(compose(notificationOf({ kind: 'resolve', incidents: [resolvedIncident()] })).action).toBe(''));

  test.for([
    [{ projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' }, 'project shop', 'https://cloud.mongodb.com/v2/p1#/clusters'],
    [{ projectId: null, projectName: null, clusterId: null, name: 'acme' }, 'acme', undefined],
    [
      { projectId: 'p 1', projectName: null, clusterId: 'c', name: 'a/b' },
      'a/b (p 1)',
      'https://cloud.mongodb.com/v2/p%201#/clusters/detail/a%2Fb',
    ],
  ] as const)('about %j names it and links to it in Atlas', ([resource, place, atlas]) => {
    const message = compose(notificationOf({ incidents: [incidentOf({ resource })] }));
    expect(message.headline).toContain(place);
    expect(message.links.find(({ text }) => text === 'Atlas')?.href).toBe(atlas);
  });

  test('has no link to a page without an address, and says nothing of one that has a slash too many', () => {
    expect(compose(notificationOf({ statusUrl: null })).links.map(({ text }) => text)).toEqual(['Atlas']);
    expect(compose(notificationOf({ statusUrl: 'https://status.example.com/' })).links[0]?.href).toBe(
      'https://status.example.com/#backup-age-orders-1',
    );
  });

  test('lets no control, reversing or invisible character through', () => {
    const message = compose(notificationOf({ incidents: [hostileIncident()], reroute: HOSTILE }));
    expect(JSON.stringify(message)).not.toMatch(/\\[rn]|\\u0000|\u202E|\u200B|\\ud800/i);
  });
});

describe('a message about a storm', () => {
  test('counts the incidents and names each with its project', () => {
    const message = compose(notificationOf({ incidents: stormOf(7) }));
    expect(message.headline).toMatch(/^\[P0\] 7 clusters: no snapshot for over 24 h; cluster-1 \(shop\), cluster-2 \(shop\)/);
    expect(message.items).toHaveLength(7);
    expect(message.items[6]).toBe(
      'cluster-7 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z',
    );
  });

  test('that is partly over lists the open ones first and is not over', () => {
    const incidents = stormOf(6, (index) => (index < 2 ? resolvedIncident({ id: `done-${index}` }) : {}));
    const message = compose(notificationOf({ kind: 'resolve', incidents }));
    expect(message.headline).toMatch(/^\[Partly resolved\] 2 of 6 incidents are over/);
    expect(message.items[0]).toContain('cluster-3');
    expect(message.items[5]).toMatch(/, recovered 09:59Z$/);
    expect(message.over).toBe(false);
  });
});

test('a notification without an incident is refused', () =>
  expect(() => compose(notificationOf({ incidents: [] }))).toThrow('compose delivery-1'));

describe('the team', () => {
  test('whose people are told is named', () =>
    expect(compose(notificationOf({ incidents: [incidentOf({ team: 'payments' })] })).facts).toContainEqual(['Team', 'payments']));

  test('is not where the default recipients are', () =>
    expect(compose(notificationOf({ incidents: [incidentOf()] })).facts.map(([label]) => label)).not.toContain('Team'));
});

test('what begins to be held open says so once, and what is told anew says that there is more', () => {
  const flapping = compose(notificationOf({ kind: 'update', incidents: [incidentOf({ flapping: ' (flapping)' })] }));
  expect(flapping.lines).toContain('It comes and goes: it is held open from now on, and this is said once.');
  const again = compose(notificationOf({ kind: 'escalate', reroute: FURTHER }));
  expect([again.headline.slice(0, 10), again.lines.includes(FURTHER)]).toEqual(['[P0 again]', true]);
});

test('what changed since the message before comes first', () => {
  const change = { at: NOW - HOUR, words: 'raised from warning to critical' };
  for (const kind of ['trigger', 'update', 'escalate'] as const)
    expect(compose(notificationOf({ kind, incidents: [incidentOf({ change })] })).lines[0]).toBe(
      'Changed at 09:00Z: raised from warning to critical.',
    );
  const further = incidentOf({ change: { at: NOW, words: 'new is oplog behind 2026-11-22T08:00:00Z' } });
  const { lines } = compose(notificationOf({ kind: 'trigger', reroute: FURTHER, incidents: [further] }));
  expect([lines[0], lines.includes(FURTHER)]).toEqual(['Changed at 10:00Z: new is oplog behind 08:00Z.', false]);
});
