import { prepared } from '../../alerts/deliver.ts';
import type { Drill } from '../../domain/drill.ts';
import type { Head } from '../../domain/head.ts';
import type { LogRecord } from '../../domain/record.ts';
import { type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import type { Advancing } from '../advance.ts';
import { withRecoveryIncidents } from '../findings.ts';
import { NO_CREDENTIALS } from '../surroundings.ts';
import { troubleOf } from '../../recovery/trouble.ts';
import { drillRecord, endedOf, refusedDrillRecord } from '../../recovery/drills/record.ts';
import { openDrillSandbox } from '../../recovery/drills/sandbox.ts';
import { activeDrills, changedDrill, drillIn, endedDrill, refusedDrill } from '../../recovery/drills/state.ts';
import { drillStep, overtaken } from '../../recovery/drills/step.ts';
import { type DrillSandbox, type DrillStep, type DrillTempo, USUAL_TEMPO } from '../../recovery/drills/world.ts';

/** Less time than this is not worth a step. */
const LEAST_TIME = 2 * SECOND;
/** A claim outlives the step's deadline by so much, for the write that ends it. */
const CLAIM_MARGIN = MINUTE;

export type DrillAdvancing = Advancing & {
  /** The sandbox's own database; the driver, unless a test watches it. */
  readonly sandbox?: DrillSandbox;
  readonly tempo?: DrillTempo;
  /** A person stops it: what is under way is undone, then the drill ends. */
  readonly signal?: AbortSignal;
};

/** Moves every drill under way on, as far as it goes within the deadline. Never throws but `StoreError`. */
export async function advanceDrills(advancing: DrillAdvancing): Promise<void> {
  const { parts, ledger } = advancing;
  const free = activeDrills(ledger.head()).filter((drill) => drill.scenario !== 'breach' && isFree(drill, parts.now()));
  await Promise.all(free.map(({ id }) => advanceDrill(id, advancing)));
}

async function advanceDrill(id: string, advancing: DrillAdvancing): Promise<void> {
  const { parts, ledger, deadline } = advancing;
  const owner = parts.newId();
  const claim = { owner, until: deadline + CLAIM_MARGIN };
  await ledger.update({ apply: (head) => changedDrill(head, id, (drill) => (isFree(drill, parts.now()) ? { ...drill, claim } : drill)) });
  for (;;) {
    const drill = drillIn(ledger.head(), id);
    if (drill?.claim?.owner !== owner) return;
    const due = parts.now() + LEAST_TIME < deadline;
    const outcome: DrillStep = due ? await attempted(stopped(drill, advancing), owner, advancing) : { kind: 'waits', drill };
    await keep(drill, outcome, owner, advancing);
    if (outcome.kind !== 'moved') return;
  }
}

function stopped(drill: Drill, { signal }: DrillAdvancing): Drill {
  return signal?.aborted === true ? { ...drill, interrupted: true } : drill;
}

/** A step that threw is trouble, counted, and tried again by the next run until its phase's time is up. */
async function attempted(drill: Drill, owner: string, { parts, ledger, deadline, ...more }: DrillAdvancing): Promise<DrillStep> {
  const before = overtaken(drill, parts.now());
  if (before !== null) return before;
  const { recovery } = parts;
  const atlas = recovery?.atlas;
  if (!recovery || !atlas)
    return drill.phase === 'prepare' ? { kind: 'refused', why: NO_CREDENTIALS } : { kind: 'troubled', why: NO_CREDENTIALS };
  const { sandbox = openDrillSandbox({ now: parts.now }), tempo = USUAL_TEMPO, signal } = more;
  const { general } = parts.policy;
  const head = ledger.head();
  const context = {
    world: { ...recovery, atlas },
    sandbox,
    general,
    head,
    tempo,
    owner,
    now: parts.now,
    deadline,
    ...(signal && { signal }),
  };
  try {
    return await drillStep(drill, context);
  } catch (cause) {
    const why = troubleOf(cause);
    parts.log(`drill ${drill.id}, phase ${drill.phase}: ${why}`);
    return { kind: 'troubled', why };
  }
}

async function keep(drill: Drill, outcome: DrillStep, owner: string, advancing: DrillAdvancing): Promise<void> {
  const { ledger, parts } = advancing;
  const now = parts.now();
  const targets = parts.policy.general.recovery;
  switch (outcome.kind) {
    case 'moved':
    case 'waits': {
      const claim = outcome.kind === 'moved' ? drill.claim : null;
      // A stop that a person stored meanwhile is not forgotten.
      const next = (known: Drill): Drill => ({ ...outcome.drill, claim, interrupted: known.interrupted || outcome.drill.interrupted });
      await ledger.update({
        apply: (head) => changedDrill(head, drill.id, (known) => (known.claim?.owner === owner ? next(known) : known)),
      });
      return;
    }
    case 'troubled': {
      const troubles = { count: (drill.troubles?.count ?? 0) + 1, last: outcome.why };
      const next = (known: Drill): Drill => ({
        ...drill,
        troubles,
        claim: null,
        interrupted: known.interrupted || stopped(drill, advancing).interrupted,
      });
      await ledger.update({
        apply: (head) => changedDrill(head, drill.id, (known) => (known.claim?.owner === owner ? next(known) : known)),
      });
      return;
    }
    case 'refused': {
      const { why } = outcome;
      return end(drill.id, (head) => refusedDrill(head, drill, why, now), refusedDrillRecord(drill, why, targets, now), advancing);
    }
    case 'ended': {
      const ended = outcome.drill;
      return end(drill.id, (head) => endedDrill(head, endedOf(ended, now)), drillRecord(ended, targets, now), advancing);
    }
  }
}

/** The end, its record and what follows for the incident go in one swap. */
async function end(
  id: string,
  apply: (head: Head) => Head,
  record: LogRecord,
  { parts, ledger, courier }: Pick<Advancing, 'parts' | 'ledger' | 'courier'>,
): Promise<void> {
  await ledger.update({
    apply: (head, revision) => (drillIn(head, id) ? prepared(withRecoveryIncidents(apply(head), parts, revision), courier) : head),
    records: (before) => (drillIn(before, id) ? [record] : []),
  });
}

function isFree({ claim }: Drill, now: Instant): boolean {
  return claim === null || claim.until <= now;
}
