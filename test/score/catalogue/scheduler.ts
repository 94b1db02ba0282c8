import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { check } from '../../../lib/run/check.ts';
import { isStale } from '../../../lib/render/status.ts';
import type { Chapter, Expected, Fault } from '../fault.ts';
import type { Operation, StoreFault } from '../store.ts';
import type { World } from '../world.ts';
import { NEXT_CHECK } from './acts.ts';
import { each, mendP0, oneAlert, texts, toldP0, troubleP0 } from './troubles.ts';

const DEAD_MONITOR: Expected = {
  check: 'monitor',
  severity: 'critical',
  about: 'the Atlas organisation',
  within: 3 * HOUR + 5 * MINUTE,
  by: 'pagerduty',
};

const nothing = (): Promise<void> => Promise.resolve();

/** Calls the check by these triggers, one after the other, as two schedulers of the same hour do. */
function calledBy({ cron, ports }: World, ...triggers: readonly string[]): void {
  cron.check = async () => {
    for (const trigger of triggers) await check(ports, trigger);
  };
}

const triggers: readonly Fault[] = [
  {
    id: 'trigger-stops',
    title: 'one of two triggers of the check stops after half a day; the other goes on',
    source: '[D] docs/facts/platform.md A1 (best effort); [S] 14 crons defined, about 5 firing',
    start: (world) => calledBy(world, 'vercel', 'github'),
    later: [[13 * HOUR, (world) => calledBy(world, 'vercel')]],
    expect: [{ check: 'monitor', severity: 'warning', about: 'the trigger github', within: 17 * HOUR + NEXT_CHECK }],
    lasts: 20 * HOUR,
    mend: (world) => calledBy(world, 'vercel', 'github'),
    endsWithin: HOUR,
  },
  {
    id: 'trigger-skips',
    title: 'one of two triggers of the check skips two hours, as GitHub’s do under load',
    source: '[D] docs/facts/platform.md A1 (missed runs)',
    start: (world) => calledBy(world, 'vercel', 'github'),
    later: [
      [13 * HOUR, (world) => calledBy(world, 'vercel')],
      [15 * HOUR, (world) => calledBy(world, 'vercel', 'github')],
    ],
    expect: [],
    lasts: 18 * HOUR,
  },
  {
    id: 'triggers-at-once',
    title: 'two triggers call in the same second, so that one of the two checks is always skipped',
    source: '[D] docs/facts/platform.md A1 (doubled runs)',
    start: (world) => void (world.cron.check = () => Promise.all([check(world.ports, 'vercel'), check(world.ports, 'github')])),
    expect: [],
    lasts: 18 * HOUR,
  },
];

const missed: readonly Fault[] = [
  {
    id: 'check-stops',
    title: 'the hourly cron stops without a log; the five-minute one goes on',
    source: '[D] docs/facts/platform.md A1 (best effort); [S] 14 crons defined, about 5 firing',
    start: ({ cron }) => void (cron.check = nothing),
    expect: [DEAD_MONITOR],
    lasts: 4 * HOUR,
    mend: restore,
    endsWithin: HOUR,
  },
  {
    id: 'dispatch-stops',
    title: 'the five-minute cron stops, and PagerDuty fails once: the next check delivers what is owed',
    source: '[D] docs/facts/platform.md A1',
    start: (world) => {
      world.cron.dispatch = nothing;
      troubleP0(world);
      world.pagerduty.fault(/./, { kind: 'status', status: 503 }, 1);
    },
    expect: [
      toldP0({ by: 'sms' }),
      toldP0({ by: 'pagerduty', within: HOUR + NEXT_CHECK }),
      { check: 'monitor', severity: 'warning', about: 'the dispatch', within: HOUR + NEXT_CHECK },
    ],
    lasts: 3 * HOUR,
    proof: oneAlert,
  },
  {
    id: 'one-missed',
    title: 'the check after the fault does not run',
    source: '[D] docs/facts/platform.md A1 (missed runs)',
    start: (world) => {
      troubleP0(world);
      world.cron.check = nothing;
    },
    later: [[HOUR, restore]],
    expect: [toldP0({ by: 'pagerduty', within: HOUR + NEXT_CHECK })],
    lasts: 2 * HOUR,
    proof: oneAlert,
  },
  {
    id: 'late',
    title: 'the check comes twenty minutes late',
    source: '[D] docs/facts/platform.md A1 (±59 min on Hobby)',
    start: (world) => {
      troubleP0(world);
      world.cron.check = nothing;
    },
    later: [[73 * MINUTE, async (world) => void (restore(world), await world.cron.check())]],
    expect: [toldP0({ by: 'pagerduty', within: NEXT_CHECK + 20 * MINUTE })],
    lasts: 2 * HOUR,
    proof: oneAlert,
  },
  {
    id: 'missed-for-two-days',
    title: 'no cron runs for two days, then all do',
    source: '[D] docs/facts/platform.md A1; [S] six silent hours',
    start: (world) => {
      troubleP0(world);
      Object.assign(world.cron, { check: nothing, dispatch: nothing });
    },
    later: [[2 * DAY, restore]],
    expect: [toldP0({ by: 'pagerduty', within: 2 * DAY + NEXT_CHECK })],
    besides: { monitor: 'critical' },
    lasts: 2 * DAY + 2 * HOUR,
    mend: mendP0,
    proof: oneAlert,
  },
  {
    id: 'all-stop',
    title: 'no cron runs any more: only those outside can tell, by the silent heartbeat, /api/health and the page’s banner',
    source: '[D] docs/facts/platform.md A1, E (dead man’s switch)',
    start: ({ cron, heartbeats }) => {
      Object.assign(cron, { check: nothing, dispatch: nothing });
      heartbeats.length = 0;
    },
    expect: [],
    lasts: 3 * HOUR,
    proof: async (world) =>
      isStale(await world.head(), world.time.now(), HOUR) && world.heartbeats.length === 0 ? null : 'it looks alive from outside',
  },
];

