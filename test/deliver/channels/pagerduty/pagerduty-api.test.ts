import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openPagerDutyApi, type PagerDutyState } from '../../../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import { type Emulator, startServer } from '../../../emulators/server.ts';

const TOKEN = 'u+APITOKENofTheEmulator';
let server: Emulator;
/** Statuses that PagerDuty holds under each key. */
const held: Record<string, readonly string[]> = {};
/** Who changed the statuses last; absent: PagerDuty does not say. */
let changedBy: string | null = null;
/** Who acknowledged, each by its type; null: PagerDuty does not say. */
let acknowledgers: readonly (string | null)[] | null = null;
let answer: { readonly status: number; readonly body: unknown } | null = null;

beforeAll(async () => {
  server = await startServer({
    handle: ({ query }) =>
      answer ?? {
        status: 200,
        body: {
          incidents: (held[query.get('incident_key') ?? ''] ?? []).map((status, index) => ({
            id: `Q${index}`,
            incident_key: null,
            status,
            ...(changedBy !== null && { last_status_change_by: { id: 'P1', type: changedBy } }),
            ...(acknowledgers !== null && {
              acknowledgements: acknowledgers.map((type) => ({ at: '2026-11-22T12:00:00Z', acknowledger: type && { id: 'P2', type } })),
            }),
          })),
          more: false,
        },
      },
  });
});
afterEach(() => {
  server.heal();
  answer = null;
  changedBy = null;
  acknowledgers = null;
  for (const key of Object.keys(held)) delete held[key];
});
afterAll(() => server.close());

async function ask(keys: readonly string[], timeout = 1_500): Promise<ReadonlyMap<string, PagerDutyState | null>> {
  return openPagerDutyApi({ token: TOKEN, url: server.url, timeout })(keys, AbortSignal.timeout(3_000));
}

describe('what PagerDuty holds under a key', () => {
  test.for([
    [['triggered'], 'triggered'],
    [['acknowledged'], 'acknowledged'],
    [['resolved'], 'resolved'],
    [[], 'unknown'],
    [['resolved', 'acknowledged'], 'acknowledged'],
    [['resolved', 'acknowledged', 'triggered'], 'triggered'],
  ] as const)('%o is %s', async ([statuses, state]) => {
    held['backup-age-1'] = statuses;
    changedBy = 'user_reference';
    acknowledgers = ['user_reference'];
    expect(await ask(['backup-age-1'])).toEqual(new Map([['backup-age-1', state]]));
  });

  test.for(['service_reference', 'inbound_integration_reference', null] as const)(
    'that %s resolved was closed by no person',
    async (who) => {
      held['backup-age-1'] = ['resolved'];
      changedBy = who;
      expect(await ask(['backup-age-1'])).toEqual(new Map([['backup-age-1', 'closed']]));
    },
  );

  test.for<[string, readonly (string | null)[] | null, PagerDutyState]>([
    ['a person', ['user_reference'], 'acknowledged'],
    ['a machine, and later a person', ['service_reference', 'user_reference'], 'acknowledged'],
    ['a person, and later a machine', ['user_reference', 'service_reference'], 'acknowledged'],
    ['its service, as which our own comes back', ['service_reference'], 'triggered'],
    ['an integration', ['inbound_integration_reference'], 'triggered'],
    ['a kind that nobody has heard of', ['robot_reference'], 'triggered'],
    ['nobody who is named', [null], 'triggered'],
    ['nobody', [], 'triggered'],
    ['whom it does not say', null, 'triggered'],
  ])('that %s acknowledged is in that one’s hand only if a person', async ([, who, state]) => {
    held['backup-age-1'] = ['acknowledged'];
    acknowledgers = who;
    // PagerDuty names here the first that acknowledged, or the service: it is not asked.
    for (const first of ['user_reference', 'service_reference', null]) {
      changedBy = first;
      expect(await ask(['backup-age-1'])).toEqual(new Map([['backup-age-1', state]]));
    }
  });

  test('is asked for by key, with the token, the version, and over all time', async () => {
    await ask(['a b&c']);
    const asked = server.requests.at(-1);
    expect([asked?.method, asked?.path, asked?.query.get('incident_key'), asked?.query.get('date_range')]).toEqual([
      'GET',
      '/incidents',
      'a b&c',
      'all',
    ]);
    expect([asked?.headers['authorization'], asked?.headers['accept']]).toEqual([
      `Token token=${TOKEN}`,
      'application/vnd.pagerduty+json;version=2',
    ]);
  });

  test('of many keys is answered for each', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
    held['k7'] = ['triggered'];
    const states = await ask(keys);
    expect([states.size, states.get('k7'), states.get('k8')]).toEqual([40, 'triggered', 'unknown']);
  });
});

describe('the state of an incident is unknown to us after', () => {
  test.for([
    ['401', { status: 401, body: { error: { message: TOKEN } } }],
    ['429', { status: 429, body: {} }],
    ['500', { status: 500, body: {} }],
    ['a 200 without incidents', { status: 200, body: {} }],
    ['a state that it does not document', { status: 200, body: { incidents: [{ status: 'snoozed' }] } }],
    ['null', { status: 200, body: 'null' }],
  ] as const)('the answer %s', async ([, given]) => {
    answer = given;
    expect(await ask(['k'])).toEqual(new Map([['k', null]]));
  });

  test.for(['html', 'reset', 'lose', 'hang'] as const)('the fault "%s"', async (kind) => {
    server.fault(/./, { kind });
    expect(await ask(['k'], 250)).toEqual(new Map([['k', null]]));
  });

  test('a redirect, which could carry the token elsewhere', async () => {
    const before = server.requests.length;
    server.fault(/incident_key/, { kind: 'status', status: 302, headers: { Location: `${server.url}/elsewhere` } });
    expect(await ask(['k'])).toEqual(new Map([['k', null]]));
    expect(server.requests.length - before).toBe(1);
  });

  test('a failure of its own key, and of no other', async () => {
    held['good'] = ['acknowledged'];
    acknowledgers = ['user_reference'];
    server.fault(/incident_key=bad/, { kind: 'reset' });
    expect(await ask(['bad', 'good'])).toEqual(
      new Map([
        ['bad', null],
        ['good', 'acknowledged'],
      ]),
    );
  });

  test('a caller who has given up', async () => {
    server.fault(/./, { kind: 'hang' });
    const states = await openPagerDutyApi({ token: TOKEN, url: server.url, timeout: 10_000 })(['k'], AbortSignal.timeout(200));
    expect(states).toEqual(new Map([['k', null]]));
  });
});
