import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { takeAcknowledgement } from '../../../lib/people/take-acknowledgement.ts';
import { PERSON } from '../../emulators/pagerduty-agents.ts';
import type { Fault as ServerFault } from '../../emulators/server.ts';
import type { Chapter, Fault } from '../fault.ts';
import { NEXT_CHECK } from './acts.ts';
import { each, incidentOf, mendP0, oneAlert, overdue, texts, toldP0, troubleP0 } from './troubles.ts';

const NEXT_DISPATCH = NEXT_CHECK + 5 * MINUTE;
const SOON = NEXT_CHECK + 15 * MINUTE;

type Stumble = Pick<Fault, 'id' | 'title' | 'source'> & { readonly fault: ServerFault; readonly times?: number };

/** PagerDuty stumbles over the first requests; the page comes by the next dispatches, once, and the phone rings meanwhile. */
function stumble({ fault, times = 1, ...said }: Stumble): Fault {
  return {
    ...said,
    setup: fault.kind === 'hang' ? { requestTimeoutMs: 2_000 } : {},
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(/./, fault, times);
    },
    expect: [toldP0({ by: 'sms' }), toldP0({ by: 'pagerduty', within: SOON })],
    lasts: 2 * HOUR,
    mend: mendP0,
    endsWithin: 2 * HOUR,
    proof: each(oneAlert, texts(1, 1)),
  };
}

const stumbles: readonly Fault[] = [
  stumble({
    id: 'pagerduty-500',
    title: 'PagerDuty answers 500, which its SDK takes for success',
    source: '[X] docs/facts/platform.md B (5xx resolves)',
    fault: { kind: 'status', status: 500 },
    times: 2,
  }),
  stumble({
    id: 'pagerduty-429',
    title: 'PagerDuty answers 429 without Retry-After',
    source: '[R] docs/facts/platform.md B rate',
    fault: { kind: 'status', status: 429 },
  }),
  stumble({
    id: 'pagerduty-hang',
    title: 'PagerDuty takes the request and never answers; the SDK’s timeout is a no-op',
    source: '[X] docs/facts/platform.md B (requestTimeout)',
    fault: { kind: 'hang' },
  }),
  stumble({
    id: 'pagerduty-reset',
    title: 'the connection is reset before PagerDuty has the event',
    source: '[X] docs/facts/platform.md B (socket errors reject)',
    fault: { kind: 'reset' },
  }),
  stumble({
    id: 'pagerduty-lost-answer',
    title: 'PagerDuty takes the event, and its answer is lost',
    source: '[R] docs/facts/platform.md B dedup, E',
    fault: { kind: 'lose' },
  }),
  stumble({
    id: 'pagerduty-html-502',
    title: 'something in between answers HTML with 502',
    source: '[X] docs/facts/platform.md B (non-JSON 502)',
    fault: { kind: 'html' },
  }),
  stumble({
    id: 'pagerduty-html-202',
    title: 'something in between answers HTML with 202: no event was taken',
    source: '[R] docs/facts/platform.md B responses',
    fault: { kind: 'html', status: 202 },
  }),
  stumble({
    id: 'pagerduty-taken-then-502',
    title: 'PagerDuty takes the event, and something in between answers HTML with 502',
    source: '[X] docs/facts/platform.md B (non-JSON 502), [R] dedup',
    fault: { kind: 'handledThen', status: 502 },
  }),
];

