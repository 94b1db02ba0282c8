import { errorAnswer, INTERNAL, jsonAnswer, type Operations } from './operation.ts';
import { always, object } from './schema.ts';

const SECRET_MISSING = 'The signature is missing, wrong or too old, or its secret is not set.';
const TOO_LONG = { 413: errorAnswer('The body is longer than 512 KB.') };

/** What PagerDuty and Slack call, signed. */
export const WEBHOOK_OPERATIONS: Operations = {
  '/api/webhooks/pagerduty': {
    post: {
      access: 'signed-by-pagerduty',
      summary: 'Takes acknowledgements that were made in PagerDuty.',
      description: 'Events of version 3, signed by PAGERDUTY_WEBHOOK_SECRET.',
      body: { 'application/json': { schema: { type: 'object' } } },
      answers: {
        200: jsonAnswer('Taken, or nothing to be taken.', object<{ readonly ok: true }>({ ok: always })),
        400: errorAnswer('Signed, but no event of version 3.'),
        401: errorAnswer(SECRET_MISSING),
        ...TOO_LONG,
        ...INTERNAL,
      },
    },
  },
  '/api/webhooks/slack': {
    post: {
      access: 'signed-by-slack',
      summary: 'Takes acknowledgements by the button of a message in Slack.',
      description: 'Interactions, signed by SLACK_SIGNING_SECRET.',
      body: {
        'application/x-www-form-urlencoded': {
          schema: { type: 'object', required: ['payload'], properties: { payload: { type: 'string' } } },
        },
      },
      answers: { 200: { description: 'Taken, or nothing to be taken.' }, 401: errorAnswer(SECRET_MISSING), ...TOO_LONG, ...INTERNAL },
    },
  },
};
