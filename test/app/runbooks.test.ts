import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { askedIn, readingOf, type Reading } from '../../app/runbooks/_parts/read.ts';
import { RunbookIndex } from '../../app/runbooks/_parts/runbook-index.tsx';
import { RunbookPage } from '../../app/runbooks/_parts/runbook-page.tsx';
import { dynamic, GET } from '../../app/runbooks/all/route.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import {
  type Asked,
  commandValues,
  documentOf,
  handbook,
  liveRunbook,
  type LiveValues,
  type People,
  RUNBOOK_GROUPS,
} from '../../lib/runbooks/index.ts';
import { head, incident, NOW, row, view } from './recorded.ts';

const ASKED = { incidentId: 'i1', clusterId: null };
const PEOPLE: People = {
  roles: [
    { role: 'CTO', contact: 'Ada, +15005550011', duty: 'decides' },
    { role: 'Security', contact: null, duty: 'Breach response' },
  ],
  last: ['+15005550010'],
};

function valuesOf(name = 'orders'): LiveValues {
  const hole = { from: NOW - 3 * DAY, to: NOW - 3 * DAY + HOUR, cause: 'the oplog fell behind' };
  const seen = view([row('orders', { name, window: { from: NOW - 7 * DAY, to: NOW - MINUTE, breaks: [hole] } })]);
  const values = liveRunbook(head({ incidents: [incident()] }), seen, { ...ASKED, policy: { checkInterval: HOUR }, now: NOW });
  if (values === null) throw new Error('the incident was not found');
  return values;
}

function html(reading: Reading, said: { readonly contactsShown?: boolean; readonly asked?: Asked } = {}): string {
  const document = reading.kind === 'live' ? documentOf('pitr-recovery', commandValues(reading.values)) : documentOf('pitr-recovery');
  return renderToStaticMarkup(
    createElement(RunbookPage, { document, reading, asked: ASKED, people: PEOPLE, contactsShown: true, ...said }),
  );
}

