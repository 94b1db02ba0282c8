import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { StatusPage } from '../../app/_page/status-page.tsx';
import { openWindow } from '../../lib/config/maintenance.ts';
import { maintenanceOf } from '../../lib/maintenance.ts';
import { policyOf } from '../../lib/config/policy.ts';
import type { Head, StoredWindow } from '../../lib/domain/head.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { pageModel, type PageRequest } from '../../lib/page-model.ts';
import { delivery, head, incident, NOW, row, view } from './recorded.ts';

const REQUEST: PageRequest = {
  now: NOW,
  checkInterval: HOUR,
  limit: 200,
  cursor: null,
  channels: ['pagerduty'],
  general: policyOf({}).general,
};
const VIEW = view([row('orders')]);
const SILENCE = { id: 's1', match: { cluster: 'orders' }, by: 'dana', why: 'disk resize', from: NOW - HOUR, until: NOW + HOUR } as const;
const TAKEN = { by: 'dana', via: 'slack', at: NOW - HOUR, until: NOW + 7 * HOUR } as const;

function html(recorded: Head, user: string | null = 'eve', request: Partial<PageRequest> = {}): string {
  return renderToStaticMarkup(createElement(StatusPage, { model: pageModel(recorded, VIEW, { ...REQUEST, ...request }), page: 1, user }));
}

