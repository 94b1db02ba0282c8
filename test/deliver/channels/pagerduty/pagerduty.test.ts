import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import tls from 'node:tls';
import { describe, expect, test } from 'vitest';
import { pagerdutyEvent } from '../../../../lib/deliver/channels/pagerduty/pagerduty-message.ts';
import { startPagerDuty, type PagerDutyEmulator } from '../../../emulators/pagerduty.ts';
import { hostileIncident, incidentOf, notificationOf, resolvedIncident, stormOf } from '../../notifications.ts';
import { channelContract, gatewayContract, openOne, send, type HttpRig } from '../contract.ts';

type PagerDutyRig = HttpRig & { readonly provider: PagerDutyEmulator };

async function start(): Promise<PagerDutyRig> {
  const provider = await startPagerDuty();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), provider.ca]);
  return {
    provider,
    settings: { pagerduty: { routingKey: provider.routingKey, host: provider.host } },
    secrets: [provider.routingKey],
    asked: () => provider.requests.length,
    received: () => provider.alerts.length,
    refused: () => provider.refused,
    hang: () => provider.fault(/./, { kind: 'hang' }),
    lose: () => provider.fault(/./, { kind: 'lose' }, 1),
    gateway: (status) => provider.fault(/./, { kind: 'handledThen', status }, 1),
    echo: (text) => provider.fault(/./, { kind: 'status', status: 400, body: { status: 'invalid event', message: text, errors: [text] } }),
    heal: provider.heal,
    close: provider.close,
  };
}

const status =
  (code: number, headers = {}) =>
  (rig: PagerDutyRig) =>
    rig.provider.fault(/./, { kind: 'status', status: code, headers });
const rig = channelContract('PagerDuty', start, [
  ['400 is rejected', status(400), 'rejected'],
  ['403 is rejected', status(403), 'rejected'],
  ['404 is rejected', status(404), 'rejected'],
  ['413 is rejected', status(413), 'rejected'],
  ['408 is failed', status(408), 'failed'],
  ['425 is failed', status(425), 'failed'],
  ['429 is failed and its Retry-After kept', status(429, { 'Retry-After': '60' }), 'failed', 60_000],
  ['429 without Retry-After is failed', status(429), 'failed'],
  ['500 is unknown: PagerDuty may have the event', status(500), 'unknown'],
  ['504 is unknown and its Retry-After kept', status(504, { 'Retry-After': '9' }), 'unknown', 9_000],
  ['503 is failed and its Retry-After kept', status(503, { 'Retry-After': '7' }), 'failed', 7_000],
  ['200 is unknown: only 202 is acceptance', status(200), 'unknown'],
  ['202 with a body that is not the documented one is unknown', status(202), 'unknown'],
  ['302 is unknown and never followed', status(302, { Location: 'https://127.0.0.1:1/elsewhere' }), 'unknown'],
  ['HTML with 502 is unknown', ({ provider }) => provider.fault(/./, { kind: 'html' }), 'unknown'],
  ['HTML with 503 is failed', ({ provider }) => provider.fault(/./, { kind: 'html', status: 503 }), 'failed'],
  ['HTML with 202 is unknown', ({ provider }) => provider.fault(/./, { kind: 'html', status: 202 }), 'unknown'],
  ['HTML with 403 is rejected', ({ provider }) => provider.fault(/./, { kind: 'html', status: 403 }), 'rejected'],
  ['a reset is unknown', ({ provider }) => provider.fault(/./, { kind: 'reset' }), 'unknown'],
]);
gatewayContract('PagerDuty', rig);

test('where nobody listens it is failed, not unknown', async () => {
  const channel = openOne({ pagerduty: { routingKey: rig().provider.routingKey, host: '127.0.0.1:1' } });
  expect(await send(channel)).toMatchObject({ result: 'failed', error: expect.stringContaining('ECONNREFUSED') });
});

test('a certificate that nobody vouches for is failed', async () => {
  const stranger = await startPagerDuty();
  const outcome = await send(openOne({ pagerduty: { routingKey: stranger.routingKey, host: stranger.host } }));
  await stranger.close();
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(stranger.requests).toHaveLength(0);
});

test("two notifications at once do not take each other's answers", async () => {
  const { provider, settings } = rig();
  provider.fault(/"dedup_key":"slowed"/, { kind: 'status', status: 429, headers: { 'Retry-After': '33' } });
  const about = (id: string) => notificationOf({ incidents: [incidentOf({ id })] });
  const outcomes = await Promise.all(['slowed', 'other-1', 'other-2'].map((id) => send(openOne(settings), about(id))));
  expect(outcomes.map(({ result }) => result)).toEqual(['failed', 'accepted', 'accepted']);
  expect(outcomes[0]).toMatchObject({ retryAfter: 33_000 });
});

