import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { AlertPathPage } from '../../app/alert-path/_parts/alert-path-page.tsx';
import { SilencesPage } from '../../app/silences/_parts/silences-page.tsx';
import { StatusPage } from '../../app/_page/status-page.tsx';
import { openWindow } from '../../lib/config/policy/maintenance-windows.ts';
import { maintenanceOf } from '../../lib/config/policy/maintenance-windows.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Head, StoredWindow } from '../../lib/domain/incidents/head.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { pageModel, type PageRequest } from '../../lib/render/first-page/page-model.ts';
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
  return renderToStaticMarkup(createElement(StatusPage, { model: pageModel(recorded, VIEW, { ...REQUEST, ...request }), user }));
}

/** The page of silences, and that of the alert path, which take what the head has. */
function shownBy(page: typeof SilencesPage, recorded: Head, user: string | null = 'eve', request: Partial<PageRequest> = {}): string {
  return renderToStaticMarkup(createElement(page, { model: pageModel(recorded, null, { ...REQUEST, ...request }), user }));
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
  ] as const)('an incident that is %s has no button', ([, one]) => expect(html(head({ incidents: [one] }))).not.toContain(button));

  test('who acknowledged, where, since when and until when is shown, even to people who are not signed in', () =>
    expect(words(html(head({ incidents: [incident({ state: 'acknowledged', acknowledgement: TAKEN })] }), null))).toContain(
      'Who dana has it (slack) since 20:30Z , no reminders until 23 Nov 04:30Z',
    ));

  test('an id with special characters is encoded in its address', () =>
    expect(html(head({ incidents: [incident({ id: 'a/b"c?d' })] }))).toContain('action="/api/incidents/a%2Fb%22c%3Fd/acknowledge"'));
});

describe('silences on the page', () => {
  test.for([
    [50, undefined],
    [51, '1 more: restorewatch silence --list has all'],
    [500, '450 more: restorewatch silence --list has all'],
  ] as const)('of %i the first 50 are shown and the rest is counted', ([count, more]) => {
    const silences = Array.from({ length: count }, (_, index) => ({ ...SILENCE, id: `s${index}`, why: `reason ${index};` }));
    const seen = words(shownBy(SilencesPage, head({ silences })));
    expect([seen.includes('reason 49;'), seen.includes('reason 50;')]).toEqual([true, false]);
    expect(/\d+ more: restorewatch silence --list has all/.exec(seen)?.[0]).toBe(more);
  });

  test('an incident whose notifications a silence withheld is marked, with who made the silence', () => {
    const seen = words(html(head({ incidents: [incident({ silencedBy: 'silenced by dana until 2026-11-22T22:30:00Z: disk resize' })] })));
    expect(seen).toMatch(/silenced +orders \(shop\): /);
    expect(seen).toMatch(/Who silenced by dana until 22:30Z ?: disk resize .*Nobody was told\./);
  });

  test('an incident that was notified before the silence began is marked too', () => {
    const silenced = head({
      incidents: [incident()],
      deliveries: [delivery({ state: 'accepted', acceptedAt: NOW - HOUR })],
      silences: [SILENCE],
    });
    expect(words(html(silenced))).toMatch(/silenced +orders \(shop\): /);
    expect(words(html({ ...silenced, silences: [{ ...SILENCE, until: NOW }] }))).not.toMatch(/silenced +orders \(shop\): /);
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
  ] as const)('other incidents are not counted in the banner: %#', ([one]) =>
    expect(html(head({ incidents: [one], silences: [SILENCE] }))).not.toContain('P0 silenced'),
  );

  test('active silences are listed, with what, until when, who and why, and a button to end each', () => {
    const text = shownBy(SilencesPage, head({ silences: [SILENCE] }));
    expect(words(text)).toMatch(/cluster orders until 22:30Z ?, by dana: disk resize/);
    expect(text).toContain('<form action="/api/silences/s1/end" method="post">');
    expect(shownBy(SilencesPage, head({ silences: [SILENCE] }), null)).not.toContain('<form');
  });

  test('the forms have every field of a silence and a maintenance window, and require when, how long and why', () => {
    const text = shownBy(SilencesPage, head());
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

    test('of the policy are listed with when they begin and whether they are active, and cannot be ended here', () => {
      const text = shownBy(SilencesPage, head(), 'eve', { general });
      expect(words(text)).toContain(
        'project shop: 0 21 * * * (UTC), 2 h; holds now, until 23:00Z ; next 23 Nov 21:00Z , by policy: patch night',
      );
      expect(text).not.toContain('/end"');
    });

    test('that people made are listed with who made them and a button to end each', () => {
      const maintenance = maintenanceOf({ windows: [made] }, general);
      const text = shownBy(SilencesPage, head({ windows: [made] }), 'eve', { general: { ...general, maintenance } });
      expect(words(text)).toContain('cluster orders: 30 3 * * 1 (UTC), 2 h; next 23 Nov 03:30Z , by dana: patch night');
      expect(text).toContain('<form action="/api/silences/w1/end" method="post">');
      expect(shownBy(SilencesPage, head(), null, { general: { ...general, maintenance } })).not.toContain('<form');
    });
  });

  test.for<[string, Partial<Head>, string | null]>([
    ['nothing', {}, null],
    ['one that holds', { silences: [SILENCE] }, '1 silence holds and ends 22:30Z'],
    [
      'two that hold, and one to come',
      { silences: [SILENCE, { ...SILENCE, id: 's2', until: NOW + MINUTE }, { ...SILENCE, id: 's3', from: NOW + MINUTE }] },
      '2 silences hold, the next ends 21:31Z; 1 to come',
    ],
  ])('of silences the first page has a line: %s', ([, changes, line]) => {
    const seen = words(html(head(changes), null));
    expect(
      /Silences (?!Alert)(.*?) Alert path/
        .exec(seen.split('On other pages')[1] ?? '')?.[1]
        ?.replace(/ ;/g, ';')
        .trim() ?? null,
    ).toBe(line);
  });
});

