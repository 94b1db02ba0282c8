import { describe, expect, test } from 'vitest';
import { iso } from '../../../../lib/domain/time.ts';
import { signature } from '../../../../lib/deliver/channels/webhook/webhook.ts';
import { startWebhook, type WebhookEmulator } from '../../../emulators/webhook.ts';
import { readEnvironment } from '../../../../lib/config/environment/read-environment.ts';
import { COMPLETE, LEAST, refusal } from '../../../config/environment/environment-source.ts';
import { hostileIncident, incidentOf, notificationOf, resolvedIncident, stormOf } from '../../notifications.ts';
import { channelContract, closedPort, gatewayContract, type HttpRig, openOne, send } from '../contract.ts';

type WebhookRig = HttpRig & { readonly provider: WebhookEmulator };

async function start(): Promise<WebhookRig> {
  const provider = await startWebhook({ now: () => notificationOf().now });
  const { address: url, secret } = provider;
  return {
    provider,
    settings: { webhook: { url, secret } },
    secrets: [secret, url],
    asked: () => provider.requests.length,
    received: () => provider.messages.length,
    refused: () => provider.refused,
    hang: () => provider.fault(/./, { kind: 'hang' }),
    lose: () => provider.fault(/./, { kind: 'lose' }, 1),
    gateway: (status) => provider.fault(/./, { kind: 'handledThen', status }, 1),
    echo: (text) => provider.fault(/./, { kind: 'status', status: 401, body: { error: text } }),
    heal: provider.heal,
    close: provider.close,
  };
}

const status =
  (code: number, headers = {}) =>
  (rig: WebhookRig) =>
    rig.provider.fault(/./, { kind: 'status', status: code, headers });
const rig = channelContract('webhook', start, [
  ['200 is accepted', status(200), 'accepted'],
  ['202 is accepted', status(202), 'accepted'],
  ['400 is rejected', status(400), 'rejected'],
  ['401 is rejected', status(401), 'rejected'],
  ['404 is rejected', status(404), 'rejected'],
  ['410 is rejected: the receiver wants no more', status(410), 'rejected'],
  ['408 is failed', status(408), 'failed'],
  ['429 is failed and its Retry-After kept', status(429, { 'Retry-After': '60' }), 'failed', 60_000],
  ['503 is failed and its Retry-After kept', status(503, { 'Retry-After': '7' }), 'failed', 7_000],
  ['500 is unknown: the receiver may have the message', status(500), 'unknown'],
  ['502 is unknown and its Retry-After kept', status(502, { 'Retry-After': '9' }), 'unknown', 9_000],
  ['302 is unknown and never followed', status(302, { Location: 'http://127.0.0.1:1/' }), 'unknown'],
  ['a reset is unknown', ({ provider }) => provider.fault(/./, { kind: 'reset' }), 'unknown'],
]);
// Any 2xx is acceptance by the specification, whoever sends it.
gatewayContract('webhook', rig, [302, 500, 502, 504]);

test('where nobody listens it is failed', async () => {
  const { secret } = rig().provider;
  const channel = openOne({ webhook: { url: `http://127.0.0.1:${await closedPort()}/`, secret } });
  expect(await send(channel)).toMatchObject({ result: 'failed' });
});

