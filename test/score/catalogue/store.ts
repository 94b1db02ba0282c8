import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { openKvStore } from '../../../lib/record/kv/kv.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import type { Store } from '../../../lib/record/store.ts';
import { type Fault as ServerFault, startServer } from '../../emulators/server.ts';
import type { Chapter, Expected, Fault } from '../fault.ts';
import type { Operation, StoreFault } from '../store.ts';
import type { World } from '../world.ts';
import { NEXT_CHECK } from './acts.ts';
import { each, mendP0, oneAlert, texts, toldP0, troubleP0 } from './troubles.ts';

const ALARM: Expected = { check: 'monitor', severity: 'critical', about: 'the Atlas organisation', within: NEXT_CHECK, by: 'pagerduty' };
const HIDDEN = 'value-that-must-stay-inside';

type Broken = Pick<Fault, 'id' | 'title' | 'source'> & { readonly fault: ServerFault };

/** The real adapter in front of an Upstash that answers like this for an hour. The alarm needs no store; its end is told. */
function broken({ fault, ...said }: Broken): Fault {
  return {
    ...said,
    start: async (world) => {
      const server = await startServer({ handle: () => ({ status: 500, body: {} }) });
      world.afterwards.push(server.close);
      server.fault(/./, fault);
      world.store.instead = openKvStore({ url: server.url, token: 'token-of-the-emulator', timeoutMs: 100 });
    },
    expect: [ALARM],
    lasts: HOUR,
    mend: ({ store }) => void (store.instead = null),
    proof: ({ pagerduty }) => (JSON.stringify(pagerduty.alerts).includes(HIDDEN) ? 'the alarm shows what was stored' : null),
  };
}

const refused = (status: number, error: string): ServerFault => ({ kind: 'status', status, body: { error } });

const outages: readonly Fault[] = [
  broken({
    id: 'store-hangs',
    title: 'the store takes commands and never answers; the SDK has no timeout',
    source: '[X] docs/facts/platform.md A4 (no default timeout)',
    fault: { kind: 'hang' },
  }),
  broken({
    id: 'store-resets',
    title: 'the store’s connections are reset; the SDK would replay writes six times',
    source: '[X] docs/facts/platform.md A4 (network retries)',
    fault: { kind: 'reset' },
  }),
  broken({
    id: 'store-500',
    title: 'the store answers 500, and its error repeats the command with its values',
    source: '[X] docs/facts/platform.md A4 (errors embed values)',
    fault: refused(500, `ERR failed, command was: [["eval","${HIDDEN}"]]`),
  }),
  broken({
    id: 'store-html',
    title: 'something in between answers HTML with 200',
    source: '[X] docs/facts/platform.md A4',
    fault: { kind: 'html', status: 200 },
  }),
  broken({
    id: 'store-token',
    title: 'the store refuses the token',
    source: '[X] docs/facts/platform.md A4',
    fault: refused(401, 'WRONGPASS invalid or missing auth token'),
  }),
  broken({
    id: 'store-quota',
    title: 'the month’s commands are used up: the database is rate-limited',
    source: '[R] docs/facts/platform.md A4 service (500K a month)',
    fault: refused(400, 'ERR max requests limit exceeded. Limit: 500000'),
  }),
  broken({
    id: 'store-readonly',
    title: 'a replica takes no writes during failover',
    source: '[R] docs/facts/platform.md A5',
    fault: refused(400, "READONLY You can't write against a read only replica."),
  }),
];

/** Meets the next such operation once. */
function once(world: World, operation: Operation, fault: StoreFault): void {
  let left = 1;
  world.store.rule = (asked) => (asked === operation && left-- > 0 ? fault : null);
}

type Slip = Pick<Fault, 'id' | 'title' | 'source'> & {
  readonly operation: Operation;
  readonly fault: StoreFault;
  readonly within: number;
};

/** One operation of the check that opens a P0 goes wrong, beyond the adapter's own retries. */
function slip({ operation, fault, within, ...said }: Slip): Fault {
  return {
    ...said,
    start: troubleP0,
    later: [[NEXT_CHECK - 8 * MINUTE, (world) => once(world, operation, fault)]],
    expect: [toldP0({ by: 'pagerduty', within }), { ...ALARM, ends: true }],
    lasts: 3 * HOUR,
    mend: mendP0,
    proof: each(oneAlert, texts(1, 2)),
  };
}