describe('an undelivered message', () => {
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
    const text = shownBy(AlertPathPage, head({ incidents: [incident()], deliveries: [refused] }));
    expect(words(text)).toMatch(
      /P0 Slack orders, backup-age, made 2 h ago ?: refused, tried again 21:50Z: Slack refused: channel_not_found/,
    );
    expect(text).toContain(
      '<form action="/api/deliveries/resend" method="post"><input type="hidden" name="key" value="trigger/slack/0/i1"/>',
    );
  });

  test.for([
    ['a P0 owed for 5 minutes is not listed', delivery({ createdAt: NOW - 5 * MINUTE }), false],
    ['a P0 owed for one millisecond longer is listed', delivery({ createdAt: NOW - 5 * MINUTE - 1 }), true],
    ['a P2 owed for 4 hours is not listed', delivery({ priority: 'P2', createdAt: NOW - 4 * HOUR }), false],
    ['a P2 owed for one millisecond longer is listed', delivery({ priority: 'P2', createdAt: NOW - 4 * HOUR - 1 }), true],
    ['a message of unknown outcome that is not tried again is listed', delivery({ state: 'unknown', ambiguous: true }), true],
    ['a message that is just being sent is not listed', delivery({ claim: { owner: 'r', until: NOW + MINUTE } }), false],
    ['an accepted message is not listed', delivery({ state: 'accepted', acceptedAt: NOW }), false],
    ['a cancelled message is not listed', delivery({ state: 'cancelled' }), false],
    ['a refused digest is listed', delivery({ kind: 'digest', incidents: [], state: 'rejected' }), true],
  ] as const)('%s', ([, one, listed]) =>
    expect(words(shownBy(AlertPathPage, head({ incidents: [incident()], deliveries: [one] }))).includes('Not delivered')).toBe(listed),
  );

  test.for([
    ['P0', true],
    ['P1', false],
  ] as const)('of %s is listed on the first page too: %j', ([priority, listed]) => {
    const seen = words(html(head({ incidents: [incident()], deliveries: [{ ...refused, priority }] })));
    expect(seen.includes('Not delivered')).toBe(listed);
    expect(seen).toContain('Alert path never proven; 1 message not delivered');
  });

  test('of a storm says how many incidents it is about', () =>
    expect(words(html(head({ incidents: [incident()], deliveries: [{ ...refused, incidents: ['i1', 'i2', 'i3'] }] })))).toContain(
      'orders, backup-age, and 2 more',
    ));

  test('has no button for people who are not signed in', () =>
    expect(html(head({ incidents: [incident()], deliveries: [refused] }), null)).not.toContain('<button'));
});