/** What a person reads. */
function words(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('a runbook opened from an incident', () => {
  const markup = html({ kind: 'live', values: valuesOf() });

  test('shows the cluster, what can be restored and what cannot, before anything is done', () => {
    expect(words(markup)).toMatch(
      /Cluster orders \(project shop\).*What can be restored restorable to 21:29Z by PITR .*Restorable window from 15 Nov 21:30Z \(7 d ago\).*Not restorable 19 Nov 21:30Z – 19 Nov 22:30Z \(1 h\): the oplog fell behind.*What to do/,
    );
  });

  test('marks bad values', () => {
    expect(markup).toMatch(/data-bad="true"><dt>Not restorable/);
    expect(markup).toMatch(/data-bad="false"><dt>Restorable window/);
  });

  test('has the commands filled in', () => {
    expect(markup).toContain(
      'npx --no-install restorewatch restore --cluster orders --project p1 --to 2026-11-22T21:28:59Z --target TARGET',
    );
    expect(markup).toContain('--clusterName orders --projectId p1 --pointInTimeUTCSeconds 1795382939');
  });

  test('keeps the incident in links to other runbooks', () => {
    expect(markup).toContain('href="/runbooks/validate-restore?incident=i1"');
    expect(html({ kind: 'not-asked' }, { asked: { incidentId: null, clusterId: 'a b' } })).toContain(
      'href="/runbooks/validate-restore?cluster=a%20b"',
    );
  });

  test('shows a name that is markup as text', () => {
    const hostile = html({ kind: 'live', values: valuesOf('<script>alert(1)</script>') });
    expect(hostile).not.toContain('<script>');
    expect(words(hostile)).toContain('&lt;script&gt;alert(1)&lt;/script&gt; (project shop)');
  });
});

describe('the people to notify in a runbook', () => {
  test('show a visible TBD for a contact that is not configured', () => {
    expect(html({ kind: 'not-asked' })).toContain(
      'Security</th><td>Breach response</td><td><span class="trouble">TBD: name one in restorewatch.config.ts</span>',
    );
  });

  test('are named with their contacts', () => {
    expect(words(html({ kind: 'not-asked' }))).toMatch(/CTO decides Ada, \+15005550011 .*nobody acknowledges: \+15005550010/);
  });

  test('are named without their numbers on a page that is public', () => {
    const markup = html({ kind: 'not-asked' }, { contactsShown: false });
    expect(markup).not.toContain('+1500555');
    expect(words(markup)).toContain('CTO decides not shown on a public page');
  });
});

describe('a runbook without live values', () => {
  test.for([
    ['the state cannot be read', { kind: 'unreadable' }, 'The recorded state cannot be read, so there are no live values here'],
    ['the incident has left', { kind: 'nothing', asked: ASKED }, 'This incident is not in the recorded state any more'],
    ['the cluster is unknown', { kind: 'nothing', asked: { incidentId: null, clusterId: 'x' } }, 'No cluster of this id was found'],
  ] as const)('says so if %s, and still says what to do', ([, reading, expected]) => {
    const markup = html(reading);
    expect(markup).toMatch(new RegExp(`role="alert"><span>${expected}`));
    expect(markup).toContain('npx --no-install restorewatch restore --cluster CLUSTER --project PROJECT --to MOMENT --target TARGET');
  });

  test('raises no alarm if none were requested', () => {
    expect(html({ kind: 'not-asked' })).not.toContain('role="alert"');
  });
});

describe('reading live values', () => {
  const logged: string[] = [];
  const log = (error: unknown) => logged.push(String(error));

  test('returns what was read', async () => {
    const values = valuesOf();
    expect(await readingOf(ASKED, async () => values, { log })).toEqual({ kind: 'live', values });
  });

  test('distinguishes an empty state from one that cannot be read', async () => {
    expect(await readingOf(ASKED, async () => null, { log })).toEqual({ kind: 'nothing', asked: ASKED });
    expect(await readingOf(ASKED, () => Promise.reject(new Error('the store is down')), { log })).toEqual({ kind: 'unreadable' });
    expect(logged).toContain('Error: the store is down');
  });

  test('does not wait for a store that never answers, and logs it', async () => {
    expect(await readingOf(ASKED, () => new Promise(() => undefined), { log, patience: 1 })).toEqual({ kind: 'unreadable' });
    expect(logged).toContain('Error: the recorded state did not answer within 1 ms');
  });

  test('ignores a store that fails after the time is up', async () => {
    const late = Promise.withResolvers<null>();
    expect(await readingOf(ASKED, () => late.promise, { log, patience: 1 })).toEqual({ kind: 'unreadable' });
    // Vitest fails a run with a rejection that nobody handles.
    late.reject(new Error('too late'));
  });

  test('reads nothing if nothing was requested', async () => {
    const asked = { incidentId: null, clusterId: null };
    expect(await readingOf(asked, () => Promise.reject(new Error('read')), { log })).toEqual({ kind: 'not-asked' });
  });

  test.for([
    [{ incident: 'i1' }, 'i1', null],
    [{ cluster: 'c1' }, null, 'c1'],
    [{ incident: 'i1', cluster: 'c1' }, 'i1', 'c1'],
    [{ incident: '', cluster: ['a', 'b'] }, null, null],
    [{}, null, null],
  ] as const)('the query %j asks for the incident %s and the cluster %s', ([query, incidentId, clusterId]) => {
    expect(askedIn(query)).toEqual({ incidentId, clusterId });
  });
});

test('the list of runbooks leads to every one, and to the copy without live values', () => {
  const markup = renderToStaticMarkup(createElement(RunbookIndex));
  for (const { names } of RUNBOOK_GROUPS) for (const name of names) expect(markup).toContain(`href="/runbooks/${name}"`);
  expect(markup).toContain('href="/runbooks/all"');
});

test('the copy without live values is made by the build, as a page', async () => {
  expect(dynamic).toBe('force-static');
  const answer = GET();
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  // Next lets caches between here and the reader keep what it made at build time; access is asked for here.
  expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  expect(await answer.text()).toBe(handbook());
});
