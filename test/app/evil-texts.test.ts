import { PassThrough } from 'node:stream';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AlertPathPage } from '../../app/alert-path/_parts/alert-path-page.tsx';
import { SilencesPage } from '../../app/silences/_parts/silences-page.tsx';
import { StatusPage } from '../../app/_page/status-page.tsx';
import { Trail } from '../../app/audit/_parts/trail.tsx';
import { RecordsPage } from '../../app/records/_log/list.tsx';
import { recordsAsked } from '../../app/records/_log/query.ts';
import { RecordPage } from '../../app/records/_log/record.tsx';
import { json } from '../../app/api/answer.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { channelOf } from '../../lib/deliver/attempt/attempt.ts';
import { mailOf } from '../../lib/deliver/channels/email/email-message.ts';
import { auditLine } from '../../lib/domain/audit/act-words.ts';
import type { AuditDraft } from '../../lib/domain/audit/audit-entry.ts';
import { EMPTY_MEMORY } from '../../lib/domain/memory/memory.ts';
import { HOUR, iso } from '../../lib/domain/time.ts';
import { readTrail } from '../../lib/people/audit-trail.ts';
import { exportRecords } from '../../lib/people/export-records.ts';
import { addNote, appendRecord, readRecord, readRecords } from '../../lib/people/record-notes.ts';
import { addSilence } from '../../lib/people/silences.ts';
import { markdownOf, reportOf } from '../../lib/recovery/drills/drill-report.ts';
import { checklistJson } from '../../lib/render/checklist/checklist-json.ts';
import { pageModel } from '../../lib/render/first-page/page-model.ts';
import { statusJson } from '../../lib/render/status.ts';
import { explainRoute } from '../../lib/route/explain-route.ts';
import { subjectNamed } from '../../lib/route/subject-named.ts';
import { table } from '../../scripts/terminal/table.ts';
import { openTerminal } from '../../scripts/terminal/terminal.ts';
import { printed, warn } from '../../scripts/doctor/line.ts';
import { incidentOf, notificationOf } from '../deliver/notifications.ts';
import { record } from '../record/samples.ts';
import { type Stage, stage } from '../support/ports.ts';
import { delivery, finding, head, incident, NOW, row, view } from './recorded.ts';

/** Colours, a screen that is cleared by a C1 control, a forged line, a reversed end, isolates, marks of direction, a bell, a formula. */
const EVIL = '=ev\u001B[31mil\u009B2J\r\nFORGED\u202Eenil\u2066\u200F\u061C\u2028\u0007';
const ONE_LINE = EVIL.replace('\r\n', '');
/** Any of these, raw, or the second half of the name at the beginning of a line. */
const RAW =
  // oxlint-disable-next-line no-control-regex -- these characters are what is looked for
  /[\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]|^FORGED|\\n\W*FORGED|\\u00[01]/m;

const RESOURCE = { projectId: 'p1', projectName: EVIL, clusterId: 'id-orders', name: EVIL };
const ACKNOWLEDGED = { by: EVIL, via: 'page', at: NOW, until: NOW + HOUR } as const;
const HEAD = head({
  incidents: [
    incident({
      resource: RESOURCE,
      summary: EVIL,
      action: EVIL,
      evidence: [[EVIL, EVIL]],
      acknowledgement: ACKNOWLEDGED,
      state: 'acknowledged',
    }),
    incident({ id: 'i2', resource: { ...RESOURCE, clusterId: null }, state: 'resolved', resolvedAt: NOW, resolution: EVIL }),
  ],
  deliveries: [
    delivery({ state: 'rejected', lastError: EVIL }),
    delivery({ key: 'k2', incidents: ['i2'], state: 'rejected', lastError: EVIL }),
  ],
  silences: [{ id: 's1', match: { cluster: EVIL }, by: EVIL, why: EVIL, from: NOW, until: NOW + HOUR }],
  proof: { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'failed', detail: EVIL },
  checklist: {
    runId: 'r1',
    at: NOW,
    items: [{ id: 'own', title: EVIL, source: EVIL, state: 'not-met', since: NOW, evidence: [{ text: EVIL, href: '/#i1' }] }],
    steps: [{ id: 'own', title: EVIL, done: false, how: EVIL }],
    messages: {},
  },
});
const ROW = {
  ...row(EVIL, { projectName: EVIL, verdict: 'failing' }),
  findings: [finding({ verdict: 'failing', severity: 'critical', summary: EVIL })],
};
const VIEW = view([ROW], [{ ...finding({ verdict: 'unknown', summary: EVIL }), resource: { ...RESOURCE, clusterId: null } }]);
const { general } = policyOf({});
const REQUEST = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'], general } as const;
const RECORD = record('r-1', NOW, {
  subject: EVIL,
  by: EVIL,
  summary: EVIL,
  // A detail has lines of its own: only the marks within a line are taken out of it.
  details: { [EVIL]: ONE_LINE },
  evidence: [{ what: 'documents', namespace: EVIL, expected: EVIL, found: EVIL, verdict: 'failed' }],
});
const ACT: AuditDraft = { at: NOW, what: 'resend', by: EVIL, from: EVIL, about: EVIL, details: { [EVIL]: EVIL } };

