import { ACCEPTANCE_MADE, ENDED, ERASURE_MADE, IDENTIFIED, SILENCE_MADE } from './acts-schema.ts';
import {
  type Answer,
  type Answers,
  errorAnswer,
  fields,
  jsonAnswer,
  OF_RESPONDERS,
  type Operation,
  type Operations,
  orPlain,
  WITH_PROBLEMS,
} from './operation.ts';
import { type JsonObject, list, object, oneOf, text } from './schema.ts';

function outcome<const T extends string>(description: string, outcomes: readonly T[]): Answer {
  return jsonAnswer(description, object<{ readonly outcome: T }>({ outcome: oneOf(outcomes) }));
}

function refusal<const T extends string>(description: string, outcomes: readonly T[]): Answer {
  type Refused = { readonly outcome: T; readonly problems: readonly string[] };
  return orPlain(jsonAnswer(description, object<Refused>({ outcome: oneOf(outcomes), problems: list(text) })));
}

/** What a signed-in responder does by POST. */
function act(summary: string, answers: Answers, body?: JsonObject): Operation {
  return { access: 'responder', summary, ...(body && { body }), answers: { ...answers, ...OF_RESPONDERS } };
}

const NO_SUCH_ACCEPTANCE = { 404: orPlain(errorAnswer('There is no such acceptance, or it has ended.')) };
const NO_SUCH_SILENCE = { 404: orPlain(errorAnswer('There is no such silence, or it has ended.')) };
const REFUSED_ACCEPTANCE: Answers = {
  400: orPlain(
    jsonAnswer('What is wrong with the fields, or why this cannot be accepted.', {
      json: {
        type: 'object',
        required: ['problems'],
        properties: { outcome: { const: 'refused' }, problems: { type: 'array', items: { type: 'string' } } },
      },
    }),
  ),
};

type Several = Readonly<Record<'acknowledged' | 'already' | 'ended' | 'unknown', readonly string[]>>;
const SEVERAL = object<Several>({ acknowledged: list(text), already: list(text), ended: list(text), unknown: list(text) });
const IDS: JsonObject = { type: 'array', items: { type: 'string', minLength: 1, maxLength: 255 }, minItems: 1, maxItems: 500 };
const SEVERAL_IDS: JsonObject = {
  'application/json': { schema: { type: 'object', required: ['ids'], properties: { ids: IDS } } },
  'application/x-www-form-urlencoded': {
    schema: { type: 'object', required: ['id'], properties: { id: IDS } },
  },
};

export const ACTING_OPERATIONS: Operations = {
  '/api/incidents/acknowledge': {
    post: act(
      'Acknowledges several incidents.',
      {
        200: orPlain(jsonAnswer('The ids, by what became of each.', SEVERAL)),
        ...WITH_PROBLEMS,
        404: orPlain(jsonAnswer('There is none of these incidents.', SEVERAL)),
      },
      SEVERAL_IDS,
    ),
  },
  '/api/incidents/{id}/acknowledge': {
    post: act('Acknowledges an incident.', {
      200: outcome('It is acknowledged, or was before.', ['acknowledged', 'unchanged']),
      404: orPlain(outcome('There is no such incident.', ['unknown'])),
      409: orPlain(outcome('It has ended.', ['resolved'])),
    }),
  },
  '/api/incidents/{id}/accept': {
    post: act(
      'Accepts what an incident says of a weakened setting.',
      {
        201: jsonAnswer('It is accepted.', ACCEPTANCE_MADE),
        ...REFUSED_ACCEPTANCE,
        404: refusal('There is no such incident.', ['unknown']),
        409: refusal('It has ended.', ['resolved']),
      },
      fields({ why: ['required', 'the reason, in words'] }),
    ),
  },
  '/api/incidents/{id}/notes': {
    post: act(
      'Adds a note to an incident.',
      {
        201: jsonAnswer('The id of the note.', IDENTIFIED),
        ...WITH_PROBLEMS,
        404: orPlain(errorAnswer('There is no such incident, or it ended more than a day ago.')),
      },
      fields({ text: ['required', 'the note'] }),
    ),
  },
  '/api/acceptances/{id}/end': {
    post: act('Takes an acceptance back.', { 200: jsonAnswer('It has ended.', ENDED), ...NO_SUCH_ACCEPTANCE }),
  },
  '/api/silences': {
    post: act(
      'Makes a silence, or with cron, timeZone and minutes a maintenance window.',
      { 201: jsonAnswer('What was made.', SILENCE_MADE), ...WITH_PROBLEMS },
      fields({
        project: ['optional', 'name or id'],
        cluster: ['optional', 'name or id'],
        check: ['optional', 'id of a check'],
        priority: ['optional', 'P0, P1 or P2'],
        for: ['optional', 'how long from now: 90m, 2h, 3d'],
        cron: ['optional', 'when a window begins: 0 22 * * 6'],
        timeZone: ['optional', 'of the window: Europe/Berlin'],
        minutes: ['optional', 'how long the window lasts'],
        why: ['required', 'the reason, in words'],
      }),
    ),
  },
  '/api/silences/{id}/end': {
    post: act('Ends a silence or a maintenance window.', { 200: jsonAnswer('It has ended.', ENDED), ...NO_SUCH_SILENCE }),
  },
  '/api/deliveries/resend': {
    post: act(
      'Sends a message again.',
      {
        202: outcome('It is about to be sent.', ['due', 'sending']),
        ...WITH_PROBLEMS,
        404: orPlain(outcome('There is no such message.', ['unknown'])),
        409: orPlain(outcome('It was accepted, or follows one that has not arrived.', ['settled', 'waiting'])),
      },
      fields({ key: ['required', 'the key of a delivery, from /api/status'] }),
    ),
  },
  '/api/erasures': {
    post: act(
      'Registers that data was erased from live databases.',
      { 201: jsonAnswer('What was registered.', ERASURE_MADE), ...WITH_PROBLEMS },
      fields({
        reference: ['required', 'the id of your own ticket'],
        project: ['optional', 'where several projects have a cluster of this name'],
        clusters: ['required', 'names or ids, by comma'],
        namespaces: ['optional', 'shop.users, by comma; none: all'],
        at: ['optional', 'when it was done; now unless said'],
      }),
    ),
  },
  '/api/erasures/confirm': {
    post: act(
      'Records that what a restore had brought back was erased again.',
      { 201: jsonAnswer('The id of the record.', IDENTIFIED), ...WITH_PROBLEMS },
      fields({ reference: ['required', 'of the erasure'], restore: ['required', 'the id of the record of the restore'] }),
    ),
  },
  '/api/records': {
    post: act(
      'Adds a note to the log, or a correction of a record.',
      { 201: jsonAnswer('The id of the record.', IDENTIFIED), ...WITH_PROBLEMS },
      fields({ text: ['required', 'what is to be noted'], corrects: ['optional', 'the id of the record that it corrects'] }),
    ),
  },
};
