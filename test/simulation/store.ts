import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import { MINUTE, SECOND, type Instant } from '../../lib/domain/time.ts';
import { keepsAway, type Lease, predecessor } from '../../lib/record/lease.ts';
import {
  DROPPED_TTL_SECONDS,
  type LeaseAnswer,
  ORPHAN_TTL_SECONDS,
  type Store,
  StoreError,
  type StoredHead,
  type SwapRequest,
} from '../../lib/record/store.ts';
import { storedCopy } from './copies.ts';
import { type Call, type Fault, travel, type Trip, type Wires } from './wire.ts';

export type StoreCondition = 'fine' | 'down' | 'hanging' | 'answersLost';

/** The state that outlives every machine, as the port promises it. */
export type SimulatedStorage = {
  condition: StoreCondition;
  readonly head: () => Head;
  readonly blob: (name: string) => string | null;
  readonly connect: (call: Call) => Store;
};

type Blob = { readonly text: string; expiresAt: Instant | null };
type Kept = {
  revision: number;
  writer: string;
  head: Head | null;
  /** Of every incident and delivery that was ever stored, and of every copy, the copy. */
  readonly copies: WeakMap<object, object>;
  lease: Lease | null;
  readonly blobs: Map<string, Blob>;
};

export type StorageEvents = {
  readonly swapped: (before: Head, after: Head) => void;
  /** A request took effect, but its caller receives no answer, and may have given up long ago. */
  readonly answerLost: () => void;
};

