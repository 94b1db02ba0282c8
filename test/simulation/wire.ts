import type { Duration } from '../../lib/domain/time.ts';
import type { Timeline } from './timeline.ts';

/** What may befall one exchange with the outside. Each wire takes those that it knows; the others pass. */
export const FAULTS = [
  'slow',
  'failsOnce',
  'fails',
  'answerLostOnce',
  'answerLost',
  'arrivesLate',
  'arrivesTwice',
  'timesOut',
  'stuck',
  'limited',
  'refused',
  'throws',
  'partial',
  'killedBefore',
  'killedAfter',
] as const;
/** `gateway` comes by the weather alone. */
export type Fault = (typeof FAULTS)[number] | 'none' | 'gateway';

/** One process. A killed one never goes on: its answers come to nobody. */
export type Machine = { readonly name: string; alive: boolean };

/** One check, dispatch or acknowledgement, with what befalls its exchanges in the order in which it asks. */
export type Call = {
  readonly name: string;
  readonly machine: Machine;
  readonly faults: readonly Fault[];
  asked: number;
  /** Did anything befall it that a perfect world would not do? */
  disturbed: boolean;
  /** Did the store, or the machine itself? */
  storeDisturbed: boolean;
  /** Did its last exchange with the store come to nothing, as far as it knows? */
  storeFails: boolean;
  /** How often it sent each delivery. */
  readonly sent: Map<string, number>;
};

export type Trip<T> = {
  /** When the other side acts, counted from now; more than once where the request arrives again, never where it is lost. */
  readonly acts: readonly Duration[];
  readonly act: () => T;
  /** When the answer is back; null: never. */
  readonly answers: Duration | null;
  /** The answer; it may throw. */
  readonly answer: (acts: readonly T[]) => T;
};

export type Wires = { readonly timeline: Timeline; readonly note: (line: string) => void; readonly killed: () => void };

/** One exchange. What was sent arrives even when the sender dies meanwhile; the answer then does not. */
export function travel<T>({ timeline, note, killed }: Wires, call: Call, label: string, tripFor: (fault: Fault) => Trip<T>): Promise<T> {
  const fault = call.faults[call.asked] ?? 'none';
  call.asked += 1;
  if (fault !== 'none') {
    call.disturbed = true;
    note(`${call.name}: ${label}: ${fault}`);
  }
  const { machine } = call;
  const kill = (): void => {
    machine.alive = false;
    killed();
  };
  if (fault === 'killedBefore') kill();
  if (!machine.alive) return new Promise<T>(() => {});
  const { acts, act, answers, answer } = tripFor(fault);
  const done: T[] = [];
  for (const wait of acts) timeline.after(wait, () => void done.push(act()));
  if (fault === 'killedAfter') timeline.after(acts[0] ?? 0, kill);
  return new Promise((resolve, reject) => {
    if (answers === null) return;
    timeline.after(answers, () => {
      if (!machine.alive) return;
      try {
        resolve(answer(done));
      } catch (cause) {
        reject(cause);
      }
    });
  });
}

/** The machine's own clock, as the code under test sees it: a dead machine's alarms never ring. */
export function timerOf(timeline: Timeline, machine: Machine): Timeline['after'] {
  return (wait, act) => timeline.after(wait, () => void (machine.alive && act()));
}