/** What a person reads. */
function words(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('acknowledging on the page', () => {
  const button = 'action="/api/incidents/i1/acknowledge"';

  test('an open incident has a button, for somebody who is signed in', () => {
    expect(html(head({ incidents: [incident()] }))).toContain(`<form ${button} method="post">`);
    expect(html(head({ incidents: [incident()] }), null)).not.toContain('<form');
  });

  test.for([
    ['acknowledged', incident({ state: 'acknowledged', acknowledgement: TAKEN })],
    ['ended', incident({ state: 'resolved', resolvedAt: NOW - MINUTE })],
  ] as const)('one that is %s has none', ([, one]) => expect(html(head({ incidents: [one] }))).not.toContain(button));

  test('who has it, by which way, since when and until when is told, also to who is not signed in', () =>
    expect(words(html(head({ incidents: [incident({ state: 'acknowledged', acknowledgement: TAKEN })] }), null))).toContain(
      'Acknowledged by dana (slack) 22 Nov 20:30 , no reminders until 23 Nov 04:30',
    ));

  test('an id with signs of its own stays inside its address', () =>
    expect(html(head({ incidents: [incident({ id: 'a/b"c?d' })] }))).toContain('action="/api/incidents/a%2Fb%22c%3Fd/acknowledge"'));
});

describe('silences on the page', () => {
  test('an incident that nobody was told of for a silence is marked, and says whose it is', () => {
    const seen = words(html(head({ incidents: [incident({ silencedBy: 'silenced by dana until 2026-11-22T22:30:00Z: disk resize' })] })));
    expect(seen).toMatch(/silenced +orders: /);
    expect(seen).toContain('Nobody was told: silenced by dana until 2026-11-22T22:30:00Z: disk resize.');
  });

  test('one that was told before the silence began is marked too', () => {
    const told = head({
      incidents: [incident()],
      deliveries: [delivery({ state: 'accepted', acceptedAt: NOW - HOUR })],
      silences: [SILENCE],
    });
    expect(words(html(told))).toMatch(/silenced +orders: /);
    expect(words(html({ ...told, silences: [{ ...SILENCE, until: NOW }] }))).not.toMatch(/silenced +orders: /);
  });

  test.for([
    [[incident()], '1 P0 silenced: nobody is told of it just now.'],
    [[incident(), incident({ id: 'i2', check: 'rpo' })], '2 P0 silenced: nobody is told of them just now.'],
  ] as const)('silenced P0s are counted in a banner: %#', ([incidents, text]) =>
    expect(html(head({ incidents, silences: [SILENCE] }))).toContain(`role="alert"><span>${text}`),
  );

  test.for([
    [incident({ severity: 'warning', priority: 'P1' })],
    [incident({ state: 'resolved', resolvedAt: NOW - MINUTE })],
    [incident({ resource: { projectId: 'p1', projectName: 'shop', clusterId: 'c9', name: 'events' } })],
  ] as const)('others are not: %#', ([one]) => expect(html(head({ incidents: [one], silences: [SILENCE] }))).not.toContain('P0 silenced'));

  test('those that hold are listed, with what, until when, who and why, and a button to end each', () => {
    const text = html(head({ silences: [SILENCE] }));
    expect(words(text)).toMatch(/cluster orders until 22 Nov 22:30 ?, by dana: disk resize/);
    expect(text).toContain('<form action="/api/silences/s1/end" method="post">');
    expect(html(head({ silences: [SILENCE] }), null)).not.toContain('<form');
  });

  test('the forms ask for all that a silence and a maintenance window have, and need when, how long and why', () => {
    const text = html(head());
    const fields = [...text.matchAll(/<(?:input|select)[^>]* name="([a-zA-Z]+)"[^>]*>/g)];
    expect(text.match(/action="\/api\/silences" method="post"/g)).toHaveLength(2);
    const covered = ['project', 'cluster', 'check', 'priority'];
    expect(fields.map(([, name]) => name)).toEqual([...covered, 'for', 'why', ...covered, 'cron', 'timeZone', 'minutes', 'why']);
    expect(fields.filter(([input]) => input.includes('required')).map(([, name]) => name)).toEqual([
      'for',
      'why',
      'cron',
      'timeZone',
      'minutes',
      'why',
    ]);
  });

  describe('maintenance windows', () => {
    const nightly = { cron: '0 21 * * *', timeZone: 'UTC', minutes: 120, why: 'patch night' };
    const policys = openWindow({ project: 'shop', ...nightly });
    const made: StoredWindow = { id: 'w1', match: { cluster: 'orders' }, by: 'dana', ...nightly, cron: '30 3 * * 1' };
    const general = { ...policyOf({}).general, maintenance: [policys] };

    test('of policy are listed with when they come and whether they hold now, and cannot be ended here', () => {
      const text = html(head(), 'eve', { general });
      expect(words(text)).toContain(
        'project shop: 0 21 * * * (UTC), 2 h; holds now, until 22 Nov 23:00 ; next 23 Nov 21:00 , by policy: patch night',
      );
      expect(text).not.toContain('/end"');
    });

    test('of people too, with who made them and a button to end each', () => {
      const maintenance = maintenanceOf({ windows: [made] }, general);
      const text = html(head({ windows: [made] }), 'eve', { general: { ...general, maintenance } });
      expect(words(text)).toContain('cluster orders: 30 3 * * 1 (UTC), 2 h; next 23 Nov 03:30 , by dana: patch night');
      expect(text).toContain('<form action="/api/silences/w1/end" method="post">');
      expect(html(head(), null, { general: { ...general, maintenance } })).not.toContain('<form');
    });
  });

  test('nothing of them is there where none holds and nobody may make one', () =>
    expect(words(html(head(), null))).not.toContain('Silences'));
});

describe('what was not delivered', () => {
  const refused = delivery({
    key: 'trigger/slack/0/i1',
    channel: 'slack',
    state: 'rejected',
    attempts: 2,
    nextTryAt: NOW + 20 * MINUTE,
    lastError: 'Slack refused: channel_not_found',
    createdAt: NOW - 2 * HOUR,
  });

  test('is listed with what, where, how often, why, and a button to send it again', () => {
    const text = html(head({ incidents: [incident()], deliveries: [refused] }));
    expect(words(text)).toMatch(
      /P0 slack trigger of orders, backup-age: rejected after 2 tries, made 2 h ago ?, next try in 20 min ?\(Slack refused: channel_not_found\)/,
    );
    expect(text).toContain(
      '<form action="/api/deliveries/resend" method="post"><input type="hidden" name="key" value="trigger/slack/0/i1"/>',
    );
  });

  test.for([
    ['a P0 owed for 5 minutes', delivery({ createdAt: NOW - 5 * MINUTE }), false],
    ['a P0 owed for longer', delivery({ createdAt: NOW - 5 * MINUTE - 1 }), true],
    ['a P2 owed for 4 hours', delivery({ priority: 'P2', createdAt: NOW - 4 * HOUR }), false],
    ['a P2 owed for longer', delivery({ priority: 'P2', createdAt: NOW - 4 * HOUR - 1 }), true],
    ['one of unknown outcome, never to be tried again by itself', delivery({ state: 'unknown', ambiguous: true }), true],
    ['one that is just being sent', delivery({ claim: { owner: 'r', until: NOW + MINUTE } }), false],
    ['one accepted', delivery({ state: 'accepted', acceptedAt: NOW }), false],
    ['one cancelled', delivery({ state: 'cancelled' }), false],
    ['a digest that was refused', delivery({ kind: 'digest', incidents: [], state: 'rejected' }), true],
  ] as const)('%s: %#', ([, one, listed]) =>
    expect(words(html(head({ incidents: [incident()], deliveries: [one] }))).includes('Not delivered')).toBe(listed),
  );

  test('of a storm says of how many', () =>
    expect(words(html(head({ incidents: [incident()], deliveries: [{ ...refused, incidents: ['i1', 'i2', 'i3'] }] })))).toContain(
      'orders, backup-age, and 2 more',
    ));

  test('has no button for who is not signed in', () =>
    expect(html(head({ incidents: [incident()], deliveries: [refused] }), null)).not.toContain('<button'));
});

describe('the alert path', () => {
  test('that was never proven says so from the start', () => expect(words(html(head()))).toContain('Alert path: never proven.'));

  test.for([
    ['passed', 'accepted by sms', 'Last proof 1 h ago : passed, accepted by sms'],
    ['failed', 'sms: owed', 'Last proof 1 h ago : failed, sms: owed'],
    ['running', '', 'Last proof 1 h ago : under way'],
  ] as const)('shows the last proof: %s', ([verdict, detail, text]) =>
    expect(words(html(head({ proof: { startedAt: NOW - HOUR, endedAt: null, incidents: [], verdict, detail } })))).toContain(text),
  );

  test('shows how long each step took', () => {
    const seen = words(
      html(
        head({
          incidents: [incident({ startedAt: NOW - 6 * HOUR - 12 * MINUTE, trail: [{ ...TAKEN, at: NOW - 6 * HOUR + 90_000 }] })],
          deliveries: [],
        }),
      ),
    );
    expect(seen).toContain(
      'fault to check: half within 12 min, 95 % within 12 min (of 1); check to provider: not measured yet; check to acknowledged: half within 1 min',
    );
  });

  test('without a way for acknowledgements says what that means and what to set', () => {
    const acknowledgementGap = 'Nobody who is told of P0 can acknowledge it there: set STATUS_USERS.';
    expect(words(html(head(), null, { acknowledgementGap }))).toContain(acknowledgementGap);
    expect(words(html(head(), null, { acknowledgementGap: null }))).not.toContain('can acknowledge');
  });
});

test('what people wrote is text, whatever it holds', () => {
  const hostile = '"><script>alert(1)</script>';
  const silences = [{ ...SILENCE, match: { cluster: hostile }, by: hostile, why: hostile }];
  const taken = incident({ state: 'acknowledged', acknowledgement: { ...TAKEN, by: hostile } });
  const text = html(
    head({ incidents: [taken], silences, deliveries: [delivery({ key: hostile, state: 'rejected', lastError: hostile })] }),
  );
  expect(text).not.toContain('<script');
  expect(text).toContain('value="&quot;&gt;&lt;script');
});

test('the team whose people are told is named with its incident', () =>
  expect(words(html(head({ incidents: [incident({ team: 'payments' })] })))).toMatch(/backup-age, project shop, team payments, since/));
