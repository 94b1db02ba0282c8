import { expect, test } from 'vitest';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import { markdownOf, reportOf } from '../../../lib/recovery/drills/drill-report.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const RECORD: LogRecord = {
  id: 'drill-deletion-1',
  kind: 'drill',
  startedAt: AT,
  endedAt: AT + 600_000,
  subject: 'sandbox (project shop)',
  by: 'cron',
  verdict: 'failed',
  summary: 'RTO 10 min; RPO 2.4 s; documents: expected 1020, found 1019',
  measured: { rto: 600_000, rpo: 2_400, restore: 480_000 },
  evidence: [{ what: 'documents', namespace: 'restorewatch_drill.documents', expected: '1020 | all', found: '1019', verdict: 'failed' }],
  details: {
    scenario: 'deletion',
    plan: 'monthly',
    'rto target': '14400000',
    'rpo target': '3600000',
    timeline: '2026-11-22T12:00:00.000Z started by cron\n2026-11-22T12:01:00.000Z deletion done',
    'went wrong': 'one document is missing',
  },
};
const ADDED = [
  { id: 'c2', endedAt: AT + 2, by: 'Bob', details: { 'closed follow-up': 'a larger tier' } },
  { id: 'c1', endedAt: AT + 1, by: 'Ada', details: { 'follow-up': 'a larger tier' } },
  { id: 'c3', endedAt: AT + 3, by: 'Ada', details: { lesson: 'say | it\nplainly' } },
];

test('a drill report has the record and what people added, oldest first', () => {
  expect(reportOf(RECORD, ADDED)).toMatchObject({
    scenario: 'deletion',
    plan: 'monthly',
    timeline: [
      { at: '2026-11-22T12:00:00.000Z', what: 'started by cron' },
      { at: '2026-11-22T12:01:00.000Z', what: 'deletion done' },
    ],
    measured: [
      { name: 'rto', milliseconds: 600_000, targetMs: 14_400_000 },
      { name: 'rpo', milliseconds: 2_400, targetMs: 3_600_000 },
      { name: 'restore', milliseconds: 480_000, targetMs: null },
    ],
    wentWrong: ['one document is missing'],
    lessons: [{ text: 'say | it\nplainly' }],
    followUps: [{ text: 'a larger tier' }, { text: 'closed: a larger tier' }],
  });
});

test('a drill report as Markdown has every part', () => {
  expect(markdownOf(reportOf(RECORD, ADDED))).toMatchInlineSnapshot(`
    "# DR drill: deletion

    **failed**: RTO 10 min; RPO 2.4 s; documents: expected 1020, found 1019

    |  |  |
    | --- | --- |
    | Drill | drill-deletion-1 |
    | Plan | monthly |
    | On | sandbox (project shop) |
    | By | cron |
    | Started | 2026-11-22T12:00:00.000Z |
    | Ended | 2026-11-22T12:10:00.000Z |

    ## Timeline

    | when (UTC) | what |
    | --- | --- |
    | 2026-11-22T12:00:00.000Z | started by cron |
    | 2026-11-22T12:01:00.000Z | deletion done |

    ## Measured

    |  | measured | target |
    | --- | --- | --- |
    | RTO | 10 min | at most 4 h |
    | RPO | 2.4 s | at most 1 h |
    | restore | 8 min |  |

    ## Evidence

    | what | where | expected | found | verdict |
    | --- | --- | --- | --- | --- |
    | documents | restorewatch_drill.documents | 1020 \\| all | 1019 | failed |

    ## What went wrong

    - one document is missing

    ## Lessons learned

    - say | it plainly (Ada, 2026-11-22)

    ## Follow-ups

    - a larger tier (Ada, 2026-11-22)
    - closed: a larger tier (Bob, 2026-11-22)
    "
  `);
});

test('a drill report to which nothing was added says how to add', () => {
  const words = markdownOf(reportOf({ ...RECORD, details: {}, measured: {}, evidence: [] }, []));
  expect(words).toContain('restorewatch drill --lesson "…" --id drill-deletion-1');
  expect(words).toContain('Nothing that the drill noticed.');
  expect(words).toContain('## Evidence\n\nNone.');
});