test('the signature is that of the reference implementations', () => {
  const content = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
  expect(signature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', content)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

describe('the id of a message', () => {
  const idOf = async (key: string): Promise<unknown> => {
    await send(openOne(rig().settings), notificationOf({ key, incidents: [incidentOf({ id: key })] }));
    return rig().provider.requests.at(-1)?.headers['webhook-id'];
  };

  test('is the same each time it is sent, and another for another message', async () => {
    expect(await idOf('trigger/webhook/0/a')).toBe(await idOf('trigger/webhook/0/a'));
    expect(await idOf('trigger/webhook/0/a')).not.toBe(await idOf('trigger/webhook/0/b'));
  });

  test('has no full stop, whatever a team is called', async () => {
    expect(await idOf('trigger/webhook@team.one/0/a')).toMatch(/^msg_[0-9a-f]{40}$/);
  });
});

describe('the body', () => {
  const bodyOf = async (notification: Parameters<typeof notificationOf>[0]): Promise<Record<string, unknown>> => {
    await send(openOne(rig().settings), notificationOf(notification));
    expect(rig().provider.refused).toEqual([]);
    return JSON.parse(rig().provider.requests.at(-1)?.body ?? 'null');
  };

  test('of a trigger says what is wrong, where, since when and what to do', async () => {
    const incident = incidentOf();
    expect(await bodyOf({})).toEqual({
      type: 'incident.trigger',
      timestamp: iso(incident.openedAt),
      data: {
        key: notificationOf().key,
        dedupKey: notificationOf().key,
        kind: 'trigger',
        priority: 'P0',
        headline: expect.stringContaining('orders (shop)'),
        lines: expect.arrayContaining([expect.stringContaining('Since')]),
        reroute: null,
        incidentCount: 1,
        incidents: [
          {
            id: incident.id,
            check: incident.check,
            state: 'open',
            severity: 'critical',
            priority: 'P0',
            project: { id: incident.resource.projectId, name: 'shop' },
            cluster: { id: incident.resource.clusterId, name: 'orders' },
            subject: 'orders',
            team: null,
            summary: incident.summary,
            action: incident.action,
            evidence: incident.evidence.map(([label, value]) => ({ label, value })),
            restorableUntil: {
              at: '2026-11-22T09:50:00Z',
              by: 'pitr',
              base: '2026-11-21T04:00:00Z',
              baseExpiresAt: '2026-12-04T04:00:00Z',
              readAt: '2026-11-22T09:50:00Z',
            },
            startedAt: incident.startedAt === null ? null : iso(incident.startedAt),
            openedAt: iso(incident.openedAt),
            resolvedAt: null,
            resolution: null,
            acknowledgement: null,
            links: expect.arrayContaining([expect.objectContaining({ text: 'Status page' })]),
          },
        ],
      },
    });
  });

  test('of a resolve names the trigger by its key, and when it was over', async () => {
    const incident = resolvedIncident();
    const root = { key: 'the-trigger', receipt: null, incidents: [incident] };
    expect(await bodyOf({ kind: 'resolve', incidents: [incident], root })).toMatchObject({
      type: 'incident.resolve',
      timestamp: iso(incident.resolvedAt ?? 0),
      data: { dedupKey: 'the-trigger', incidents: [{ state: 'resolved' }] },
    });
  });

  test('of a storm counts all incidents and names some, in a size that a receiver takes', async () => {
    const { data } = await bodyOf({ incidents: stormOf(6_250) });
    expect(data).toMatchObject({ incidentCount: 6_250, incidents: { length: 50 } });
  });

  test('has no control or bidirectional characters, whatever a cluster is called', async () => {
    expect(JSON.stringify(await bodyOf({ incidents: [hostileIncident()] }))).not.toMatch(/\\u00[01]|\p{Cf}/u);
  });
});

describe('in the environment', () => {
  const SECRET = COMPLETE.WEBHOOK_SECRET;
  test.for([
    ['an address without TLS that is not loopback', { WEBHOOK_URL: 'http://hooks.example.com/x' }, 'plain http:// is for loopback alone'],
    ['an address with credentials', { WEBHOOK_URL: 'https://user:pass@hooks.example.com/x' }, 'must not carry a user or a password'],
    ['a secret that is too short', { WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }, 'at least 24 random bytes'],
    ['a secret without its prefix', { WEBHOOK_SECRET: SECRET.replace('whsec_', '') }, 'whsec_'],
    ['an address without a secret', { WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET: missing, though WEBHOOK_URL is set'],
  ] as const)('%s is refused', ([, changes, why]) => expect(refusal({ ...COMPLETE, ...changes })).toContain(why));

  test('plain http is taken on loopback', () => {
    const given = { ...LEAST, WEBHOOK_URL: 'http://127.0.0.1:9/hook', WEBHOOK_SECRET: SECRET };
    expect(readEnvironment(given).channels.webhook).toEqual({ url: 'http://127.0.0.1:9/hook', secret: SECRET });
  });

  test('alone, it warns that no phone rings', () => {
    const given = { ...LEAST, WEBHOOK_URL: COMPLETE.WEBHOOK_URL, WEBHOOK_SECRET: SECRET };
    expect(readEnvironment(given).warnings).toContainEqual(
      expect.stringMatching(/^NO PHONE WILL RING: .*only what `routes` sends to webhook reaches anybody\./),
    );
  });
});