const slips: readonly Fault[] = [
  slip({
    id: 'lease-answer-lost',
    title: 'the lease is taken and the answer lost: `SET NX` says null to its own winner',
    source: '[X] docs/facts/platform.md A4 (derived)',
    operation: 'lease',
    fault: 'lost',
    within: 2 * HOUR,
  }),
  slip({
    id: 'swap-answer-lost',
    title: 'the swap is applied and its answer lost',
    source: '[X] docs/facts/platform.md A4 (network retries)',
    operation: 'swap',
    fault: 'lost',
    within: NEXT_CHECK + 10 * MINUTE,
  }),
  slip({
    id: 'swap-fails',
    title: 'the swap is not applied',
    source: '[R] docs/facts/platform.md A5',
    operation: 'swap',
    fault: 'fail',
    within: 2 * HOUR,
  }),
  slip({
    id: 'blobs-fail',
    title: 'the blobs cannot be written',
    source: '[R] docs/facts/platform.md A4 (10 MB a request)',
    operation: 'writeBlobs',
    fault: 'fail',
    within: 2 * HOUR,
  }),
];

const staleness: readonly Fault[] = [
  {
    id: 'memory-evicted',
    title: 'the blobs with the memory of earlier runs are gone, while an incident is open',
    source: '[R] docs/facts/platform.md A5 (last writer wins)',
    start: troubleP0,
    later: [
      [90 * MINUTE, ({ store }) => void (store.instead = { ...store.real, readBlobs: (names) => Promise.resolve(names.map(() => null)) })],
    ],
    expect: [toldP0({ by: 'pagerduty' })],
    lasts: 4 * HOUR,
    mend: mendP0,
    proof: oneAlert,
  },
  {
    id: 'stale-replica',
    title: 'reads come from a replica that lags an hour behind; writes reach the leader',
    source: '[R] docs/facts/platform.md A5 (reads from any replica)',
    start: async (world) => {
      troubleP0(world);
      world.store.instead = await lagging(world.store.real);
    },
    expect: [toldP0({ by: 'pagerduty' }), toldP0({ by: 'sms' })],
    lasts: 3 * HOUR,
    mend: (world) => {
      world.store.instead = null;
      mendP0(world);
    },
    proof: each(oneAlert, texts(1, 1)),
  },
  {
    id: 'failover-loses-writes',
    title: 'after a failover the store is as it was an hour ago: the incident and its page are forgotten',
    source: '[R] docs/facts/platform.md A5 (asynchronous replication; a fence can regress)',
    start: troubleP0,
    later: [[NEXT_CHECK + 20 * MINUTE, async (world) => void (world.store.instead = await forgotten(world))]],
    expect: [toldP0({ by: 'pagerduty' })],
    lasts: 3 * HOUR,
    proof: ({ pagerduty }) =>
      pagerduty.alerts.some(({ key, state }) => key.startsWith('backup-off') && state === 'open') ? null : 'nobody is told any more',
  },
];

/** Lease and head are read as they were when this began. */
async function lagging(real: Store): Promise<Store> {
  const old = await real.readHead();
  return {
    ...real,
    readHead: () => Promise.resolve(old),
    lease: async (owner, ttl, now) => ({ ...old, held: (await real.lease(owner, ttl, now)).held }),
  };
}

/** A store that holds the head of before the incident. */
async function forgotten(world: World): Promise<Store> {
  const store = openSqliteStore(':memory:', world.time.now);
  const head = await world.head();
  if (head === null) return store;
  const before = { ...head, incidents: [], deliveries: [], memoryBlobs: [], viewBlobs: [] };
  await store.swap({
    expected: 0,
    writer: 'failover',
    head: before,
    adopt: [],
    drop: [],
    history: [],
    release: null,
    now: world.time.now(),
  });
  return store;
}

export const STORE: Chapter = { heading: 'The store (docs/facts/platform.md A4, A5)', faults: [...outages, ...slips, ...staleness] };
