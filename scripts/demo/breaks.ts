import { MINUTE } from '../../lib/domain/time.ts';
import { servicesOf } from './company.ts';
import type { Emulators } from './emulators.ts';

/** A fault that one button causes and another repairs. */
export type Break = {
  readonly id: string;
  readonly label: string;
  /** What a person should then see, and where. */
  readonly expect: string;
  readonly start: (emulators: Emulators) => void;
  readonly mend: (emulators: Emulators) => void;
};

/** The one that the six steps begin with. */
export const FIRST_BREAK = { id: 'pitr', cluster: 'orders', check: 'pitr-gap' } as const;

export const BREAKS: readonly Break[] = [
  ofCluster(FIRST_BREAK.cluster, {
    id: FIRST_BREAK.id,
    label: 'Somebody switches PITR of orders off',
    expect:
      'The phone rings at once. Look at what can still be restored, and at who did it. Mended, it leaves a break in the window: a P1.',
    start: ({ atlas }, cluster) => atlas.switchPitOff(cluster, 'lee@example.com'),
  }),
  {
    id: 'storm',
    label: 'A script switches PITR of twelve clusters off',
    expect:
      'PagerDuty gets a page for each; one text message counts them, and one card on the page lists them: look at how little is said.',
    start: ({ atlas }) => servicesOf(atlas).forEach((cluster) => atlas.switchPitOff(cluster, 'terraform@example.com')),
    mend: ({ atlas }) => servicesOf(atlas).forEach((cluster) => atlas.mend(cluster)),
  },
  ofCluster('payments', {
    id: 'cut',
    label: 'The schedule of payments is cut',
    expect: 'A P1 in Slack: what was kept before, what is kept now, and who did it. Look at the cluster’s page: schedule beside policy.',
    start: ({ atlas }, cluster) => atlas.cutSchedule(cluster, 'lee@example.com'),
  }),
  ofCluster('sessions', {
    id: 'delete',
    label: 'Dana deletes sessions',
    expect: 'A P1 that says who did it, from where, and which backups are left.',
    start: ({ atlas }, cluster) => atlas.remove(cluster, { byUser: 'dana@example.com', retainBackups: true }),
  }),
  ofCluster('catalogue', {
    id: 'behind',
    label: 'The oplog of catalogue falls behind',
    expect: 'A gap of 90 min in PITR: a P0. Look at the ribbon of its window, there and once mended.',
    start: ({ atlas }, cluster) => atlas.oplogBehind(cluster, 90 * MINUTE),
  }),
  ofCluster('events', {
    id: 'halve',
    label: 'The size of events halves',
    expect: 'The newest snapshot is 55 % smaller: a P1 in Slack and by email. Look at the size history of its page.',
    start: ({ atlas }, cluster) => atlas.resize(cluster, 0.45),
  }),
  ofCluster('invoices', {
    id: 'fail',
    label: 'A snapshot of invoices fails',
    expect: 'A P1; the older snapshots still count, and the page says so.',
    start: ({ atlas }, cluster) => atlas.failSnapshot(cluster),
  }),
  ofAtlas('403', 'Atlas refuses us (403)', { kind: 'status', status: 403, body: forbidden() }),
  ofAtlas('500', 'Atlas is down (500)', { kind: 'status', status: 500 }),
  ofAtlas('hang', 'Atlas hangs', { kind: 'hang' }),
  {
    id: 'pagerduty',
    label: 'PagerDuty is down',
    expect:
      'Then break something: SMS rings, what is owed shows on the page, and is tried again until it is taken. Look at the deliveries.',
    start: ({ pagerduty }) => pagerduty.fault(/./, { kind: 'status', status: 503 }),
    mend: ({ pagerduty }) => pagerduty.heal(),
  },
  {
    id: 'slack',
    label: 'Slack answers with a page of HTML',
    expect: 'A 200 of HTML is no acceptance. Break something of a P1: mail arrives, Slack is owed. Look at the deliveries.',
    start: ({ slack }) => slack.fault(/./, { kind: 'html', status: 200 }),
    mend: ({ slack }) => slack.heal(),
  },
  {
    id: 'damage',
    label: 'Restores lose every tenth document',
    expect: 'Then begin a restore test: it fails with the evidence, and the phone rings. Look at its record.',
    start: ({ atlas }) => atlas.recovery.faults.add('loses-every-tenth'),
    mend: ({ atlas }) => atlas.recovery.faults.clear(),
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
  const expect =
    'Everything turns unknown at once, and no incident ends. Look at what the page knew last. Three hours later, blindness is an incident of its own.';
  return { id, label, expect, start: ({ atlas }) => atlas.fault(/\/api\/atlas\//, fault), mend: ({ atlas }) => atlas.heal() };
}

function forbidden(): Readonly<Record<string, unknown>> {
  const detail = 'IP address 203.0.113.9 is not allowed to access this resource.';
  return { error: 403, errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', detail, reason: 'Forbidden', parameters: ['203.0.113.9'] };
}
