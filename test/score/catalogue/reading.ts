import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { AtlasFault } from '../../emulators/atlas-http.ts';
import type { Chapter, Expected, Fault, Setup } from '../fault.ts';
import { AGE_LIMIT, edit, edits, NEXT_CHECK } from './acts.ts';

/** Unknown in two complete runs at least half an hour apart (docs/contract.md, clause 5): the second check. */
const blind = (about: string, severity: Expected['severity'] = 'warning', within = HOUR + NEXT_CHECK): Expected => ({
  check: 'visibility',
  severity,
  about,
  within,
});
const ORGANISATION = 'the Atlas organisation';

type Unreadable = Pick<Fault, 'id' | 'title' | 'source'> & {
  readonly fault: AtlasFault;
  readonly pattern?: RegExp;
  readonly about?: string;
  readonly setup?: Setup;
};

/** Atlas answers some requests with a fault until it is mended. */
function unreadable({ fault, pattern = /\/api\/atlas\//, about = ORGANISATION, ...texts }: Unreadable): Fault {
  return {
    ...texts,
    start: ({ atlas }) => atlas.fault(pattern, fault),
    expect: [blind(about)],
    lasts: 2 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  };
}

const LISTED_ADDRESS = {
  error: 403,
  errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  detail: 'IP address 203.0.113.9 is not allowed to access this resource.',
  parameters: ['203.0.113.9'],
};
const UNEXPECTED = { error: 500, errorCode: 'UNEXPECTED_ERROR', detail: 'Unexpected error.', parameters: [] };
const DRY = {
  error: 429,
  errorCode: 'RATE_LIMITED_TOKEN_BUCKET',
  detail: 'Rate limited.',
  parameters: ['/api/atlas/v2/groups', 30, 1200, 500, 60],
};
const FORBIDDEN = {
  error: 403,
  errorCode: 'USER_UNAUTHORIZED',
  detail: 'Current user is not authorized to perform this action.',
  parameters: [],
};

const refusals: readonly Fault[] = [
  unreadable({
    id: 'error-500',
    title: 'every request answers 500 with Atlas’s own error JSON',
    source: '[R] docs/facts/atlas.md §10 real 500s',
    fault: { kind: 'status', status: 500, body: UNEXPECTED },
  }),
  unreadable({
    id: 'error-html',
    title: 'something in between answers HTML with 502',
    source: '[R] docs/facts/atlas.md §10 (recorded 502s)',
    fault: { kind: 'html' },
  }),
  unreadable({
    id: 'html-200',
    title: 'something in between answers HTML with 200',
    source: '[I] docs/facts/atlas.md §10 (guard the JSON parse)',
    fault: { kind: 'html', status: 200 },
  }),
  unreadable({
    id: 'truncated',
    title: 'answers are cut off half-way',
    source: '[I] docs/facts/atlas.md §10 (guard the JSON parse)',
    fault: { kind: 'truncate' },
  }),
  unreadable({
    id: 'rate-limited',
    title: 'others use up the rate limit: 429, and no Retry-After',
    source: '[D] docs/facts/atlas.md §9; [R] §10 (Retry-After never recorded)',
    fault: { kind: 'status', status: 429, body: DRY },
  }),
  unreadable({
    id: 'hangs',
    title: 'requests are taken and never answered',
    source: '[I] docs/facts/atlas.md §9',
    fault: { kind: 'hang' },
    setup: { requestTimeoutMs: 1_000 },
  }),
  unreadable({ id: 'resets', title: 'connections are reset', source: '[I] docs/facts/atlas.md §9', fault: { kind: 'reset' } }),
  unreadable({
    id: 'access-list',
    title: 'the API access list does not have our address: 403',
    source: '[D] docs/facts/atlas.md §9 IP access list',
    fault: { kind: 'status', status: 403, body: LISTED_ADDRESS },
  }),
  unreadable({
    id: 'role-lost',
    title: 'the role in the project is taken away: 403 for all of it',
    source: '[S] docs/facts/atlas.md §9 minimal roles',
    fault: { kind: 'status', status: 403, body: FORBIDDEN },
    pattern: /\/groups\/[^/?]+\//,
    about: 'shop',
  }),
  unreadable({
    id: 'version-gone',
    title: 'the version of the snapshots’ listing is removed: 410',
    source: '[D] docs/facts/atlas.md §1 version',
    fault: { kind: 'status', status: 410, body: { error: 410, errorCode: 'VERSION_GONE', parameters: [] } },
    pattern: /orders\/backup\/snapshots/,
    about: 'orders',
  }),
  unreadable({
    id: 'one-cluster-500',
    title: 'one cluster’s snapshots cannot be read, everything else can',
    source: '[R] docs/facts/atlas.md §10 real 500s',
    fault: { kind: 'status', status: 500, body: UNEXPECTED },
    pattern: /orders\/backup\/snapshots/,
    about: 'orders',
  }),
  unreadable({
    id: 'events-500',
    title: 'the event feed cannot be read: a gap would go unseen',
    source: '[S] docs/facts/atlas.md §6, §8 row 2',
    fault: { kind: 'status', status: 500, body: UNEXPECTED },
    pattern: /\/events/,
    about: 'shop',
  }),
  {
    id: 'secret-expired',
    title: 'the service account’s secret expires: the token endpoint answers 401, issued tokens end',
    source: '[D] docs/facts/atlas.md §9 auth (`secretExpiresAfterHours`)',
    start: ({ atlas }) => {
      atlas.revoke();
      atlas.fault(/oauth\/token/, { kind: 'status', status: 401, body: { error: 'invalid_client' } });
    },
    expect: [blind(ORGANISATION)],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'token-revoked',
    title: 'the access token is revoked before its hour is over; a new one can be had',
    source: '[D] docs/facts/atlas.md §9 auth (revocable)',
    start: ({ atlas }) => atlas.revoke(),
    expect: [],
    lasts: 2 * HOUR,
  },
  {
    id: 'blind-for-a-day',
    title: 'Atlas cannot be read for more than a day: one incident that turns critical, and one end',
    source: '[R] docs/facts/atlas.md §10 real 500s',
    start: ({ atlas }) => atlas.fault(/\/api\/atlas\//, { kind: 'status', status: 500, body: UNEXPECTED }),
    expect: [blind(ORGANISATION), blind(ORGANISATION, 'critical', 26 * HOUR)],
    lasts: 27 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
    proof: ({ pagerduty }) => (pagerduty.alerts.length === 1 ? null : `${pagerduty.alerts.length} pages`),
  },
  {
    id: 'blind-over-an-incident',
    title: 'snapshots stop, and then cannot be read: the incident stays open',
    source: '[R] docs/facts/atlas.md §10; docs/contract.md, clause 5',
    start: ({ atlas, orders, time }) => {
      orders.sync(time.now());
      atlas.stopSnapshots(orders, 30 * HOUR);
    },
    later: [[HOUR, ({ atlas }) => atlas.fault(/\/api\/atlas\//, { kind: 'status', status: 500, body: UNEXPECTED })]],
    expect: [{ check: 'backup-age', severity: 'critical', about: 'orders', within: NEXT_CHECK }, blind(ORGANISATION, 'warning', 3 * HOUR)],
    besides: { disagreement: 'info' },
    lasts: 4 * HOUR,
    proof: async (world) =>
      (await world.head())?.incidents.some(({ check, state }) => check === 'backup-age' && state === 'open')
        ? null
        : 'the incident ended while nobody could see',
  },
];

const halves: readonly Fault[] = [
  {
    id: 'no-projects',
    title: 'the listing of projects is empty',
    source: '[S] docs/facts/atlas.md §2; docs/contract.md, clause 5',
    start: ({ atlas }) =>
      atlas.fault(
        /\/groups\?/,
        edit((body) => ({ ...body, results: [] })),
      ),
    expect: [blind(ORGANISATION, 'warning', NEXT_CHECK)],
    lasts: 2 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'no-clusters',
    title: 'no project has any cluster any more',
    source: '[S] docs/facts/atlas.md §2; docs/contract.md, clause 5',
    start: ({ atlas }) =>
      atlas.fault(
        /\/clusters\?/,
        edit((body) => ({ ...body, results: [] })),
      ),
    expect: [blind(ORGANISATION, 'warning', NEXT_CHECK)],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'project-vanished',
    title: 'the project is no longer listed, another one is',
    source: '[I] docs/facts/atlas.md §2',
    setup: { before: ({ atlas }) => void atlas.addProject('billing').addCluster('invoices', { every: DAY / 2 }) },
    start: ({ atlas, shop }) =>
      atlas.fault(
        /\/groups\?/,
        edits((one) => (one['id'] === shop.id ? null : one)),
      ),
    expect: [blind('shop')],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'field-missing',
    title: 'the cluster’s entry comes without `backupEnabled` and `pitEnabled`',
    source: '[S] docs/facts/atlas.md §2 (parse leniently)',
    start: ({ atlas }) =>
      atlas.fault(
        /\/clusters\?/,
        edits((one) => (one['name'] === 'orders' ? { ...one, backupEnabled: undefined, pitEnabled: null } : one)),
      ),
    expect: [blind('orders')],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'dates-missing',
    title: 'completed snapshots come without `createdAt`',
    source: '[R] docs/facts/atlas.md §3 (absent before completion)',
    start: ({ atlas }) =>
      atlas.fault(
        /orders\/backup\/snapshots/,
        edits((one) => ({ ...one, createdAt: undefined })),
      ),
    expect: [blind('orders')],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'dates-absurd',
    title: 'snapshots’ dates are of the year 2999: nothing of the kind has happened',
    source: '[I] docs/facts/atlas.md §3',
    start: ({ atlas }) =>
      atlas.fault(
        /orders\/backup\/snapshots/,
        edits((one) => ({ ...one, createdAt: '2999-01-01T00:00:00Z' })),
      ),
    expect: [blind('orders')],
    lasts: 3 * HOUR,
  },
  {
    id: 'entry-without-id',
    title: 'a cluster is listed without its id',
    source: '[S] docs/facts/atlas.md §2 (parse leniently)',
    start: ({ atlas }) =>
      atlas.fault(
        /\/clusters\?/,
        edits((one) => (one['name'] === 'orders' ? { ...one, id: undefined } : one)),
      ),
    expect: [blind('shop')],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'full-page-without-links',
    title: 'a full page of snapshots comes without links: what follows it is hidden',
    source: '[R] docs/facts/atlas.md §1 pagination',
    start: ({ atlas }) =>
      atlas.fault(
        /orders\/backup\/snapshots/,
        edit((body) => ({ ...body, links: undefined, results: repeated(body['results']) })),
      ),
    expect: [blind('orders')],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'page-names-itself',
    title: 'the link `next` leads to the same page for ever',
    source: '[R] docs/facts/atlas.md §1 pagination',
    start: ({ atlas }) =>
      atlas.fault(
        /orders\/backup\/snapshots/,
        edit((body) => ({ ...body, links: [{ rel: 'next', href: 'https://cloud.mongodb.com/x?pageNum=1' }] })),
      ),
    expect: [blind('orders')],
    lasts: 3 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'stale-pages',
    title: 'the listing of snapshots is served from an old copy: nothing new appears in it',
    source: '[I] docs/facts/atlas.md §1; events tell of snapshots that it lacks',
    start: ({ atlas, time }) => {
      const copied = time.now();
      atlas.fault(
        /orders\/backup\/snapshots/,
        edits((one) => (Date.parse(String(one['createdAt'])) > copied ? null : one)),
      );
    },
    expect: [
      { check: 'disagreement', severity: 'info', about: 'shop', within: 9 * HOUR },
      { check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT },
    ],
    lasts: 26 * HOUR,
  },
  {
    id: 'clock-far-ahead',
    title: 'a snapshot is dated twenty hours ahead of us',
    source: '[?] docs/facts/atlas.md §3; docs/contract.md, clause 16',
    start: ({ orders, time }) =>
      void orders.add(orders.snapshot(time.now() + 20 * HOUR, { requestedAt: time.now(), completedAt: time.now() })),
    expect: [{ check: 'monitor', severity: 'warning', about: 'the clocks', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
  },
  {
    id: 'clock-ahead',
    title: 'Atlas’s clock is five minutes ahead of ours: a snapshot is of the near future',
    source: '[I] docs/facts/atlas.md §3',
    start: ({ orders, time }) =>
      void orders.add(orders.snapshot(time.now() + 50 * MINUTE, { requestedAt: time.now(), completedAt: time.now() + 30 * MINUTE })),
    expect: [],
    lasts: 2 * HOUR,
  },
  {
    id: 'event-type-dropped',
    title: 'Atlas drops an event type from its list: a filter that names it is refused with 400, and the oplog falls behind',
    source: '[I] docs/facts/atlas.md §6 (`INVALID_ENUM_VALUE`)',
    start: ({ atlas, orders }) => {
      atlas.eventTypes.delete('SERVERLESS_INSTANCE_DELETED');
      atlas.oplogBehind(orders, 0);
    },
    expect: [{ check: 'pitr-gap', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: HOUR,
  },
  {
    id: 'slow-and-cut',
    title: 'Atlas takes so long for each answer that no check gets through within its budget',
    source: '[I] docs/facts/atlas.md §9; docs/contract.md, clauses 7 and 9',
    start: ({ atlas, time }) =>
      atlas.fault(/\/groups\/[^/?]+\//, {
        kind: 'edit',
        edit: (answer) => {
          time.moveTo(time.now() + 100_000);
          return answer;
        },
      }),
    expect: [{ check: 'monitor', severity: 'critical', about: ORGANISATION, within: 4 * HOUR }],
    besides: { visibility: 'warning' },
    lasts: 5 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
];

/** 500 entries, each with an id of its own. */
function repeated(results: unknown): readonly unknown[] {
  const [first] = Array.isArray(results) ? results : [];
  return Array.from({ length: 500 }, (_, index) => ({ ...first, id: `6900${index.toString(16).padStart(20, '0')}` }));
}

export const READING: Chapter = { heading: 'Reading Atlas (docs/facts/atlas.md §1–§3, §9, §10)', faults: [...refusals, ...halves] };
