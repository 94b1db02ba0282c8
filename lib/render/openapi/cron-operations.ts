import type { CheckSummary, DailyReport, DeliveryCounts } from '../../domain/crons/cron-answers.ts';
import { type Answer, errorAnswer, jsonAnswer, type Operation, type Operations, queryParameter } from './operation.ts';
import { count, either, flag, list, mapOf, moment, named, object, optional, text } from './schema.ts';

const DELIVERIES = object<DeliveryCounts>({ accepted: count, owed: count, rejected: count });

const CHECK_SUMMARY = named(
  'CheckSummary',
  object<CheckSummary>({
    runId: text,
    startedAt: moment,
    finishedAt: moment,
    complete: flag,
    clusters: count,
    findings: object<CheckSummary['findings']>({ ok: count, failing: count, unknown: count, exempt: count }),
    transitions: count,
    deliveries: DELIVERIES,
  }),
);

const SKIPPED = object<{ readonly skipped: string }>({ skipped: text });

const DAILY = named(
  'DailyReport',
  object<DailyReport>({ started: list(text), refused: mapOf(text), underWay: count, overdue: optional(list(text)) }),
);

export const CRON_OPERATIONS: Operations = {
  '/api/cron/check': {
    get: cron(
      'Reads Atlas and checks every cluster.',
      'hourly',
      jsonAnswer('What was recorded, or why nothing was.', either(CHECK_SUMMARY, SKIPPED)),
    ),
  },
  '/api/cron/dispatch': {
    get: cron(
      'Sends what is owed, escalates, and moves restore tests and drills on.',
      'every five minutes',
      jsonAnswer(
        'How many messages are accepted, owed and rejected.',
        object<{ readonly deliveries: DeliveryCounts }>({ deliveries: DELIVERIES }),
      ),
    ),
  },
  '/api/cron/restore-test': { get: cron('Begins the restore tests that are due.', 'daily', jsonAnswer('What was begun.', DAILY)) },
  '/api/cron/drill': { get: cron('Begins the drills that are due.', 'daily', jsonAnswer('What was begun, and what is overdue.', DAILY)) },
};

function cron(summary: string, often: string, done: Answer): Operation {
  return {
    access: 'cron',
    summary,
    description: `To be called ${often}. Twice, or by hand, is harmless.`,
    query: [queryParameter('trigger', 'what calls, as trigger=github', { type: 'string', pattern: '^[a-z][a-z0-9-]{0,31}$' })],
    answers: {
      200: done,
      400: errorAnswer('trigger is no short name.'),
      401: errorAnswer('The bearer is not CRON_SECRET.'),
      500: errorAnswer('CRON_SECRET is not set, the configuration is wrong, or the store took nothing.'),
    },
  };
}
