import { setTimeout as wait } from 'node:timers/promises';
import { type Db, type Document, MongoClient } from 'mongodb';
import { type Duration, type Instant, SECOND } from '../../domain/time.ts';
import { type Attempt, type FailoverMeasure, isOver, lostOf, spanOfLost, type Writer, writerMeasure } from './failover.ts';
import { type Place, type Placed, prepareDatabase, withDrillDatabase } from './sandbox-database.ts';
import type { DrillSandbox } from './world.ts';

/** A write without retries gives up soon, so that the first accepted one is seen soon after it could be. */
const SELECTION: Duration = SECOND;
const SOCKET: Duration = 5 * SECOND;
/** With retries the driver is given the time that an application would give it. */
const PATIENT_SELECTION: Duration = 30 * SECOND;
const IDS_PER_READ = 1_000;

type Options = Parameters<DrillSandbox['failover']>[1];
type Written = Document & { readonly _id: string };

/**
 * Two writers, one of them with retryable writes, write documents of their own under majority write concern from before the act until all is quiet again;
 * then every acknowledged write is read back. Throws `ConnectError` or `DrillError` where the first writes do not come through: then nothing was done.
 */
export const failover: Placed<'failover'> = async (place, options) => {
  const { drill } = options;
  // What waits for a server waits by the machine's clock.
  const deadline = Date.now() + (options.deadline - options.now());
  await withDrillDatabase(place, { deadline, operation: 'prepare' }, prepareDatabase);
  const clients: Clients = { plain: writerClient(place.uri, 'plain'), retried: writerClient(place.uri, 'retried') };
  const databases = { plain: clients.plain.db(place.database), retried: clients.retried.db(place.database) };
  const attempts: Attempt[] = [];
  const clock = steadyClock(options.now());
  let measured: { readonly actedAt: Instant; readonly interrupted: boolean };
  try {
    await firstWrites(databases, drill, place, deadline);
    measured = await written(databases, attempts, options, clock);
  } finally {
    // Not waited for: a close may wait for the very server that is away.
    for (const client of Object.values(clients)) client.close(true).catch(() => undefined);
  }
  const endedAt = clock();
  const lost = await readBack(place, attempts, deadline).catch(() => null);
  const of = (writer: Writer): readonly Attempt[] => attempts.filter((attempt) => attempt.writer === writer);
  return {
    ...measured,
    endedAt,
    plain: writerMeasure(of('plain')),
    retried: writerMeasure(of('retried')),
    lost: lost?.length ?? null,
    lostSpan: lost === null ? 0 : spanOfLost(attempts, lost),
  } satisfies FailoverMeasure;
};

type Clients = Readonly<Record<Writer, MongoClient>>;
type Databases = Readonly<Record<Writer, Db>>;

function writerClient(uri: string, writer: Writer): MongoClient {
  return new MongoClient(uri, {
    appName: 'restorable-drill',
    retryWrites: writer === 'retried',
    serverSelectionTimeoutMS: writer === 'plain' ? SELECTION : PATIENT_SELECTION,
    connectTimeoutMS: 2 * SECOND,
    socketTimeoutMS: SOCKET,
    heartbeatFrequencyMS: SECOND,
    maxPoolSize: 2,
    minPoolSize: 0,
  });
}

/** One write of each before anything is done: a writer that cannot write measures nothing. */
async function firstWrites(databases: Databases, drill: string, place: Place, deadline: Instant): Promise<void> {
  await withDrillDatabase(place, { deadline, operation: 'write' }, async () => {
    for (const writer of ['plain', 'retried'] as const) await insert(databases[writer], `${drill}/${writer}/first`);
  });
}

async function insert(db: Db, id: string): Promise<void> {
  const writes = db.collection<Written>('writes');
  await writes.insertOne({ _id: id, at: new Date() }, { writeConcern: { w: 'majority', wtimeoutMS: SOCKET } });
}

async function written(
  databases: Databases,
  attempts: Attempt[],
  options: Options,
  clock: () => Instant,
): Promise<{ readonly actedAt: Instant; readonly interrupted: boolean }> {
  const { tempo, signal, deadline } = options;
  const until = deadline - tempo.readBack;
  let actedAt: Instant | null = null;
  let stopped = false;
  const goesOn = (): boolean => !stopped && signal?.aborted !== true && clock() < until && !isOver(attempts, actedAt, clock(), tempo);
  const underWay = new Map<Writer, { readonly id: string; readonly startedAt: Instant }>();
  const writers = (['plain', 'retried'] as const).map(async (writer) => {
    for (let number = 0; goesOn(); number += 1) {
      const write = { writer, id: `${options.drill}/${writer}/${number}`, startedAt: clock() };
      underWay.set(writer, write);
      const accepted = await isAccepted(insert(databases[writer], write.id));
      if (stopped) return;
      underWay.delete(writer);
      attempts.push({ ...write, endedAt: clock(), accepted });
      await wait(tempo.between);
    }
  });
  const late = new AbortController();
  try {
    await options.act();
    actedAt = clock();
    const ends = [Promise.all(writers), aborted(signal), wait(Math.max(0, until - clock()), undefined, { signal: late.signal })];
    await Promise.race(ends.map((end) => end.catch(() => undefined)));
  } catch (cause) {
    // A write that is still under way would come after the database was dropped, and make it anew without its marker.
    stopped = true;
    await Promise.race([Promise.all(writers), wait(SOCKET, undefined, { ref: false })]);
    throw cause;
  } finally {
    stopped = true;
    late.abort();
  }
  attempts.push(...unanswered(underWay, clock()));
  return { actedAt, interrupted: signal?.aborted === true };
}

function isAccepted(write: Promise<void>): Promise<boolean> {
  return write.then(
    () => true,
    () => false,
  );
}

/** A write that has waited so long when the time is up was not accepted; one that has only just begun says nothing. */
function unanswered(underWay: ReadonlyMap<Writer, { readonly id: string; readonly startedAt: Instant }>, now: Instant): readonly Attempt[] {
  return [...underWay].flatMap(([writer, { id, startedAt }]) =>
    now - startedAt > SECOND ? [{ writer, id, startedAt, endedAt: now, accepted: false }] : [],
  );
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return new Promise(() => undefined);
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The acknowledged writes that are not there. Throws where they cannot be read. */
async function readBack(place: Place, attempts: readonly Attempt[], deadline: Instant): Promise<readonly Attempt[]> {
  const ids = attempts.flatMap(({ accepted, id }) => (accepted ? [id] : []));
  return withDrillDatabase(place, { deadline, operation: 'read back' }, async (db) => {
    const writes = db.collection<Written>('writes', { readConcern: { level: 'majority' } });
    const found = new Set<string>();
    for (let from = 0; from < ids.length; from += IDS_PER_READ) {
      const part = ids.slice(from, from + IDS_PER_READ);
      const cursor = writes.find({ _id: { $in: part } }, { projection: { _id: 1 }, maxTimeMS: 20 * SECOND });
      for await (const { _id } of cursor) found.add(_id);
    }
    return lostOf(attempts, found);
  });
}

/** The wall clock from here on by the machine's steady one: a clock that is set meanwhile would measure nonsense. */
function steadyClock(start: Instant): () => Instant {
  const origin = performance.now();
  return () => start + (performance.now() - origin);
}
