import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { Emulators } from './emulators.ts';

/** A fault that one button causes and another repairs. */
export type Break = {
  readonly id: string;
  readonly label: string;
  /** What a person should then see. */
  readonly expect: string;
  readonly start: (emulators: Emulators) => void;
  readonly mend: (emulators: Emulators) => void;
};

export const BREAKS: readonly Break[] = [
  ofCluster('orders', {
    id: 'stop',
    label: 'Snapshots of orders stop',
    expect: 'The newest is 30 h old: a P0 on the phone.',
    start: ({ atlas }, cluster) => atlas.stopSnapshots(cluster, 30 * HOUR),
  }),
  ofCluster('catalogue', {
    id: 'behind',
    label: "Catalogue's oplog falls behind",
    expect: 'A gap of 90 min in PITR: a P0. Mended, it leaves a break in the window: a P1.',
    start: ({ atlas }, cluster) => atlas.oplogBehind(cluster, 90 * MINUTE),
  }),
  ofCluster('events', {
    id: 'halve',
    label: 'Size of events halves',
    expect: 'The newest snapshot is 55 % smaller: a P1 in Slack and by email.',
    start: ({ atlas }, cluster) => atlas.resize(cluster, 0.45),
  }),
  ofCluster('ledger', {
    id: 'explode',
    label: 'Size of ledger explodes',
    expect: 'The newest snapshot is four times as large: a P1.',
    start: ({ atlas }, cluster) => atlas.resize(cluster, 4),
  }),
  ofCluster('invoices', {
    id: 'fail',
    label: 'A snapshot of invoices fails',
    expect: 'A P1; the older snapshots still count.',
    start: ({ atlas }, cluster) => atlas.failSnapshot(cluster),
  }),
  ofCluster('sessions', {
    id: 'delete',
    label: 'Sessions is deleted',
    expect: 'A P1 that says who did it, and which backups are left.',
    start: ({ atlas }, cluster) => atlas.remove(cluster, { byUser: 'dana@example.com', retainBackups: true }),
  }),
  ofAtlas('403', 'Atlas answers 403', { kind: 'status', status: 403, body: forbidden() }),
  ofAtlas('429', 'Atlas answers 429', { kind: 'status', status: 429, headers: { 'Retry-After': '30' } }),
  ofAtlas('500', 'Atlas answers 500', { kind: 'status', status: 500 }),
  ofAtlas('hang', 'Atlas hangs', { kind: 'hang' }),
  {
    id: 'damage',
    label: 'Restores lose every tenth document',
    expect: 'Then begin a restore test: it ends as failed, with the evidence, and the phone rings.',
    start: ({ atlas }) => atlas.recovery.faults.add('loses-every-tenth'),
    mend: ({ atlas }) => atlas.recovery.faults.clear(),
  },
  {
    id: 'pagerduty',
    label: 'PagerDuty is down',
    expect:
      'Then break something: SMS rings, what is owed shows on the page, and is tried again at the next dispatch, then after 5 min, 10 min …',
    start: ({ pagerduty }) => pagerduty.fault(/./, { kind: 'status', status: 503 }),
    mend: ({ pagerduty }) => pagerduty.heal(),
  },
];

type Texts = Pick<Break, 'id' | 'label' | 'expect'>;
type Cluster = ReturnType<Emulators['cluster']>;
type AtlasFault = Parameters<Emulators['atlas']['fault']>[1];

function ofCluster(name: string, { start, ...texts }: Texts & { readonly start: (emulators: Emulators, cluster: Cluster) => void }): Break {
  return {
    ...texts,
    start: (emulators) => start(emulators, emulators.cluster(name)),
    mend: (emulators) => emulators.atlas.mend(emulators.cluster(name)),
  };
}

function ofAtlas(id: string, label: string, fault: AtlasFault): Break {
  const expect = 'Every cluster turns unknown at once, and no incident resolves. Blind for two hours, it is an incident of its own.';
  return { id, label, expect, start: ({ atlas }) => atlas.fault(/\/api\/atlas\//, fault), mend: ({ atlas }) => atlas.heal() };
}

function forbidden(): Readonly<Record<string, unknown>> {
  const detail = 'IP address 203.0.113.9 is not allowed to access this resource.';
  return { error: 403, errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', detail, reason: 'Forbidden', parameters: ['203.0.113.9'] };
}
