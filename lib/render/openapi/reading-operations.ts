import { FRAMEWORK_IDS } from '../../domain/evidence/controls.ts';
import { RECORD_KINDS } from '../../domain/recovery/log-record.ts';
import { CONTENT_TYPES } from '../metrics/exposition.ts';
import { CHECKLIST } from './checklist-schema.ts';
import { ERASURE_LIST } from './erasure-schema.ts';
import { INCIDENT_HISTORY } from './incident-schema.ts';
import {
  errorAnswer,
  INTERNAL,
  jsonAnswer,
  NOT_SCRAPED,
  OF_VIEWERS,
  type Operations,
  orPlain,
  queryParameter,
  TOO_MANY_READS,
} from './operation.ts';
import { RECORDS } from './records-schema.ts';
import { flag, type JsonObject, object } from './schema.ts';
import { STATUS } from './status-schema.ts';

const HEALTH = object<{ readonly healthy: boolean }>({ healthy: flag });
const PLAIN: JsonObject = { schema: { type: 'string' } };
const MOMENT: JsonObject = { type: 'string', format: 'date-time' };

function limit(standard: number, highest: number): JsonObject {
  return queryParameter('limit', 'entries on one page', { type: 'integer', minimum: 1, maximum: highest, default: standard });
}

const PERIOD = [
  queryParameter('from', 'a day in UTC, or a moment', { anyOf: [{ type: 'string', format: 'date' }, MOMENT] }),
  queryParameter('to', 'a day in UTC, or a moment', { anyOf: [{ type: 'string', format: 'date' }, MOMENT] }),
];

const REFUSED = { 400: errorAnswer('A parameter is wrong, and how it is to be.') };

