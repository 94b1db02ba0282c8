import type { Sender } from '../../deliver/deliver.ts';
import type { EvidenceLine } from '../../domain/recovery/evidence.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import type { RestoreTest } from '../../domain/recovery/restore-test.ts';
import { type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Change, Ledger } from '../../record/ledger.ts';
import { changeWithIncidents } from '../findings/recovery-findings.ts';
import { type StepOutcome, troubled, troubleOf, waits } from '../state/step-outcome.ts';

export const NO_CREDENTIALS =
  'ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET are not set: restore tests use this second service account alone';

/** With less time than this left, no step is begun. */
const LEAST_TIME = 2 * SECOND;
/** A claim lasts this much longer than the step's deadline, so that the write that ends the claim still comes in time. */
const CLAIM_MARGIN = MINUTE;

export type Advancing = { readonly ports: Ports; readonly ledger: Ledger; readonly sender: Sender; readonly deadline: Instant };

type Claimed = Pick<RestoreTest, 'id' | 'troubles' | 'claim'> & { readonly phase: string };

/** What restore tests and drills do differently while a run advances them. */
export type Work<State extends Claimed> = {
  readonly name: 'restore test' | 'drill';
  readonly find: (head: Head, id: string) => State | undefined;
  readonly store: (head: Head, state: State) => Head;
  /** Takes one step. What it throws is trouble: it is counted, and the next run tries again until the phase's time is up. */
  readonly attempt: (state: State, owner: string) => Promise<StepOutcome<State>>;
  /** The change that a step makes which is not the last one; `store` alone where this is left out. */
  readonly progress?: (before: State, next: State, lines: readonly EvidenceLine[]) => Promise<Change>;
  readonly refuse: (state: State, why: string) => Ending;
  readonly end: (state: State) => Ending | Promise<Ending>;
};

/** What the end makes of the head, its record, and the blobs that nobody needs any more. */
export type Ending = { readonly apply: (head: Head) => Head; readonly record: LogRecord; readonly drop?: readonly string[] };

/**
 * Advances each of these, step by step, as far as it goes within the deadline. A run claims what it advances, so that two runs never take the same step.
 * Throws `StoreError` alone.
 */
export async function advance<State extends Claimed>(all: readonly State[], work: Work<State>, advancing: Advancing): Promise<void> {
  const free = all.filter((state) => isFree(state, advancing.ports.now()));
  await Promise.all(free.map(({ id }) => advanceOne(id, work, advancing)));
}

async function advanceOne<State extends Claimed>(id: string, work: Work<State>, advancing: Advancing): Promise<void> {
  const { ports, ledger, deadline } = advancing;
  const owner = ports.newId();
  const claim = { owner, until: deadline + CLAIM_MARGIN };
  await ledger.update({
    apply: (head) => {
      const state = work.find(head, id);
      return state && isFree(state, ports.now()) ? work.store(head, { ...state, claim }) : head;
    },
  });
  for (;;) {
    const state = work.find(ledger.head(), id);
    if (state?.claim?.owner !== owner) return;
    const isTimeLeft = ports.now() + LEAST_TIME < deadline;
    const outcome = isTimeLeft ? await attempted(state, owner, work, ports) : waits(state);
    const change = await changeOf(state, outcome, work, advancing);
    // A process that was suspended until its claim ran out changes nothing that another process has advanced since.
    const isOurs = (head: Head): boolean => work.find(head, id)?.claim?.owner === owner;
    await ledger.update({
      ...change,
      apply: (head, revision) => (isOurs(head) ? change.apply(head, revision) : head),
      records: (before, after) => (isOurs(before) ? (change.records?.(before, after) ?? []) : []),
      drop: (before, after) => (isOurs(before) ? (change.drop?.(before, after) ?? []) : []),
    });
    if (outcome.kind !== 'moved') return;
  }
}

async function attempted<State extends Claimed>(state: State, owner: string, work: Work<State>, ports: Ports): Promise<StepOutcome<State>> {
  try {
    return await work.attempt(state, owner);
  } catch (cause) {
    const why = troubleOf(cause);
    ports.log(`${work.name} ${state.id}, phase ${state.phase}: ${why}`, cause);
    return troubled(why);
  }
}

async function changeOf<State extends Claimed>(
  state: State,
  outcome: StepOutcome<State>,
  work: Work<State>,
  advancing: Advancing,
): Promise<Change> {
  switch (outcome.kind) {
    case 'moved':
    case 'waits': {
      const next = { ...outcome.next, claim: outcome.kind === 'moved' ? state.claim : null };
      return (await work.progress?.(state, next, outcome.lines)) ?? { apply: (head) => work.store(head, next) };
    }
    case 'troubled': {
      const troubles = { count: (state.troubles?.count ?? 0) + 1, last: outcome.why };
      return { apply: (head) => work.store(head, { ...state, troubles, claim: null }) };
    }
    case 'refused':
    case 'ended': {
      const { apply, record, drop = [] } = outcome.kind === 'refused' ? work.refuse(state, outcome.why) : await work.end(outcome.next);
      // The end, its record and what follows for the incident go in one swap.
      return changeWithIncidents({ apply, records: () => [record], drop: () => drop }, advancing);
    }
  }
}

function isFree({ claim }: Claimed, now: Instant): boolean {
  return claim === null || claim.until <= now;
}