/** Both crons as they were. */
function restore(world: World): void {
  Object.assign(world.cron, world.usual);
}

const crowds: readonly Fault[] = [
  {
    id: 'doubled',
    title: 'every run is delivered twice',
    source: '[D] docs/facts/platform.md A1 (duplicate runs)',
    start: (world) => {
      troubleP0(world);
      const { check, dispatch } = world.usual;
      Object.assign(world.cron, { check: () => check().then(check), dispatch: () => dispatch().then(dispatch) });
    },
    expect: [toldP0({ by: 'pagerduty' }), toldP0({ by: 'sms' })],
    lasts: 3 * HOUR,
    mend: mendP0,
    proof: each(oneAlert, texts(1, 1)),
  },
  {
    id: 'overlapping',
    title: 'runs overlap: two checks and a dispatch at once, in one instance',
    source: '[D] docs/facts/platform.md A1 (overlap), A2 (several invocations in one instance) [R]',
    start: (world) => {
      troubleP0(world);
      const { check, dispatch } = world.usual;
      world.cron.check = () => Promise.all([check(), dispatch(), check()]);
    },
    expect: [toldP0({ by: 'pagerduty' }), toldP0({ by: 'sms' })],
    lasts: 3 * HOUR,
    mend: mendP0,
    proof: each(oneAlert, texts(1, 1)),
  },
  {
    id: 'clocks-differ',
    title: 'runs see clocks that differ by minutes, forwards and back',
    source: '[R] docs/facts/platform.md A5 (a non-monotonic clock); docs/contract.md, clause 6',
    start: (world) => {
      troubleP0(world);
      const { check, dispatch } = world.usual;
      const tilted = (act: () => Promise<unknown>) => () => {
        world.clock.skew = world.clock.skew > 0 ? -4 * MINUTE : 4 * MINUTE;
        return act();
      };
      Object.assign(world.cron, { check: tilted(check), dispatch: tilted(dispatch) });
    },
    expect: [toldP0({ by: 'pagerduty' }), toldP0({ by: 'sms', within: NEXT_CHECK })],
    lasts: 3 * HOUR,
    mend: mendP0,
    proof: each(oneAlert, texts(1, 1)),
  },
];

type Killed = Pick<Fault, 'id' | 'title' | 'source'> & {
  readonly at: readonly [operation: Operation, nth: number, fault: StoreFault];
  readonly within: number;
  readonly texts?: number;
};

/** The process of the next check dies at that operation, as at a timeout; nothing of it goes on. */
function killed({ at: [operation, nth, fault], within, texts: most = 2, ...said }: Killed): Fault {
  return {
    ...said,
    start: troubleP0,
    later: [[NEXT_CHECK - 8 * MINUTE, (world) => killNext(world, operation, nth, fault)]],
    expect: [toldP0({ by: 'pagerduty', within }), toldP0({ by: 'sms', within })],
    lasts: 3 * HOUR,
    mend: mendP0,
    proof: each(oneAlert, texts(1, most)),
  };
}

function killNext(world: World, operation: Operation, nth: number, fault: StoreFault): void {
  const death = Promise.withResolvers<void>();
  world.cron.check = () => {
    let count = 0;
    world.store.rule = (asked) => {
      if (asked !== operation || (count += 1) !== nth) return null;
      // A moment later, so that an operation that is to be applied first is.
      setImmediate(() => setImmediate(death.resolve));
      return fault;
    };
    return Promise.race([world.usual.check(), death.promise]).then(() => {
      world.store.rule = () => null;
      restore(world);
    });
  };
}

const DISPATCHED = NEXT_CHECK + 5 * MINUTE;

const deaths: readonly Fault[] = [
  killed({
    id: 'killed-before-write',
    title: 'the function is killed at its time limit before anything is stored',
    source: '[D] docs/facts/platform.md A2 (504)',
    at: ['writeBlobs', 1, 'dead before'],
    within: HOUR + NEXT_CHECK,
    texts: 1,
  }),
  killed({
    id: 'killed-before-swap',
    title: 'killed after the blobs, before the swap',
    source: '[D] docs/facts/platform.md A2',
    at: ['swap', 1, 'dead before'],
    within: HOUR + NEXT_CHECK,
    texts: 1,
  }),
  killed({
    id: 'killed-before-send',
    title: 'killed after the swap, before anything is sent; what runs after the answer is cancelled',
    source: '[D] docs/facts/platform.md A2 (`waitUntil` is cancelled), E',
    at: ['swap', 1, 'dead after'],
    within: DISPATCHED,
    texts: 1,
  }),
  killed({
    id: 'killed-before-record',
    title: 'killed after the messages are sent, before that is recorded',
    source: '[R] docs/facts/platform.md E (crash between send and record)',
    at: ['swap', 2, 'dead before'],
    within: DISPATCHED,
  }),
];

export const SCHEDULER: Chapter = {
  heading: 'The scheduler and the process (docs/facts/platform.md A1, A2)',
  faults: [...missed, ...triggers, ...crowds, ...deaths],
};
