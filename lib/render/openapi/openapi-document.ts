import { ACTING_OPERATIONS } from './acting-operations.ts';
import { componentsOf, withReferences } from './components.ts';
import { CRON_OPERATIONS } from './cron-operations.ts';
import type { AccessNeeded, Operation, Operations } from './operation.ts';
import { READING_OPERATIONS } from './reading-operations.ts';
import type { Json, JsonObject } from './schema.ts';
import { WEBHOOK_OPERATIONS } from './webhook-operations.ts';

export type DocumentRequest = {
  /** The public address of this installation; null if it is not set. */
  readonly statusUrl: string | null;
  /** Everybody may look without signing in. */
  readonly isOpen: boolean;
};

const SCHEMES: JsonObject = {
  signIn: { type: 'http', scheme: 'basic', description: 'A user of STATUS_USERS.' },
  cronSecret: { type: 'http', scheme: 'bearer', description: 'CRON_SECRET.' },
  metricsToken: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN.' },
  pagerdutySignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-PagerDuty-Signature',
    description: 'HMAC of the body, as PagerDuty signs it.',
  },
  slackSignature: { type: 'apiKey', in: 'header', name: 'X-Slack-Signature', description: 'HMAC of time and body, as Slack signs it.' },
  slackTime: { type: 'apiKey', in: 'header', name: 'X-Slack-Request-Timestamp', description: 'The time that is signed.' },
};

const DESCRIPTION = `What can be restored of MongoDB Atlas, and who is notified. Times are ISO 8601 in UTC, spans milliseconds, unless said otherwise.
Additions are no breaking change: ignore what you do not know. A POST takes JSON or a form. What is refused whatever the route (an address that cannot be read: 400; a method that it does not have: 405) is not repeated below; every other address under /api is 404 \`{error}\`, to everybody.`;

/** Pure: `GET /api/openapi.json` (docs/contract.md, clause 19). */
export function openApiDocument({ statusUrl, isOpen }: DocumentRequest): JsonObject {
  const operations = [CRON_OPERATIONS, READING_OPERATIONS, ACTING_OPERATIONS, WEBHOOK_OPERATIONS];
  const paths = Object.fromEntries(
    [...new Set(operations.flatMap((some) => Object.keys(some)))].toSorted().map((path) => [path, pathItem(path, operations, isOpen)]),
  );
  return {
    openapi: '3.1.0',
    info: { title: 'Restorewatch', version: '1', description: DESCRIPTION },
    servers: [{ url: statusUrl ?? '/' }],
    paths: withReferences(paths),
    components: { schemas: componentsOf(paths), securitySchemes: SCHEMES },
  };
}

/** A path may have its methods in several tables. */
function pathItem(path: string, tables: readonly Operations[], isOpen: DocumentRequest['isOpen']): JsonObject {
  const methods = tables.flatMap((table) => Object.entries(table[path] ?? {}));
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    ...(parameters.length > 0 && { parameters }),
    ...Object.fromEntries(methods.map(([method, operation]) => [method, operationJson(`${method}${path}`, operation, isOpen)])),
  };
}

function operationJson(name: string, operation: Operation, isOpen: DocumentRequest['isOpen']): JsonObject {
  const { access, summary, description, query, body, answers } = operation;
  return {
    operationId: name.replace(/^(\w+)\/api/, '$1').replace(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase()),
    summary,
    ...(description && { description }),
    security: isOpen && OF_THE_PAGE.includes(access) ? [] : SECURITY[access],
    ...(query && { parameters: query }),
    ...(body && { requestBody: { required: true, content: body } }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answer])),
  };
}

/** Whoever may see the page may call these. */
const OF_THE_PAGE: readonly AccessNeeded[] = ['viewer', 'metrics'];

const SECURITY: Readonly<Record<AccessNeeded, readonly Json[]>> = {
  open: [],
  viewer: [{ signIn: [] }],
  responder: [{ signIn: [] }],
  cron: [{ cronSecret: [] }],
  metrics: [{ metricsToken: [] }, { signIn: [] }],
  'signed-by-pagerduty': [{ pagerdutySignature: [] }],
  'signed-by-slack': [{ slackSignature: [], slackTime: [] }],
};