describe('one incident at PagerDuty', () => {
  test('is triggered, acknowledged and resolved under one key', async () => {
    const { provider, settings } = rig();
    const states: unknown[] = [];
    for (const [kind, incident] of [
      ['trigger', incidentOf({ id: 'life' })],
      ['acknowledge', incidentOf({ id: 'life', state: 'acknowledged' })],
      ['resolve', resolvedIncident({ id: 'life' })],
    ] as const) {
      await send(openOne(settings), notificationOf({ kind, incidents: [incident] }));
      states.push(provider.alerts.find(({ key }) => key === 'life')?.state);
    }
    expect(states).toEqual(['open', 'acknowledged', 'resolved']);
  });

  test.for([
    ['trigger', 'open', 'trigger'],
    ['update', 'open', 'trigger'],
    ['escalate', 'open', 'trigger'],
    ['remind', 'open', 'trigger'],
    ['acknowledge', 'acknowledged', 'acknowledge'],
    ['resolve', 'resolved', 'resolve'],
    ['past', 'resolved', null],
    ['digest', 'open', null],
    ['trigger', 'resolved', null],
    ['update', 'resolved', null],
  ] as const)('%s of one that is %s is the event %s', ([kind, state, action]) => {
    const event = pagerdutyEvent(notificationOf({ kind, incidents: [incidentOf({ state })] }), 'k'.repeat(32));
    expect('never' in event ? null : event.event_action).toBe(action);
  });

  test('several in one notification are never one page', () => {
    expect(pagerdutyEvent(notificationOf({ incidents: stormOf(2) }), 'k'.repeat(32))).toEqual({
      never: 'PagerDuty is told of one incident at a time',
    });
  });
});

describe('the payload', () => {
  test('of a trigger has the summary, severity, links and details', () =>
    expect(pagerdutyEvent(notificationOf(), 'k'.repeat(32))).toMatchInlineSnapshot(`
      {
        "client": "Restorewatch",
        "client_url": "https://status.example.com",
        "dedup_key": "backup-age-orders-1",
        "event_action": "trigger",
        "links": [
          {
            "href": "https://status.example.com/#backup-age-orders-1",
            "text": "Status page",
          },
          {
            "href": "https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1",
            "text": "Runbook",
          },
          {
            "href": "https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders",
            "text": "Atlas",
          },
        ],
        "payload": {
          "class": "backup-age",
          "component": "orders",
          "custom_details": {
            "Base snapshot": "21 Nov 04:00Z",
            "Note": "Since 04:00Z (6 h).",
            "PITR cannot reach": "20 Nov 08:00Z to 20 Nov 11:00Z (oplog behind)",
            "PITR reaches back to": "15 Nov 10:00Z",
            "What is wrong": "no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z",
            "What to do now": "Take an on-demand snapshot of orders now.",
            "schedule": "every 6 h",
          },
          "group": "shop",
          "severity": "critical",
          "source": "orders (shop)",
          "summary": "orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h)",
          "timestamp": "2026-11-22T04:00:00Z",
        },
        "routing_key": "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk",
      }
    `));
  test('of a resolve has only the action and the key', () => {
    const event = pagerdutyEvent(notificationOf({ kind: 'resolve', incidents: [resolvedIncident()] }), 'k'.repeat(32));
    expect(JSON.stringify(event)).toMatchInlineSnapshot(
      `"{"routing_key":"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk","event_action":"resolve","dedup_key":"backup-age-orders-1","payload":{"summary":"[Resolved] orders (shop), was: no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z","source":"orders (shop)","severity":"critical","timestamp":"2026-11-22T04:00:00Z","component":"orders","group":"shop","class":"backup-age","custom_details":{"Note":"Over since 09:59Z: recovered. Since 04:00Z (5 h 59 min).","Then: schedule":"every 6 h"}}}"`,
    );
  });

  test('stays within what PagerDuty takes, whatever the names and the evidence', async () => {
    const evidence = Array.from({ length: 500 }, (_, index) => [`row ${index % 3}`, '🙂'.repeat(5_000)] as const);
    const huge = incidentOf({ id: 'huge', summary: '🙂'.repeat(3_000), evidence });
    const { provider, settings } = rig();
    expect(await send(openOne(settings), notificationOf({ incidents: [huge] }))).toMatchObject({ result: 'accepted' });
    expect(await send(openOne(settings), notificationOf({ incidents: [{ ...hostileIncident(), id: 'hostile' }] }))).toMatchObject({
      result: 'accepted',
    });
    expect(provider.alerts.find(({ key }) => key === 'huge')?.payload.summary.isWellFormed()).toBe(true);
  });
});

test('a process that could not reach PagerDuty ends at once (pdjs alone keeps it for 30 s)', async () => {
  const registry = join(import.meta.dirname, '../../../../lib/deliver/channels/registry.ts');
  const notifications = join(import.meta.dirname, '../../notifications.ts');
  const program = `
    import { openChannels } from ${JSON.stringify(registry)};
    import { notificationOf } from ${JSON.stringify(notifications)};
    const pagerduty = { routingKey: '${'k'.repeat(32)}', host: '127.0.0.1:1' };
    const [channel] = openChannels({ pagerduty, sms: null, slack: null, email: null, secrets: [] }, 1000);
    console.log((await channel.send(notificationOf(), new AbortController().signal)).result);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 12_000 });
  expect(stdout.trim()).toBe('failed');
});
