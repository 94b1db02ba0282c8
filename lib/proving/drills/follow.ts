import { setTimeout as pause } from 'node:timers/promises';
import type { Drill } from '../../domain/drill.ts';
import { type Duration, MINUTE, SECOND } from '../../domain/time.ts';
import { courierOf, type Parts } from '../../parts.ts';
import { sendAll } from '../../send.ts';
import { opened } from '../daily.ts';
import { advanceDrills, type DrillAdvancing } from './advance.ts';
import { drillIn } from '../../recovery/drills/state.ts';

/** One turn: long enough for a whole measure of a failover. */
const TURN: Duration = 10 * MINUTE;

export type Following = Pick<DrillAdvancing, 'sandbox' | 'tempo' | 'signal'> & {
  /** Told what is new in the timeline, and every trouble once. */
  readonly say: (line: string) => void;
  readonly between?: Duration;
};

/**
 * Moves one drill on by the same steps as the crons, until it has ended; `false` where it was stopped by hand and goes on without us, since Atlas was asked
 * for its restore already. Throws `StoreError`.
 */
export async function followDrill(parts: Parts, id: string, { say, between = 5 * SECOND, ...more }: Following): Promise<boolean> {
  const told = teller(say);
  for (;;) {
    const ledger = await opened(parts);
    const deadline = parts.now() + TURN;
    const courier = { ...courierOf(parts, parts.newId()), deadline };
    const before = drillIn(ledger.head(), id);
    if (before) await advanceDrills({ parts, ledger, courier, deadline, ...more });
    await sendAll(ledger, courier);
    const drill = drillIn(ledger.head(), id);
    if (!drill) return true;
    told(drill);
    if (more.signal?.aborted === true && drill.scenario !== 'region-outage' && drill.jobId !== null) return false;
    await pause(between, undefined, more.signal && !more.signal.aborted ? { signal: more.signal } : {}).catch(() => undefined);
  }
}

function teller(say: (line: string) => void): (drill: Drill) => void {
  let lines = 0;
  let trouble = '';
  return ({ timeline, troubles, phase }) => {
    for (const { at, what } of timeline.slice(lines)) say(`${new Date(at).toISOString().slice(11, 19)} ${what}`);
    lines = timeline.length;
    if (troubles !== null && troubles.last !== trouble) say(`phase ${phase}: ${troubles.last}; trying again`);
    trouble = troubles?.last ?? '';
  };
}
