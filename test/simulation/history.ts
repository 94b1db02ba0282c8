import fc from 'fast-check';
import { CHANNEL_IDS, type ChannelId } from '../support/channel-ids.ts';
import { type Duration, HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';
import type { ChannelCondition } from './channels.ts';
import type { StoreCondition } from './store.ts';
import { type Fault, FAULTS } from './wire.ts';
import { type Blackout, type ClusterFault, CLUSTER_FAULTS } from './cluster-faults.ts';

/** One thing that happens, `wait` after the one before it was begun or, where that was not left running, had ended. */
export type Action = { readonly wait: Duration } & (
  | { readonly does: 'check' | 'dispatch'; readonly machine: 0 | 1; readonly faults: readonly Fault[]; readonly leftRunning: boolean }
  | {
      readonly does: 'crowd';
      readonly calls: readonly { readonly what: 'check' | 'dispatch'; readonly machine: 0 | 1 }[];
      readonly apart: Duration;
    }
  | {
      readonly does: 'acknowledge';
      readonly which: number;
      readonly again: boolean;
      readonly machine: 0 | 1;
      readonly faults: readonly Fault[];
    }
  | {
      readonly does: 'silence';
      readonly cluster: number;
      readonly hours: number;
      readonly machine: 0 | 1;
      readonly faults: readonly Fault[];
    }
  | { readonly does: 'prove'; readonly machine: 0 | 1; readonly faults: readonly Fault[] }
  | { readonly does: 'at PagerDuty'; readonly which: number; readonly act: 'acknowledge' | 'resolve' | 'forget' }
  | { readonly does: 'cron'; readonly hours: number; readonly dropped: number }
  | { readonly does: 'break'; readonly cluster: number; readonly fault: ClusterFault }
  | { readonly does: 'break all'; readonly fault: ClusterFault }
  | { readonly does: 'mend'; readonly cluster: number }
  | { readonly does: 'mend all' }
  | { readonly does: 'black out'; readonly what: Blackout | null }
  | { readonly does: 'weather'; readonly channel: ChannelId; readonly weather: ChannelCondition }
  | { readonly does: 'store'; readonly weather: StoreCondition }
  | { readonly does: 'clock'; readonly minutes: number }
  | { readonly does: 'kill'; readonly machine: 0 | 1 }
);

const WAITS: readonly Duration[] = [
  0,
  7,
  35,
  400,
  2_050,
  2_400,
  3 * SECOND,
  20 * SECOND,
  MINUTE,
  5 * MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  HOUR,
  HOUR,
  3 * HOUR,
  26 * HOUR,
];
const SOON: readonly Duration[] = [0, 0, SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE];

const wait = fc.constantFrom(...WAITS);
const soon = fc.constantFrom(...SOON);
const machine = fc.constantFrom<0 | 1>(0, 0, 1);
const cluster = fc.nat(7);
/** Most exchanges go well: what is rare and far apart is what nobody thought of. */
const callFault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fault>('none') },
  { weight: 1, arbitrary: fc.constantFrom(...FAULTS) },
);
const faults = fc.oneof(
  { weight: 2, arbitrary: fc.constant<readonly Fault[]>([]) },
  { weight: 3, arbitrary: fc.array(callFault, { maxLength: 14 }) },
);
const fault = fc.constantFrom(...CLUSTER_FAULTS, 'stale', 'pitrOff', 'backupOff', 'shrunk', 'shrunk');

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ does: fc.constant('check' as const), wait, machine, faults, leftRunning: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('dispatch' as const), wait, machine, faults, leftRunning: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('cron' as const), wait, hours: fc.integer({ min: 1, max: 4 }), dropped: fc.nat(63) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('crowd' as const),
      wait,
      calls: fc.array(fc.record({ what: fc.constantFrom('check' as const, 'dispatch' as const, 'dispatch' as const), machine }), {
        minLength: 2,
        maxLength: 3,
      }),
      apart: fc.constantFrom(0, 5, 13, 21, 35, 320, 2_030, 2_100, 2_400),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('acknowledge' as const), wait: soon, which: fc.nat(5), again: fc.boolean(), machine, faults }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('silence' as const), wait: soon, cluster, hours: fc.constantFrom(1, 6, 30), machine, faults }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('prove' as const), wait: soon, machine, faults }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('at PagerDuty' as const),
      wait: soon,
      which: fc.nat(5),
      act: fc.constantFrom('acknowledge' as const, 'resolve' as const, 'forget' as const),
    }),
  },
  { weight: 9, arbitrary: fc.record({ does: fc.constant('break' as const), wait: soon, cluster, fault }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('break all' as const),
      wait: soon,
      fault: fc.constantFrom<ClusterFault>('stale', 'shrunk', 'pitrOff'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('mend' as const), wait: soon, cluster }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('mend all' as const), wait: soon }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('black out' as const),
      wait: soon,
      what: fc.constantFrom<Blackout | null>('p1', 'p2', 'all', null, null, null),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('weather' as const),
      wait: soon,
      channel: fc.constantFrom(...CHANNEL_IDS),
      weather: fc.constantFrom<ChannelCondition>('fine', 'fine', 'down', 'limited', 'refusing', 'hanging', 'lossy'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('store' as const),
      wait: soon,
      weather: fc.constantFrom<StoreCondition>('fine', 'fine', 'fine', 'down', 'hanging', 'answersLost'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('clock' as const), wait: soon, minutes: fc.integer({ min: -6, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('kill' as const), wait: soon, machine }) },
);

/** Histories of up to `most` actions. */
export function histories(most: number): fc.Arbitrary<readonly Action[]> {
  return fc.array(action, { minLength: 4, maxLength: most, size: 'max' });
}
