import type { Document, MongoClient } from 'mongodb';
import type { Assertion, EvidenceLine } from '../../domain/recovery/evidence.ts';
import { assertionProblem } from '../../domain/recovery/assertion-problem.ts';
import { ejsonText, fromConfig } from './read/canonical.ts';
import { mapConcurrently } from '../dump/concurrently.ts';
import { counted, lineOf } from './evidence-lines.ts';
import { type Asked, type Bounds, collectionOf, ReadError, boundedRead } from './read/bounded-read.ts';

const AT_ONCE = 4;

/** Whether each of the user's sentences about the data holds: a line each, in order. Reads only, and never throws for what cannot be read. */
export function checkAssertions(client: MongoClient, assertions: readonly Assertion[], { deadline, now = Date.now }: Asked) {
  return mapConcurrently(assertions, AT_ONCE, (assertion) =>
    checkAssertion(client, assertion, { deadline, now }).catch((error: unknown) => unaskedLine(assertion, error)),
  );
}

/** One of them. Throws `ReadError`. */
export async function checkAssertion(client: MongoClient, assertion: Assertion, bounds: Bounds): Promise<EvidenceLine> {
  const problem = assertionProblem(assertion);
  if (problem !== null) return lineOf('assertion', assertion.namespace, 'could-not-verify', [expectedBy(assertion), problem]);
  const { held, found } =
    assertion.kind === 'count' ? await countHolds(client, assertion, bounds) : await resultHolds(client, assertion, bounds);
  return lineOf('assertion', assertion.namespace, held ? 'passed' : 'failed', [expectedBy(assertion), found]);
}

/** An assertion that could not be asked proves nothing of the data: its own filter or pipeline may be what the server refused. */
export function unaskedLine(assertion: Assertion, error: unknown): EvidenceLine {
  if (!(error instanceof ReadError)) throw error;
  return lineOf('assertion', assertion.namespace, 'could-not-verify', [expectedBy(assertion), error.message]);
}

async function countHolds(client: MongoClient, assertion: Extract<Assertion, { kind: 'count' }>, bounds: Bounds) {
  const { namespace, filter, min, max } = assertion;
  const count = await boundedRead(`count for "${assertion.name}"`, bounds, (maxTimeMS) =>
    collectionOf(client, namespace).countDocuments(fromConfig(filter), { maxTimeMS }),
  );
  return { held: count >= (min ?? 0) && count <= (max ?? Number.POSITIVE_INFINITY), found: counted(count, 'document', 'documents') };
}

async function resultHolds(client: MongoClient, assertion: Extract<Assertion, { kind: 'aggregate' }>, bounds: Bounds) {
  const { namespace, pipeline, expect } = assertion;
  // One more than is expected is enough to know that there are too many.
  const stages = [...pipeline.map((stage) => fromConfig(stage)), { $limit: expect.length + 1 }];
  const rows = await boundedRead(`aggregation for "${assertion.name}"`, bounds, (maxTimeMS) =>
    collectionOf(client, namespace).aggregate<Document>(stages, { maxTimeMS }).toArray(),
  );
  const found = rows.length > expect.length ? `${ejsonText(rows.slice(0, -1))} and more` : ejsonText(rows);
  return { held: ejsonText(rows) === ejsonText(expect.map((row) => fromConfig(row))), found };
}

function expectedBy(assertion: Assertion): string {
  const { name } = assertion;
  if (assertion.kind === 'aggregate') return `"${name}": ${ejsonText(assertion.expect)}`;
  const { min, max } = assertion;
  const bounds = min === null ? `at most ${max ?? 0}` : max === null ? `at least ${min}` : `${min} to ${max}`;
  return `"${name}": ${bounds} documents`;
}