export const READING_OPERATIONS: Operations = {
  '/api/status': {
    get: {
      access: 'viewer',
      summary: 'What can be restored of every cluster, and what is open.',
      query: [limit(500, 1_000), queryParameter('cursor', '"next" of the page before', { type: 'string', pattern: '^\\d{1,9}$' })],
      answers: { 200: jsonAnswer('The state of the last run.', STATUS), ...REFUSED, ...OF_VIEWERS },
    },
  },
  '/api/incidents': {
    get: {
      access: 'viewer',
      summary: 'Every incident that was open in a span of time, with its life.',
      query: [
        queryParameter('from', 'the last 30 days unless said', MOMENT),
        queryParameter('to', 'without an end unless said', MOMENT),
        limit(100, 1_000),
        queryParameter('cursor', '"next" of the page before', { type: 'string', pattern: '^\\d{15}-[0-9a-f]{32}$' }),
      ],
      answers: { 200: jsonAnswer('The last opened first.', INCIDENT_HISTORY), ...REFUSED, ...TOO_MANY_READS, ...OF_VIEWERS },
    },
  },
  '/api/checklist': {
    get: {
      access: 'viewer',
      summary: 'The checklist of the plan, as the last complete check found it.',
      answers: { 200: jsonAnswer('Each item with what shows it.', CHECKLIST), ...OF_VIEWERS },
    },
  },
  '/api/records': {
    get: {
      access: 'viewer',
      summary: 'The log of tests, drills, backups and restores, and the audit trail.',
      query: [
        queryParameter('format', 'json unless said', { type: 'string', enum: ['json', 'csv'], default: 'json' }),
        limit(50, 200),
        queryParameter('kind', 'records of one kind, or the audit trail alone; empty: all', {
          type: 'string',
          enum: [...RECORD_KINDS, 'audit', ''],
        }),
        ...PERIOD,
        queryParameter('before', '"next" of the page before', { type: 'string', pattern: '^\\d{15}-[0-9a-f]{32}$' }),
        queryParameter('auditBefore', '"audit.next" of the page before', { type: 'string', pattern: '^[1-9]\\d{0,14}$' }),
      ],
      answers: {
        200: {
          description: 'The newest first; CSV by RFC 4180.',
          headers: { Link: { description: 'where the next page is', schema: { type: 'string' } } },
          content: { 'application/json': { schema: RECORDS.json }, 'text/csv': PLAIN },
        },
        ...REFUSED,
        403: orPlain(errorAnswer('Another site has the browser of somebody who signed in fetch the file, without a click.')),
        ...TOO_MANY_READS,
        ...OF_VIEWERS,
      },
    },
  },
  '/api/erasures': {
    get: {
      access: 'viewer',
      summary: 'The register of erasures, with when each will have left the last backup, and the restores that are not finished.',
      query: [
        queryParameter('page', '50 on each, the last registered first', { type: 'integer', minimum: 1, maximum: 99_999, default: 1 }),
      ],
      answers: { 200: jsonAnswer('As the last check knows it.', ERASURE_LIST), ...REFUSED, ...TOO_MANY_READS, ...OF_VIEWERS },
    },
  },
  '/api/evidence': {
    get: {
      access: 'viewer',
      summary: 'The evidence of a period, signed, as `restorewatch evidence export` makes it.',
      query: [
        queryParameter('format', 'zip unless said: all three files; each of them alone is made anew', {
          type: 'string',
          enum: ['zip', 'json', 'csv', 'html'],
          default: 'zip',
        }),
        ...PERIOD,
        queryParameter('cluster', 'a report on this one alone, by name or id', { type: 'string', maxLength: 300 }),
        queryParameter('framework', 'the control map that goes with it; empty: all', { type: 'string', enum: [...FRAMEWORK_IDS, ''] }),
      ],
      answers: {
        200: {
          description: 'A file; without a period of the last quarter in UTC, without `to` until now.',
          content: { 'application/zip': PLAIN, 'application/json': { schema: { type: 'object' } }, 'text/csv': PLAIN, 'text/html': PLAIN },
        },
        ...REFUSED,
        403: orPlain(
          errorAnswer(
            'Anybody may see the page, and evidence names people; or another site has a browser fetch the file, without a click.',
          ),
        ),
        404: errorAnswer('No check of the period watched this cluster, and nothing else of it is about it.'),
        409: errorAnswer('EVIDENCE_KEY is not set, so nothing is signed.'),
        413: errorAnswer('More than one request takes; the command that has no such bound is named.'),
        429: errorAnswer('Another export is being made.'),
        ...OF_VIEWERS,
      },
    },
  },
  '/api/evidence/key': {
    get: {
      access: 'viewer',
      summary: 'The public half of EVIDENCE_KEY, by which evidence is verified.',
      answers: {
        200: { description: 'Ed25519, as PEM.', content: { 'application/x-pem-file': PLAIN } },
        409: errorAnswer('EVIDENCE_KEY is not set, so nothing is signed.'),
        ...OF_VIEWERS,
      },
    },
  },
  '/api/metrics': {
    get: {
      access: 'metrics',
      summary: 'Metrics for Prometheus.',
      answers: {
        200: {
          description: 'OpenMetrics where Accept names it, else the text of Prometheus.',
          content: Object.fromEntries(Object.values(CONTENT_TYPES).map((type) => [mediaType(type), PLAIN])),
        },
        ...OF_VIEWERS,
        ...NOT_SCRAPED,
      },
    },
  },
  '/api/openapi.json': {
    get: {
      access: 'viewer',
      summary: 'This document.',
      answers: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } }, ...OF_VIEWERS },
    },
  },
  '/api/health': {
    get: {
      access: 'open',
      summary: 'Whether checks run.',
      answers: {
        200: jsonAnswer('The last complete run is younger than two intervals.', HEALTH),
        503: jsonAnswer('It is older, there was none, or the store cannot be read.', HEALTH),
      },
    },
  },
  '/i/{code}': {
    get: {
      access: 'viewer',
      summary: 'Leads to the place of an incident on the page; the code is in text messages.',
      answers: {
        307: { description: 'There it is.', headers: { Location: { schema: { type: 'string' } } }, content: { 'text/plain': PLAIN } },
        401: { description: 'Sign in by name and password.', content: { 'text/plain': PLAIN } },
        404: { description: 'What is no code.', content: { 'text/plain': PLAIN } },
        503: { description: 'Too many sign in at this moment.', content: { 'text/plain': PLAIN } },
        500: { description: INTERNAL[500]?.description ?? '', content: { 'text/plain': PLAIN } },
      },
    },
  },
};

/** The type without its parameters. */
function mediaType(type: string): string {
  return type.split(';')[0] ?? type;
}
