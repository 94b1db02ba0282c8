import type { Document, MongoClient } from 'mongodb';
import type { Assertion, EvidenceLine } from '../../domain/evidence.ts';
import { assertionProblem } from '../../domain/assertion-problem.ts';
import { ejsonText, fromConfig } from './canonical.ts';
import { inOrder } from './in-order.ts';
import { counted, lineOf } from './line.ts';
import { type Asked, type Bounds, collectionOf, ReadError, reading } from './reading.ts';

const AT_ONCE = 4;

/** Whether each of the user's sentences about the data holds: a line each, in order. Reads only, and never throws for what cannot be read. */
export function holdAssertions(
  client: MongoClient,
  assertions: readonly Assertion[],
  { deadline, now = Date.now }: Asked,
): Promise<readonly EvidenceLine[]> {
  return inOrder(assertions, AT_ONCE, (assertion) =>
    holdAssertion(client, assertion, { deadline, now }).catch((error: unknown) => unheardLine(assertion, error)),
  );
}

/** One of them. Throws `ReadError`. */
export async function holdAssertion(client: MongoClient, assertion: Assertion, bounds: Bounds): Promise<EvidenceLine> {
  const problem = assertionProblem(assertion);
  if (problem !== null) return lineOf('assertion', assertion.namespace, 'could-not-verify', [expectedBy(assertion), problem]);
  const { held, found } =
    assertion.kind === 'count' ? await countHolds(client, assertion, bounds) : await resultHolds(client, assertion, bounds);
  return lineOf('assertion', assertion.namespace, held ? 'passed' : 'failed', [expectedBy(assertion), found]);
}

/** An assertion that could not be asked proves nothing of the data: its own filter or pipeline may be what the server refused. */
export function unheardLine(assertion: Assertion, error: unknown): EvidenceLine {
  if (!(error instanceof ReadError)) throw error;
  return lineOf('assertion', assertion.namespace, 'could-not-verify', [expectedBy(assertion), error.message]);
}

type Answer = { readonly held: boolean; readonly found: string };

async function countHolds(client: MongoClient, assertion: Extract<Assertion, { kind: 'count' }>, bounds: Bounds): Promise<Answer> {
  const { namespace, filter, min, max } = assertion;
  const count = await reading(`count for "${assertion.name}"`, bounds, (maxTimeMS) =>
    collectionOf(client, namespace).countDocuments(fromConfig(filter), { maxTimeMS }),
  );
  return { held: count >= (min ?? 0) && count <= (max ?? Number.POSITIVE_INFINITY), found: counted(count, 'document', 'documents') };
}

async function resultHolds(client: MongoClient, assertion: Extract<Assertion, { kind: 'aggregate' }>, bounds: Bounds): Promise<Answer> {
  const { namespace, pipeline, expect } = assertion;
  const rows = await reading(`aggregation for "${assertion.name}"`, bounds, (maxTimeMS) =>
    firstRows(
      client,
      namespace,
      pipeline.map((stage) => fromConfig(stage)),
      expect.length + 1,
      maxTimeMS,
    ),
  );
  const found = rows.length > expect.length ? `${ejsonText(rows.slice(0, -1))} and more` : ejsonText(rows);
  return { held: ejsonText(rows) === ejsonText(expect.map((row) => fromConfig(row))), found };
}

/** One more than is expected is enough to know that there are too many. */
async function firstRows(
  client: MongoClient,
  namespace: string,
  pipeline: Document[],
  most: number,
  maxTimeMS: number,
): Promise<readonly Document[]> {
  const rows: Document[] = [];
  for await (const row of collectionOf(client, namespace).aggregate<Document>(pipeline, { maxTimeMS })) {
    rows.push(row);
    if (rows.length === most) break;
  }
  return rows;
}

function expectedBy(assertion: Assertion): string {
  const { name } = assertion;
  if (assertion.kind === 'aggregate') return `"${name}": ${ejsonText(assertion.expect)}`;
  const { min, max } = assertion;
  const bounds = min === null ? `at most ${max ?? 0}` : max === null ? `at least ${min}` : `${min} to ${max}`;
  return `"${name}": ${bounds} documents`;
}
