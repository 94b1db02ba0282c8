import { setTimeout as pause } from 'node:timers/promises';
import type { Drill } from '../../../domain/recovery/drill.ts';
import { type Duration, MINUTE, SECOND } from '../../../domain/time.ts';
import { openSession } from '../../../ports/change-head.ts';
import type { Ports } from '../../../ports/ports.ts';
import { advance, type Advancing, NO_CREDENTIALS } from '../../runner/advance.ts';
import { activeDrills, changeDrill, drillIn, endDrill, refuseDrill } from '../../state/drills-in-head.ts';
import { refused, type StepOutcome, troubled } from '../../state/step-outcome.ts';
import { type DrillSandbox, type DrillTempo, USUAL_TEMPO } from '../drill-ports.ts';
import { drillRecord, endedOf, refusedDrillRecord } from '../drill-report.ts';
import { drillStep, overtaken } from '../drill-step.ts';

export type DrillAdvancing = Advancing & {
  /** The sandbox's own database; the driver opens it where a test does not bring one. */
  readonly sandbox?: DrillSandbox;
  readonly tempo?: DrillTempo;
  /** A person stops the drill: what is under way is undone, then the drill ends. */
  readonly signal?: AbortSignal;
};

/** Advances every drill under way, as far as it goes within the deadline. Throws `StoreError` alone. */
export async function advanceDrills(advancing: DrillAdvancing): Promise<void> {
  const { ports, ledger, signal } = advancing;
  const targets = ports.policy.general.recovery;
  await advance(
    activeDrills(ledger.head()).filter(({ scenario }) => scenario !== 'breach'),
    {
      name: 'drill',
      find: drillIn,
      // A stop that a person stored meanwhile is kept.
      store: (head, drill) => {
        const next = stopped(drill, signal);
        return changeDrill(head, next.id, (known) => ({ ...next, interrupted: known.interrupted || next.interrupted }));
      },
      attempt: (drill, owner) => attempted(stopped(drill, signal), owner, advancing),
      refuse: (drill, why) => ({
        apply: (head) => refuseDrill(head, drill, why, ports.now()),
        record: refusedDrillRecord(drill, why, targets, ports.now()),
      }),
      end: (drill) => ({
        apply: (head) => endDrill(head, endedOf(drill, ports.now())),
        record: drillRecord(drill, targets, ports.now()),
      }),
    },
    advancing,
  );
}

function stopped(drill: Drill, signal: AbortSignal | undefined): Drill {
  return signal?.aborted === true ? { ...drill, interrupted: true } : drill;
}

async function attempted(
  drill: Drill,
  owner: string,
  { ports, ledger, deadline, sandbox, tempo = USUAL_TEMPO, signal }: DrillAdvancing,
): Promise<StepOutcome<Drill>> {
  const before = overtaken(drill, ports.now());
  if (before !== null) return before;
  const { recovery } = ports;
  const atlas = recovery?.atlas;
  if (!recovery || !atlas) return drill.phase === 'prepare' ? refused(NO_CREDENTIALS) : troubled(NO_CREDENTIALS);
  return drillStep(drill, {
    recovery: { ...recovery, atlas },
    // The driver is loaded when first needed.
    sandbox: sandbox ?? (await import('../sandbox/drill-sandbox.ts')).openDrillSandbox({ now: ports.now }),
    general: ports.policy.general,
    head: ledger.head(),
    tempo,
    owner,
    now: ports.now,
    deadline,
    ...(signal && { signal }),
  });
}

/** One round of advancing: long enough for a whole measure of a failover. */
const TURN: Duration = 10 * MINUTE;

export type Following = Pick<DrillAdvancing, 'sandbox' | 'tempo' | 'signal'> & {
  /** Receives what is new in the timeline, and every trouble once. */
  readonly say: (line: string) => void;
  readonly between?: Duration;
};

/**
 * Advances one drill by the same steps as the crons until it has ended. False where it was stopped by hand but goes on without us, because Atlas was asked
 * for its restore already. Throws `StoreError`.
 */
export async function followDrill(ports: Ports, id: string, { say, between = 5 * SECOND, ...more }: Following): Promise<boolean> {
  const report = reporter(say);
  for (;;) {
    const deadline = ports.now() + TURN;
    const { ledger, sender, send } = await openSession(ports, deadline);
    const before = drillIn(ledger.head(), id);
    if (before) await advanceDrills({ ports, ledger, sender, deadline, ...more });
    await send();
    const drill = drillIn(ledger.head(), id);
    if (!drill) return true;
    report(drill);
    if (more.signal?.aborted === true && drill.scenario !== 'region-outage' && drill.jobId !== null) return false;
    await pause(between, undefined, more.signal && !more.signal.aborted ? { signal: more.signal } : {}).catch(() => undefined);
  }
}

function reporter(say: (line: string) => void): (drill: Drill) => void {
  let lines = 0;
  let trouble = '';
  return ({ timeline, troubles, phase }) => {
    for (const { at, what } of timeline.slice(lines)) say(`${new Date(at).toISOString().slice(11, 19)} ${what}`);
    lines = timeline.length;
    if (troubles !== null && troubles.last !== trouble) say(`phase ${phase}: ${troubles.last}; trying again`);
    trouble = troubles?.last ?? '';
  };
}
