import { setTimeout as wait } from 'node:timers/promises';
import { type Db, type Document, MongoClient } from 'mongodb';
import { type Duration, type Instant, SECOND } from '../../../domain/time.ts';
import { type Attempt, type FailoverMeasure, isOver, lostOf, spanOfLost, type Writer, writerMeasure } from '../failover-measure.ts';
import { type Place, prepareDatabase, withDrillDatabase } from './drill-database.ts';
import type { DrillSandbox } from '../drill-ports.ts';

/** A write without retries gives up soon, so that the end of the outage is seen soon. */
const SELECTION: Duration = SECOND;
const SOCKET: Duration = 5 * SECOND;
/** A write with retries gets the time that an application would give the driver. */
const PATIENT_SELECTION: Duration = 30 * SECOND;

type Options = Parameters<DrillSandbox['failover']>[1];
type Written = Document & { readonly _id: string };

/**
 * Two writers, one of them with retryable writes, write documents with majority write concern from before the act until all writes are accepted again; then
 * every acknowledged write is read back. Throws `ConnectError` or `DrillError` where the first writes fail: then the act was not done.
 */
export async function failover(place: Place, options: Options): Promise<FailoverMeasure> {
  const { drill } = options;
  // Waiting for a server goes by the machine's clock.
  const deadline = Date.now() + (options.deadline - options.now());
  await withDrillDatabase(place, { deadline, operation: 'prepare' }, prepareDatabase);
  const clients: Clients = { unretried: writerClient(place.uri, 'unretried'), retried: writerClient(place.uri, 'retried') };
  const databases = { unretried: clients.unretried.db(place.database), retried: clients.retried.db(place.database) };
  const attempts: Attempt[] = [];
  const clock = steadyClock(options.now());
  let measured: Awaited<ReturnType<typeof written>>;
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
    unretried: writerMeasure(of('unretried')),
    retried: writerMeasure(of('retried')),
    lost: lost?.length ?? null,
    lostSpan: lost === null ? 0 : spanOfLost(attempts, lost),
  };
}

type Clients = Readonly<Record<Writer, MongoClient>>;
type Databases = Readonly<Record<Writer, Db>>;

function writerClient(uri: string, writer: Writer): MongoClient {
  return new MongoClient(uri, {
    appName: 'restorewatch-drill',
    retryWrites: writer === 'retried',
    serverSelectionTimeoutMS: writer === 'unretried' ? SELECTION : PATIENT_SELECTION,
    connectTimeoutMS: 2 * SECOND,
    socketTimeoutMS: SOCKET,
    heartbeatFrequencyMS: SECOND,
    maxPoolSize: 2,
    minPoolSize: 0,
  });
}

/** Each writer writes once before the act, since a writer that cannot write measures nothing. */
async function firstWrites(databases: Databases, drill: string, place: Place, deadline: Instant): Promise<void> {
  await withDrillDatabase(place, { deadline, operation: 'write' }, async () => {
    for (const writer of ['unretried', 'retried'] as const) await insert(databases[writer], `${drill}/${writer}/first`);
  });
}

async function insert(db: Db, id: string): Promise<void> {
  const writes = db.collection<Written>('writes');
  await writes.insertOne({ _id: id, at: new Date() }, { writeConcern: { w: 'majority', wtimeoutMS: SOCKET } });
}

async function written(databases: Databases, attempts: Attempt[], options: Options, clock: () => Instant) {
  const { tempo, signal, deadline } = options;
  const until = deadline - tempo.readBack;
  let actedAt: Instant | null = null;
  let stopped = false;
  const goesOn = (): boolean => !stopped && signal?.aborted !== true && clock() < until && !isOver(attempts, actedAt, clock(), tempo);
  const underWay = new Map<Writer, { readonly id: string; readonly startedAt: Instant }>();
  const writers = (['unretried', 'retried'] as const).map(async (writer) => {
    for (let number = 0; goesOn(); number += 1) {
      const write = { writer, id: `${options.drill}/${writer}/${number}`, startedAt: clock() };
      underWay.set(writer, write);
      const accepted = await insert(databases[writer], write.id).then(
        () => true,
        () => false,
      );
      if (stopped) return;
      underWay.delete(writer);
      attempts.push({ ...write, endedAt: clock(), accepted });
      await wait(tempo.between);
    }
  });
  const ended = new AbortController();
  const stop = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
  try {
    await options.act();
    actedAt = clock();
    const timeIsUp = wait(Math.max(0, until - clock()), undefined, { signal: stop }).catch(() => undefined);
    await Promise.race([Promise.all(writers), timeIsUp]);
  } catch (cause) {
    // A write that is still under way would create the dropped database again, without its marker.
    stopped = true;
    await Promise.race([Promise.all(writers), wait(SOCKET, undefined, { ref: false })]);
    throw cause;
  } finally {
    stopped = true;
    ended.abort();
  }
  attempts.push(...unanswered(underWay, clock()));
  return { actedAt, interrupted: signal?.aborted === true };
}

/** When the time is up, a write that has waited longer than a second was not accepted; a newer one says nothing. */
function unanswered(underWay: ReadonlyMap<Writer, { readonly id: string; readonly startedAt: Instant }>, now: Instant): readonly Attempt[] {
  return [...underWay].flatMap(([writer, { id, startedAt }]) =>
    now - startedAt > SECOND ? [{ writer, id, startedAt, endedAt: now, accepted: false }] : [],
  );
}

/** The acknowledged writes that are not there. Throws where they cannot be read. */
async function readBack(place: Place, attempts: readonly Attempt[], deadline: Instant): Promise<readonly Attempt[]> {
  return withDrillDatabase(place, { deadline, operation: 'read back' }, async (db) => {
    const writes = db.collection<Written>('writes', { readConcern: { level: 'majority' } });
    // The database was emptied right before, so that these writes are all that is in it.
    const found = await Array.fromAsync(writes.find({}, { projection: { _id: 1 }, maxTimeMS: 20 * SECOND }), ({ _id }) => _id);
    return lostOf(attempts, new Set(found));
  });
}

/** Counts from the wall clock by the machine's monotonic clock, since a wall clock that is set meanwhile would falsify the measure. */
function steadyClock(start: Instant): () => Instant {
  const origin = performance.now();
  return () => start + (performance.now() - origin);
}
