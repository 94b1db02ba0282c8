import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AlertPathPage } from '../../app/alert-path/_parts/alert-path-page.tsx';
import { SilencesPage } from '../../app/silences/_parts/silences-page.tsx';
import { StatusPage } from '../../app/_page/status-page.tsx';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { pageModel } from '../../lib/render/first-page/page-model.ts';
import { HEBREW } from './lists/recorded-lists.ts';
import { delivery, finding, head, incident, NOW, row, view } from './recorded.ts';

const RESOURCE = { projectId: 'p1', projectName: HEBREW, clusterId: `id-${HEBREW}`, name: HEBREW };
const PROJECT = { ...RESOURCE, clusterId: null };
const { general } = policyOf({});
const REQUEST = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'], general } as const;
const SAID = {
  resource: RESOURCE,
  summary: `${HEBREW} 30 h`,
  action: `Look at ${HEBREW}, 2 of 3`,
  evidence: [[HEBREW, `${HEBREW}: 5`]],
} as const;

function recorded(incidents: readonly Incident[]) {
  return head({
    incidents,
    deliveries: [delivery({ state: 'rejected', lastError: `${HEBREW}: 4`, createdAt: NOW - 5 * HOUR })],
    silences: [{ id: 's1', match: { cluster: HEBREW, project: HEBREW }, by: 'dana', why: `${HEBREW}, 2`, from: NOW, until: NOW + HOUR }],
    proof: { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'failed', detail: `${HEBREW}: 5` },
  });
}

const ONE = recorded([
  incident(SAID),
  incident({ ...SAID, id: 'i0', resource: PROJECT, state: 'resolved', resolvedAt: NOW, resolution: `${HEBREW} 2` }),
]);
const TWO = recorded([incident(SAID), incident({ ...SAID, id: 'i2', check: 'rpo' })]);
const MANY = recorded(
  Array.from({ length: 5 }, (_, at) => incident({ ...SAID, id: `i${at}`, resource: { ...RESOURCE, clusterId: `c${at}` } })),
);
const BLIND = recorded([incident({ ...SAID, check: 'visibility', resource: PROJECT })]);

const failing = finding({ verdict: 'failing', severity: 'critical', summary: `${HEBREW}: 3` });
const unread = finding({ verdict: 'unknown', summary: `${HEBREW}: 3` });
const VIEW = view(
  [
    { ...row(HEBREW, { projectName: HEBREW, verdict: 'failing' }), findings: [failing] },
    { ...row('b', { projectName: HEBREW, verdict: 'unknown' }), name: HEBREW, findings: [unread] },
  ],
  [{ ...unread, resource: { ...PROJECT, projectId: 'p2' } }],
);

const status = (shown: typeof ONE): ReactNode => createElement(StatusPage, { model: pageModel(shown, VIEW, REQUEST), user: 'dana' });

test.for<[string, () => ReactNode]>([
  ['the first page with one incident of a cluster', () => status(ONE)],
  ['the first page with two', () => status(TWO)],
  ['the first page with many', () => status(MANY)],
  ['the first page while a project is blind', () => status(BLIND)],
  ['the page of silences', () => createElement(SilencesPage, { model: pageModel(ONE, VIEW, REQUEST), user: 'dana' })],
  ['the page of the alert path', () => createElement(AlertPathPage, { model: pageModel(ONE, VIEW, REQUEST), user: 'dana' })],
])('no name that is written from right to left turns round what stands beside it on %s', ([, page]) => {
  const text = renderToStaticMarkup(page());
  const others = text.replace(/<bdi>.*?<\/bdi>/gs, '□').replace(/<[^>]+>/g, '\n');
  expect(others.split('\n').filter((line) => /[\u0590-\u05FF]/.test(line))).toEqual([]);
});