/** A store with the evil record, an evil note, an evil silence and an evil act. */
async function evilStage(): Promise<Stage> {
  const at = stage({}, { recordsKeptForDays: 36_500 });
  await appendRecord(at.ports, RECORD, [ACT]);
  await addNote(at.ports, { text: EVIL, by: EVIL, corrects: 'r-1' });
  await addSilence(at.ports, { match: { check: 'rpo' }, by: EVIL, why: EVIL, from: at.now, until: at.now + HOUR });
  return at;
}

async function exported(format: 'json' | 'csv'): Promise<string> {
  const at = await evilStage();
  const asked = { request: { limit: 50, before: null }, trail: { limit: 50, before: null } };
  return (await exportRecords(at.ports, asked, { format, isPublic: false })).body;
}

/** What a command prints, on both streams. */
function shown(act: (terminal: ReturnType<typeof openTerminal>) => void): string {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  act(openTerminal({ stdin, stdout, stderr }));
  return [stdout, stderr].map((stream) => String(stream.read() ?? '')).join('');
}

const html = renderToStaticMarkup;

test.for<[string, () => string | Promise<string>]>([
  ['the page', () => html(createElement(StatusPage, { model: pageModel(HEAD, VIEW, REQUEST), user: 'dana' }))],
  ['the page of silences', () => html(createElement(SilencesPage, { model: pageModel(HEAD, null, REQUEST), user: 'dana' }))],
  ['the page of the alert path', () => html(createElement(AlertPathPage, { model: pageModel(HEAD, null, REQUEST), user: 'dana' }))],
  ['/api/status', () => JSON.stringify(statusJson(HEAD, VIEW, REQUEST))],
  ['/api/checklist', () => JSON.stringify(checklistJson(HEAD, REQUEST))],
  ['any other JSON answer', () => json({ problems: [EVIL], [EVIL]: { words: EVIL } }).text()],
  [
    'the list of records',
    async () => {
      const records = await readRecords((await evilStage()).ports, { limit: 50, before: null });
      return html(createElement(RecordsPage, { list: { ...records, now: iso(NOW), unfinished: [] }, asked: recordsAsked({}), user: null }));
    },
  ],
  [
    'a record',
    async () => {
      const record = await readRecord((await evilStage()).ports, 'r-1');
      if (record === null) throw new Error('it was not written');
      return html(createElement(RecordPage, { shown: record, user: null }));
    },
  ],
  [
    'the audit trail',
    async () => {
      const page = await readTrail((await evilStage()).ports, { limit: 50, before: null }, { isPublic: false });
      return html(createElement(Trail, { entries: page.entries, now: iso(NOW) })) + JSON.stringify(page);
    },
  ],
  ['the records as JSON', () => exported('json')],
  ['the records as CSV', () => exported('csv')],
  ['the copies of acts in the log', async () => [...(await evilStage()).log, auditLine(ACT)].join('\n')],
  ['a drill’s report in Markdown', () => markdownOf(reportOf(RECORD, [{ id: 'l', endedAt: NOW, by: EVIL, details: { lesson: EVIL } }]))],
  ['a table of the command line', () => table(['a', 'b'], [[EVIL, EVIL]]).join('\n')],
  ['a line of doctor', () => printed(warn(EVIL), (_, text) => text)],
  ['what a command prints as JSON', () => shown(({ print }) => print({ data: { sent: [{ lastError: ONE_LINE }] }, text: '' }, 'json'))],
  ['what a command says meanwhile', () => shown(({ say }) => say(`sending to ${ONE_LINE}`))],
  [
    'the explanation of a route',
    () => {
      const subject = subjectNamed({ project: EVIL, cluster: EVIL, tags: { [EVIL]: EVIL } }, EMPTY_MEMORY);
      const silences = [{ id: 's', match: { cluster: EVIL }, by: EVIL, why: EVIL, from: NOW, until: NOW + HOUR }];
      const roster = [{ id: 'email', recipients: 1, contacts: 0 }] as const;
      const asked = { subject, check: 'rpo', priorities: ['P0'] } as const;
      return explainRoute(asked, { policy: policyOf({}), roster, silences, recipientsOf: () => EVIL, now: NOW });
    },
  ],
  [
    'what a provider answered',
    async () => {
      const attempt = async () => ({ result: 'rejected', error: EVIL }) as const;
      const channel = channelOf({ id: 'sms', recipients: 1, limit: 1_000, redact: (text) => text, attempt });
      return JSON.stringify(await channel.send(notificationOf(), new AbortController().signal));
    },
  ],
  [
    'the headers and the text of a mail',
    () => {
      const {
        subject,
        text,
        html: body,
      } = mailOf(notificationOf({ incidents: [incidentOf({ resource: RESOURCE, summary: EVIL, action: EVIL })] }));
      return [subject, text, body].join('\n');
    },
  ],
])('nothing of an evil name is raw in %s', async ([, way]) => {
  const text = await way();
  expect(text).toContain('FORGED');
  expect(text.replaceAll('\r\n', '\n')).not.toMatch(RAW);
});