describe('the alert path', () => {
  test('that was never proven says so from the start', () => expect(words(shownBy(AlertPathPage, head()))).toContain('Never proven.'));

  test.for([
    ['passed', 'accepted by sms', 'Last proof 1 h ago : passed, accepted by sms'],
    ['failed', 'sms: owed', 'Last proof 1 h ago : failed, sms: owed'],
    ['running', '', 'Last proof 1 h ago : under way'],
  ] as const)('shows the last proof: %s', ([verdict, detail, text]) =>
    expect(
      words(shownBy(AlertPathPage, head({ proof: { startedAt: NOW - HOUR, endedAt: null, incidents: [], verdict, detail } }))),
    ).toContain(text),
  );

  test('shows how long each step took', () => {
    const seen = words(
      shownBy(
        AlertPathPage,
        head({
          incidents: [incident({ startedAt: NOW - 6 * HOUR - 12 * MINUTE, trail: [{ ...TAKEN, at: NOW - 6 * HOUR + 90_000 }] })],
          deliveries: [],
        }),
      ),
    );
    expect(seen).toContain(
      'Fault to check half within 12 min, 95 % within 12 min (of 1) Check to provider not measured yet Check to acknowledged half within 1 min',
    );
  });

  test('says how many scheduled checks ran', () => {
    const calls = {
      '*': { since: NOW - 2 * HOUR, last: NOW - 2 * HOUR, days: [] },
      vercel: { since: NOW - 2 * HOUR, last: NOW - 2 * HOUR, days: [] },
    };
    expect(words(shownBy(AlertPathPage, head({ calls })))).toMatch(/0 of 2 scheduled checks ran; vercel missed 2 of 2/);
  });

  test('without an acknowledgement path says what that means and what to set', () => {
    const acknowledgementGap = 'Nobody who is told of P0 can acknowledge it there: set STATUS_USERS.';
    expect(words(html(head(), null, { acknowledgementGap }))).toContain(acknowledgementGap);
    expect(words(html(head(), null, { acknowledgementGap: null }))).not.toContain('can acknowledge');
  });
});

test('text that people wrote is shown as text, whatever it holds', () => {
  const hostile = '"><script>alert(1)</script>';
  const silences = [{ ...SILENCE, match: { cluster: hostile }, by: hostile, why: hostile }];
  const taken = incident({ state: 'acknowledged', acknowledgement: { ...TAKEN, by: hostile } });
  const text = html(
    head({ incidents: [taken], silences, deliveries: [delivery({ key: hostile, state: 'rejected', lastError: hostile })] }),
  );
  const silenced = shownBy(SilencesPage, head({ silences }));
  expect(`${text} ${silenced}`).not.toContain('<script');
  expect(text).toContain('value="&quot;&gt;&lt;script');
  expect(silenced).toContain('by &quot;&gt;&lt;script');
});

test('the team that is notified is named with its incident', () =>
  expect(words(html(head({ incidents: [incident({ team: 'payments' })] })))).toMatch(/backup-age .* Since .*, team payments/));
