import type { MongoClient } from 'mongodb';
import { type Duration, SECOND } from '../../../domain/time.ts';
import { wordsOf } from '../dump-error.ts';
import { originIn } from '../dump-manifest.ts';
import { identitiesOf } from '../interlock/created-collections.ts';
import { type Lease, LEASE, RENEW_EVERY, type User } from '../interlock/sandbox-lease.ts';
import { withSources } from '../interlock/source-proof.ts';
import type { Backup } from '../read/read-backup.ts';
import { databasesIn, databasesOf, localInterlock, type LocalVerdict } from './restore-target.ts';
import { restorable } from './restore-order.ts';
import { askTarget, type Asking, takeTarget, Refused } from './take-target.ts';

/** Who wants a target, for which backup, and what the interlock is asked with. */
export type TargetRequest = Asking & {
  readonly backup: Backup;
  /** What the restore touches beside the backup's own collections, as `replayedNamespaces` gives it. */
  readonly replayed: readonly string[];
  readonly user: Omit<User, 'namespaces'>;
  readonly say: (line: string) => void;
};

/** A target that a backup may be restored into, for as long as it is held. */
export type Held = Extract<LocalVerdict, { readonly allowed: true }> & {
  /** Aborted when somebody else may have the target. */
  readonly lost: AbortSignal;
  /** Is it ours still? Asked right before anything is dropped there. Throws the driver's errors. */
  readonly isOurs: () => Promise<boolean>;
  /** From now on notes what is created there, so that it is known again if we are killed. */
  readonly noting: () => Noting;
};

export type Noting = {
  /** Notes what was created until now, unless that was done a moment ago. Never throws. */
  readonly soon: () => Promise<void>;
  readonly stop: () => void;
};

/** Somebody else may have the target: nothing more was changed there. */
export class TargetLost extends Error {
  override readonly name = 'TargetLost';
  constructor() {
    super('the target could not be held: somebody else may be using it, so nothing more was changed there; see `restorewatch sandbox`');
  }
}

/**
 * Holds the interlock, takes the target for as long as `act` takes, and gives it back. Throws `Refused` before anything was changed, `TargetLost`, what
 * `act` throws, and the driver's errors.
 */
export async function withHeldTarget<T>(client: MongoClient, request: TargetRequest, act: (held: Held) => Promise<T>): Promise<T> {
  const { namespaces, verdict, lease } = await withSources(request.sources, request, async (sources) => {
    const { backup, replayed, user } = request;
    const databases = [...new Set([...databasesIn(backup), ...databasesOf(replayed)])];
    const wanted = { databases, backupHosts: originIn(backup.manifest) };
    const asked = await askTarget(client, wanted, { ...request, sources });
    const answer = localInterlock(asked.facts);
    if (!answer.allowed) throw new Refused(`refused: ${answer.why}`);
    const namespaces = [...new Set([...restorable(backup).map(({ namespace }) => namespace), ...replayed])];
    return { namespaces, verdict: answer, lease: await takeTarget(client, asked, { ...request, user: { ...user, namespaces }, sources }) };
  });
  const lost = new AbortController();
  const stop = keepRenewing(lease, () => lost.abort());
  const isOurs = async (): Promise<boolean> => {
    if (!lost.signal.aborted && !(await lease.renew())) lost.abort();
    return !lost.signal.aborted;
  };
  try {
    const result = await act({ ...verdict, lost: lost.signal, isOurs, noting: () => keepNoting(client, namespaces, lease) });
    // What was found meanwhile may be somebody else's data.
    if (!(await isOurs())) throw new TargetLost();
    return result;
  } catch (error) {
    throw lost.signal.aborted ? new TargetLost() : error;
  } finally {
    stop();
    await lease
      .release()
      .catch((error: unknown) => request.say(`the target was not given back (${wordsOf(error)}); it is free again in 5 min`));
  }
}

/** A clock that only goes forward, and what happens by it again and again. */
export type Ticks = { readonly now: () => number; readonly every: (span: Duration, act: () => void) => () => void };

const machineTicks: Ticks = {
  now: () => performance.now(),
  every(span, act) {
    const timer = setInterval(act, span).unref();
    return () => clearInterval(timer);
  },
};

/** Looks again after this long, and after ten times as long as it took. */
const NOTE_AFTER: Duration = SECOND / 2;

/** Notes the collections that are created in these namespaces, until it is stopped. What could not be noted is left alone by whoever cleans up. */
function keepNoting(client: MongoClient, namespaces: readonly string[], lease: Pick<Lease, 'note'>): Noting {
  const stopped = new AbortController();
  let noted = '';
  let next = 0;
  const note = async (): Promise<void> => {
    const begun = performance.now();
    next = Infinity;
    try {
      const created = [...(await identitiesOf(client, namespaces)).values()].toSorted();
      if (created.join() !== noted && !stopped.signal.aborted && (await lease.note(created))) noted = created.join();
    } catch {
      // The next try, or a person who looks at what was left.
    }
    next = performance.now() + NOTE_AFTER + 10 * (performance.now() - begun);
  };
  const soon = async (): Promise<void> => (performance.now() < next ? undefined : note());
  const timer = setInterval(() => void soon(), NOTE_AFTER).unref();
  return {
    soon,
    stop: () => {
      clearInterval(timer);
      stopped.abort();
    },
  };
}

/** Renews it every minute until it is stopped. `onLost` is called once somebody else has it, or could have it because no renewal came through in time. */
export function keepRenewing(lease: Pick<Lease, 'renew'>, onLost: () => void, { now, every }: Ticks = machineTicks): () => void {
  let until = now() + LEASE;
  return every(RENEW_EVERY, () => {
    const begun = now();
    lease.renew().then(
      (isOurs) => (isOurs ? void (until = begun + LEASE) : onLost()),
      () => (now() < until ? undefined : onLost()),
    );
  });
}