const outages: readonly Fault[] = [
  {
    id: 'pagerduty-retry-after',
    title: 'PagerDuty answers 429 and asks for twenty minutes; the SDK ignores `Retry-After`',
    source: '[X] docs/facts/platform.md B (ignores Retry-After)',
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(/./, { kind: 'status', status: 429, headers: { 'Retry-After': '1200' } }, 1);
    },
    expect: [toldP0({ by: 'sms' }), toldP0({ by: 'pagerduty', within: NEXT_CHECK + 25 * MINUTE })],
    besides: { monitor: 'critical' },
    lasts: 2 * HOUR,
    proof: ({ pagerduty }) => ((pagerduty.alerts[0]?.openedAt ?? 0) % HOUR >= 20 * MINUTE ? null : 'it was asked again before its time'),
  },
  {
    id: 'pagerduty-outage',
    title: 'PagerDuty answers 503 for more than an hour',
    source: '[R] docs/facts/platform.md B responses',
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(/./, { kind: 'status', status: 503 });
    },
    later: [[75 * MINUTE, ({ pagerduty }) => pagerduty.heal()]],
    expect: [
      toldP0({ by: 'sms' }),
      { ...overdue('pagerduty', SOON, 'slack'), ends: true },
      toldP0({ by: 'pagerduty', within: 75 * MINUTE + HOUR + 5 * MINUTE }),
    ],
    lasts: 4 * HOUR,
    mend: mendP0,
    endsWithin: 2 * HOUR,
    proof: oneAlert,
  },
  {
    id: 'pagerduty-taken-never-said',
    title: 'PagerDuty takes every event behind a gateway that answers 502 until the fault is over: the page that nobody heard of is closed',
    source: '[X] docs/facts/platform.md B (non-JSON 502), E (a lost resolve is the commonest failure)',
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(/./, { kind: 'handledThen', status: 502 });
    },
    expect: [toldP0({ by: 'sms' })],
    besides: { monitor: 'critical' },
    lasts: 75 * MINUTE,
    mend: (world) => {
      mendP0(world);
      world.pagerduty.heal();
    },
    endsWithin: 2 * HOUR,
    proof: oneAlert,
  },
  {
    id: 'pagerduty-refuses',
    title: 'PagerDuty answers 400: the routing key is no longer known',
    source: '[R] docs/facts/platform.md B responses (400 do not retry)',
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(/./, {
        kind: 'status',
        status: 400,
        body: { status: 'invalid event', message: 'Event object is invalid', errors: ['Invalid routing key'] },
      });
    },
    expect: [toldP0({ by: 'sms' }), overdue('pagerduty', SOON, 'slack')],
    lasts: 2 * HOUR,
  },
  {
    id: 'pager-and-phone-refuse',
    title: 'PagerDuty and Twilio both refuse a P0',
    source: '[R] docs/facts/platform.md B, D; docs/contract.md, clause 6',
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(/./, { kind: 'status', status: 400 });
      world.twilio.fault(/./, { kind: 'status', status: 400, body: { code: 21_211, message: "Invalid 'To' Phone Number" } });
    },
    expect: [toldP0({ by: 'slack' }), toldP0({ by: 'email' })],
    besides: { monitor: 'critical' },
    lasts: 90 * MINUTE,
  },
  {
    id: 'pager-and-phone-down',
    title: 'PagerDuty and Twilio both answer 503 for hours: a P0 goes where something gets through',
    source: '[R] docs/facts/platform.md B, D; docs/contract.md, clause 1 (none of whose channels is working)',
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(/./, { kind: 'status', status: 503 });
      world.twilio.fault(/./, { kind: 'status', status: 503 });
    },
    expect: [toldP0({ by: 'slack', within: SOON }), toldP0({ by: 'email', within: SOON })],
    besides: { monitor: 'critical' },
    lasts: 3 * HOUR,
    mend: (world) => {
      mendP0(world);
      for (const provider of [world.pagerduty, world.twilio]) provider.heal();
    },
    endsWithin: 2 * HOUR,
  },
  {
    id: 'came-and-went',
    title: 'a P0 comes and goes while every provider is down: a stale trigger would page for nothing',
    source: '[R] docs/facts/platform.md B dedup (a trigger after its resolve opens a new alert)',
    start: (world) => {
      troubleP0(world);
      for (const provider of [world.pagerduty, world.twilio, world.slack]) provider.fault(/./, { kind: 'status', status: 503 });
      world.smtp.fault('MAIL', { kind: 'answer', code: 421 });
    },
    later: [
      [90 * MINUTE, mendP0],
      [3 * HOUR, (world) => [world.pagerduty, world.twilio, world.slack, world.smtp].forEach((provider) => provider.heal())],
    ],
    expect: [{ ...toldP0({ within: 5 * HOUR }), ends: true }],
    besides: { monitor: 'critical' },
    lasts: 6 * HOUR,
    proof: ({ pagerduty, twilio }) => {
      if (pagerduty.alerts.some(({ key }) => key.startsWith('backup-off'))) return 'paged for what was over';
      return twilio.messages.filter(({ body }) => body.includes('orders')).length === 1 ? null : 'not told once as past';
    },
  },
  {
    id: 'pagerduty-storm',
    title: 'twelve P0s at once, and PagerDuty limits the rate after the sixth',
    source: '[R] docs/facts/platform.md B rate (about 120 a minute)',
    setup: {
      clusters: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`store-${index}`, { every: 12 * HOUR, age: 3 * 24 * HOUR }])),
    },
    start: (world) => {
      for (let index = 0; index < 12; index += 1) world.cluster(`store-${index}`).backup = false;
      world.pagerduty.fault(/store-([6-9]|1\d)/, { kind: 'status', status: 429, headers: { 'Retry-After': '60' } }, 6);
    },
    expect: Array.from({ length: 12 }, (_, index) => ({
      check: 'backup-off',
      severity: 'critical',
      about: `store-${index}`,
      within: NEXT_DISPATCH + 5 * MINUTE,
      by: 'pagerduty',
    })),
    lasts: 2 * HOUR,
    proof: ({ twilio, pagerduty }) =>
      twilio.messages.length === 1 && pagerduty.alerts.length === 12
        ? null
        : `${twilio.messages.length} texts, ${pagerduty.alerts.length} pages`,
  },
];

