import { describe, expect, test } from 'vitest';
import { compose } from '../../lib/alerts/message.ts';
import { FURTHER } from '../../lib/alerts/wording.ts';
import { HOSTILE, hostileIncident, incidentOf, letterOf, NOW, resolvedIncident, stormOf } from './letters.ts';
import { HOUR } from '../../lib/domain/time.ts';

describe('a message about one incident', () => {
  test('says what is wrong, where, since when, what can still be restored and what to do', () => {
    expect(compose(letterOf())).toMatchInlineSnapshot(`
      {
        "action": "Take an on-demand snapshot of orders now.",
        "facts": [
          [
            "Cluster",
            "orders",
          ],
          [
            "Project",
            "shop",
          ],
          [
            "Since",
            "2026-11-22T04:00:00Z",
          ],
          [
            "Check",
            "backup-age",
          ],
          [
            "newest recovery point",
            "2026-11-21T04:00:00Z (30 h old)",
          ],
          [
            "limit",
            "24 h",
          ],
        ],
        "headline": "[P0] orders (shop): the newest recovery point is 30 h old, 24 h are allowed",
        "items": [],
        "lines": [
          "Since 2026-11-22T04:00:00Z (6 h).",
          "What can still be restored: newest recovery point 2026-11-21T04:00:00Z (30 h old).",
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
        "over": false,
        "short": {
          "mark": "P0",
          "place": "orders (shop)",
          "since": {
            "at": 1795320000000,
            "word": "since",
          },
          "summary": "the newest recovery point is 30 h old, 24 h are allowed",
        },
      }
    `);
  });

  const acknowledgement = { by: 'dana', via: 'slack', at: NOW, until: NOW + HOUR } as const;
  test.for([
    ['trigger', incidentOf(), '[P0] orders (shop): the newest', 'Since 2026-11-22T04:00:00Z (6 h).'],
    ['update', incidentOf(), '[P0 updated] orders (shop): the newest', 'Since 2026-11-22T04:00:00Z (6 h).'],
    [
      'acknowledge',
      incidentOf({ state: 'acknowledged', acknowledgement }),
      '[P0 acknowledged] orders (shop)',
      'Acknowledged by dana via slack at 2026-11-22T10:00:00Z; no reminders until 2026-11-22T11:00:00Z.',
    ],
    ['escalate', incidentOf(), '[P0 escalated] orders (shop)', 'It is critical (P0) now and still open.'],
    ['remind', incidentOf(), '[P0 reminder] orders (shop)', 'It is still open. Acknowledge it if you take it on; reminders then stop.'],
    ['resolve', resolvedIncident(), '[Resolved] orders (shop)', 'Over since 2026-11-22T09:59:00Z: recovered.'],
    ['resolve', resolvedIncident({ resolution: 'paused' }), '[Resolved: paused] orders (shop)', 'Over since 2026-11-22T09:59:00Z: paused.'],
    ['past', resolvedIncident(), '[P0 past] orders (shop)', 'It came and went: from 2026-11-22T04:00:00Z to 2026-11-22T09:59:00Z.'],
  ] as const)('of kind %s begins and says', ([kind, incident, headline, line]) => {
    const message = compose(letterOf({ kind, incidents: [incident] }));
    expect(message.headline.startsWith(headline), message.headline).toBe(true);
    expect(message.lines.join('\n')).toContain(line);
    expect(message.headline.toLowerCase()).not.toContain('digest');
  });

  test('says why it came another way', () => {
    const { lines } = compose(letterOf({ reroute: 'PagerDuty and SMS are not configured' }));
    expect(lines).toContain('Sent here because PagerDuty and SMS are not configured');
  });

  test('does not repeat a sentence that explains the other way by itself', () => {
    expect(compose(letterOf({ reroute: 'Sent here because PagerDuty refused it.' })).lines).toContain(
      'Sent here because PagerDuty refused it.',
    );
  });

  test('does not name the cluster twice where the summary begins with it', () => {
    expect(compose(letterOf({ incidents: [incidentOf({ summary: 'orders: no backup' })] })).headline).toBe('[P0] orders (shop): no backup');
  });

  test('promises no recovery point of yesterday once it is over', () => {
    const message = compose(letterOf({ kind: 'resolve', incidents: [resolvedIncident()] }));
    expect(message.lines.join()).not.toContain('still be restored');
    expect(message.facts).toContainEqual(['Then: newest recovery point', '2026-11-21T04:00:00Z (30 h old)']);
  });

  test('asks for nothing once it is over', () =>
    expect(compose(letterOf({ kind: 'resolve', incidents: [resolvedIncident()] })).action).toBe(''));

  test.for([
    [{ projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' }, 'project shop', 'https://cloud.mongodb.com/v2/p1#/clusters'],
    [{ projectId: null, projectName: null, clusterId: null, name: 'acme' }, 'acme', undefined],
    [
      { projectId: 'p 1', projectName: null, clusterId: 'c', name: 'a/b' },
      'a/b (p 1)',
      'https://cloud.mongodb.com/v2/p%201#/clusters/detail/a%2Fb',
    ],
  ] as const)('about %o names it and links to it in Atlas', ([resource, place, atlas]) => {
    const message = compose(letterOf({ incidents: [incidentOf({ resource })] }));
    expect(message.headline).toContain(place);
    expect(message.links.find(({ text }) => text === 'Atlas')?.href).toBe(atlas);
  });

  test('has no link to a page without an address, and says nothing of one that has a slash too many', () => {
    expect(compose(letterOf({ statusUrl: null })).links.map(({ text }) => text)).toEqual(['Atlas']);
    expect(compose(letterOf({ statusUrl: 'https://status.example.com/' })).links[0]?.href).toBe(
      'https://status.example.com/#backup-age-orders-1',
    );
  });

  test('lets no control, reversing or invisible character through', () => {
    const message = compose(letterOf({ incidents: [hostileIncident()], reroute: HOSTILE }));
    expect(JSON.stringify(message)).not.toMatch(/\\[rn]|\\u0000|\u202E|\u200B|\\ud800/i);
  });
});

describe('a message about a storm', () => {
  test('counts the incidents and names each with its project', () => {
    const message = compose(letterOf({ incidents: stormOf(7) }));
    expect(message.headline).toMatch(/^\[P0\] 7 incidents: cluster-1 \(shop\), cluster-2 \(shop\)/);
    expect(message.items).toHaveLength(7);
    expect(message.items[6]).toBe('cluster-7 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z');
  });

  test('that is partly over lists the open ones first and is not over', () => {
    const incidents = stormOf(6, (index) => (index < 2 ? resolvedIncident({ id: `done-${index}` }) : {}));
    const message = compose(letterOf({ kind: 'resolve', incidents }));
    expect(message.headline).toMatch(/^\[Partly resolved\] 2 of 6 incidents are over/);
    expect(message.items[0]).toContain('cluster-3');
    expect(message.items[5]).toMatch(/, recovered 2026-11-22T09:59:00Z$/);
    expect(message.over).toBe(false);
  });
});

test('a letter without an incident is refused', () => expect(() => compose(letterOf({ incidents: [] }))).toThrow('compose delivery-1'));

describe('the team', () => {
  test('whose people are told is named', () =>
    expect(compose(letterOf({ incidents: [incidentOf({ team: 'payments' })] })).facts).toContainEqual(['Team', 'payments']));

  test('is not where the default recipients are', () =>
    expect(compose(letterOf({ incidents: [incidentOf()] })).facts.map(([label]) => label)).not.toContain('Team'));
});

test('what begins to be held open says so once, and what is told anew says that there is more', () => {
  const flapping = compose(letterOf({ kind: 'update', incidents: [incidentOf({ flapping: ' (flapping)' })] }));
  expect(flapping.lines).toContain('It comes and goes: it is held open from now on, and this is said once.');
  const again = compose(letterOf({ kind: 'escalate', reroute: FURTHER }));
  expect([again.headline.slice(0, 10), again.lines.includes(FURTHER)]).toEqual(['[P0 again]', true]);
});