export function openStorage(wires: Wires, watching: StorageEvents): SimulatedStorage {
  const kept: Kept = { revision: 0, writer: '', head: null, copies: new WeakMap(), lease: null, blobs: new Map() };
  const now = wires.timeline.now;
  const storage: SimulatedStorage = {
    condition: 'fine',
    head: () => kept.head ?? emptyHead(now()),
    blob: (name) => readBlob(kept, name, now()),
    connect: (call) => {
      const ask = <T>(label: string, act: () => T): Promise<T> => {
        const befalls = (fault: Fault): Trip<T> => {
          const real = faultOf(storage.condition, fault);
          if (real !== 'none') Object.assign(call, { disturbed: true, storeDisturbed: true });
          call.storeFails = !ANSWERED.has(real);
          const unanswered = (): T => {
            watching.answerLost();
            return act();
          };
          return tripOf(label, ANSWERED.has(real) ? act : unanswered, real);
        };
        return travel(wires, call, label, befalls);
      };
      return {
        lease: (owner, ttl, at) => ask('lease', () => lease(kept, { owner, takenAt: at, until: at + ttl })),
        readHead: () => ask('read the head', () => stored(kept)),
        readBlobs: (names) => ask('read blobs', () => names.map((name) => readBlob(kept, name, now()))),
        writeBlobs: (blobs) => ask('write blobs', () => writeBlobs(kept, blobs, now())),
        swap: (request) => ask('swap', () => swap(kept, request, now(), watching)),
        pastIncidents: () => Promise.resolve([]),
        // No restore is simulated, so the log stays empty.
        records: () => Promise.resolve({ records: [], next: null }),
        listRecords: () => Promise.resolve({ records: [], next: null }),
        record: () => Promise.resolve(null),
        // What a swap brings for the audit trail is not kept: the contract of stores covers it.
        appendToTrail: () => Promise.resolve([]),
        trail: () => Promise.resolve([]),
        packTrail: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
    },
  };
  return storage;
}

/** After which of them does the caller have an answer? */
const ANSWERED: ReadonlySet<Fault> = new Set(['none', 'slow', 'failsOnce', 'answerLostOnce', 'arrivesTwice']);

function faultOf(weather: StoreCondition, fault: Fault): Fault {
  if (weather === 'fine' || fault === 'killedBefore' || fault === 'killedAfter') return fault;
  return weather === 'down' ? 'fails' : weather === 'hanging' ? 'timesOut' : 'answerLost';
}

/** A dropped connection is found out soon, a missing answer after ten seconds; either is tried once more (lib/record/kv/send-command.ts). */
const [SOON, TIMEOUT] = [150, 10 * SECOND];

function tripOf<T>(label: string, act: () => T, fault: Fault): Trip<T> {
  const first = (answers: readonly T[]): T => answered(label, answers.at(0));
  const last = (answers: readonly T[]): T => answered(label, answers.at(-1));
  const never = (): T => {
    throw new StoreError(`${label}: the simulated store does not answer`);
  };
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the other faults are not of this wire
  switch (fault) {
    case 'slow':
      return { acts: [4 * SECOND], act, answers: 8 * SECOND, answer: first };
    case 'failsOnce':
      return { acts: [SOON + 10], act, answers: SOON + 20, answer: first };
    case 'fails':
    case 'refused':
      return { acts: [], act, answers: 2 * SOON, answer: never };
    case 'timesOut':
    case 'stuck':
      return { acts: [], act, answers: 2 * TIMEOUT, answer: never };
    case 'answerLostOnce':
      return { acts: [10, TIMEOUT + 10], act, answers: TIMEOUT + 20, answer: last };
    case 'answerLost':
      return { acts: [10, TIMEOUT + 10], act, answers: 2 * TIMEOUT, answer: never };
    case 'arrivesLate':
      return { acts: [2 * TIMEOUT + MINUTE], act, answers: 2 * TIMEOUT, answer: never };
    case 'arrivesTwice':
      return { acts: [10, 20 * SECOND], act, answers: 20, answer: first };
    default:
      return { acts: [10], act, answers: 20, answer: first };
  }
}

function answered<T>(label: string, answer: T | undefined): T {
  if (answer instanceof StoreError) throw answer;
  if (answer === undefined && label !== 'write blobs') throw new StoreError(`${label}: no answer`);
  // Only `writeBlobs` answers nothing.
  return answer as T;
}

function stored(kept: Kept): StoredHead {
  return { revision: kept.revision, head: kept.head };
}

function lease(kept: Kept, wanted: Lease): LeaseAnswer {
  const before = kept.lease;
  const held = before === null || !keepsAway(before, wanted.owner, wanted.takenAt);
  const from = held ? predecessor(before, wanted.owner) : undefined;
  const tookOver = from === undefined ? {} : { tookOver: from };
  if (held) kept.lease = { ...wanted, ...tookOver };
  return { held, ...tookOver, ...stored(kept) };
}

function readBlob({ blobs }: Kept, name: string, now: Instant): string | null {
  const blob = blobs.get(name);
  return blob === undefined || (blob.expiresAt !== null && blob.expiresAt <= now) ? null : blob.text;
}

/** What is there stays: a repeated request changes nothing. */
function writeBlobs(kept: Kept, blobs: readonly { readonly name: string; readonly text: string }[], now: Instant): void {
  for (const { name, text } of blobs)
    if (readBlob(kept, name, now) === null) kept.blobs.set(name, { text, expiresAt: now + ORPHAN_TTL_SECONDS * SECOND });
}

type SwapAnswer = Awaited<ReturnType<Store['swap']>>;

/** As lib/record/sqlite/sqlite.ts does it. The answer of one that is refused is given, and thrown by whoever reads it. */
function swap(kept: Kept, request: SwapRequest, now: Instant, watching: StorageEvents): SwapAnswer {
  const revision = request.expected + 1;
  const again = kept.revision === revision && kept.writer === request.writer;
  if (again && JSON.stringify(kept.head) === JSON.stringify(request.head)) return { swapped: true, revision };
  if (kept.revision !== request.expected) return { swapped: false, ...stored(kept) };
  // Proof: `answered` throws it before anybody takes it for an answer.
  if (request.adopt.some((name) => readBlob(kept, name, now) === null))
    return new StoreError('swap: a blob is gone') as unknown as SwapAnswer;
  const before = kept.head ?? emptyHead(now);
  const head = storedCopy(kept.copies, request.head);
  Object.assign(kept, { revision, writer: request.writer, head });
  for (const name of request.adopt) settle(kept, name, null);
  for (const name of request.drop) settle(kept, name, now + DROPPED_TTL_SECONDS * SECOND);
  if (request.release !== null && kept.lease?.owner === request.release) kept.lease = null;
  for (const [name, blob] of kept.blobs) if (blob.expiresAt !== null && blob.expiresAt <= now) kept.blobs.delete(name);
  watching.swapped(before, head);
  return { swapped: true, revision };
}

function settle({ blobs }: Kept, name: string, expiresAt: Instant | null): void {
  const blob = blobs.get(name);
  if (blob) blob.expiresAt = expiresAt;
}