const lies: readonly Fault[] = [
  {
    id: 'pagerduty-accepts-and-drops',
    title: 'PagerDuty answers 202, and no incident comes of it',
    source: '[R] docs/facts/platform.md B responses (202 is no proof), E (uptime-kuma#5322)',
    setup: { pagerdutyApi: true },
    start: (world) => {
      troubleP0(world);
      world.pagerduty.fault(
        /./,
        { kind: 'status', status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'lost' } },
        1,
      );
    },
    expect: [toldP0({ by: 'sms' })],
    lasts: NEXT_CHECK + 20 * MINUTE,
    mend: mendP0,
    proof: oneAlert,
  },
  {
    id: 'pagerduty-drops-resolve',
    title: 'PagerDuty answers 202 to the resolve, and the incident stays open',
    source: '[R] docs/facts/platform.md B dedup (dropped silently)',
    setup: { pagerdutyApi: true },
    start: troubleP0,
    expect: [toldP0({ by: 'pagerduty' })],
    lasts: 2 * HOUR,
    mend: (world) => {
      mendP0(world);
      world.pagerduty.fault(
        /"resolve"/,
        { kind: 'status', status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'lost' } },
        1,
      );
    },
    endsWithin: 2 * HOUR,
  },
  {
    id: 'pagerduty-resolve-fails',
    title: 'the resolve meets 500, a reset and an HTML page before it is taken',
    source: '[R] docs/facts/platform.md E (a lost resolve is the commonest failure)',
    start: troubleP0,
    expect: [toldP0({ by: 'pagerduty' })],
    lasts: 2 * HOUR,
    mend: (world) => {
      mendP0(world);
      for (const fault of [{ kind: 'status', status: 500 }, { kind: 'reset' }, { kind: 'html' }] as const)
        world.pagerduty.fault(/"resolve"/, fault, 1);
    },
    endsWithin: 2 * HOUR,
    besides: { monitor: 'critical' },
  },
  {
    id: 'webhook-twice',
    title: 'the webhook of an acknowledgement comes twice, and once more an hour later; it has no timestamp',
    source: '[R] docs/facts/platform.md B webhooks v3 (at least once)',
    start: troubleP0,
    later: [NEXT_DISPATCH, NEXT_DISPATCH + 1_000, 2 * HOUR].map((after) => [
      after,
      async (world) => {
        const incident = await incidentOf(world, 'backup-off');
        await takeAcknowledgement(world.ports, { incidentIds: [incident?.id ?? ''], by: 'Dana', via: 'pagerduty', eventId: 'event-1' });
      },
    ]),
    expect: [toldP0({ by: 'pagerduty' })],
    lasts: 2 * HOUR + 30 * MINUTE,
    proof: async (world) => {
      const incident = await incidentOf(world, 'backup-off');
      return incident?.state === 'acknowledged' && incident.acknowledgement?.by === 'Dana' && (incident.trail?.length ?? 1) === 1
        ? null
        : 'not acknowledged once';
    },
  },
  {
    id: 'webhook-never',
    title: 'somebody acknowledges at PagerDuty, and the webhook never comes: the subscription is disabled',
    source: '[R] docs/facts/platform.md B webhooks v3 (3 drops disable it for 24 h)',
    setup: { pagerdutyApi: true },
    start: troubleP0,
    later: [[NEXT_DISPATCH, ({ pagerduty }) => pagerduty.alerts.forEach(({ key }) => pagerduty.act('acknowledge', key, PERSON))]],
    expect: [toldP0({ by: 'pagerduty' })],
    lasts: NEXT_CHECK + 20 * MINUTE,
    proof: async (world) => ((await incidentOf(world, 'backup-off'))?.state === 'acknowledged' ? null : 'the acknowledgement was not seen'),
  },
  {
    id: 'long-names',
    title: 'a cluster’s name has two hundred characters: summaries have limits, 1,024 at PagerDuty, 160 in a text',
    source: '[R] docs/facts/platform.md B limits, D (segments)',
    setup: { clusters: { [`o${'rders'.repeat(39)}`]: {} } },
    start: (world) => void (world.cluster(`o${'rders'.repeat(39)}`).backup = false),
    expect: [
      { check: 'backup-off', severity: 'critical', about: `o${'rders'.repeat(39)}`, within: NEXT_CHECK, by: 'pagerduty' },
      { check: 'backup-off', severity: 'critical', about: `o${'rders'.repeat(39)}`, within: NEXT_CHECK, by: 'sms' },
    ],
    lasts: HOUR,
    proof: ({ twilio, pagerduty }) =>
      twilio.messages.every(({ body }) => body.length <= 160) && pagerduty.refused.length === 0 ? null : 'over a limit',
  },
];

export const PAGERDUTY: Chapter = { heading: 'PagerDuty (docs/facts/platform.md B)', faults: [...stumbles, ...outages, ...lies] };
