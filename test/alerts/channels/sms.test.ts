import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gsm, smsText, units } from '../../../lib/alerts/channels/sms-message.ts';
import { startTwilio, type TwilioEmulator } from '../../emulators/twilio.ts';
import { hostileIncident, incidentOf, letterOf, resolvedIncident, stormOf } from '../letters.ts';
import { channelContract, gatewayContract, closedPort, openOne, send, type HttpRig } from './contract.ts';

type TwilioRig = HttpRig & { readonly provider: TwilioEmulator };

async function start(): Promise<TwilioRig> {
  const provider = await startTwilio();
  const { accountSid, authToken, from, url: baseUrl } = provider;
  return {
    provider,
    settings: { sms: { accountSid, authToken, from, to: ['+15551230001', '+15551230002'], baseUrl } },
    secrets: [authToken],
    asked: () => provider.requests.length,
    // Twilio can't tell a second message from a repeated one: clause 6 lets it ring twice.
    received: () => new Set(provider.messages.map(({ body }) => body)).size,
    refused: () => provider.refused,
    hang: () => provider.fault(/./, { kind: 'hang' }),
    lose: () => provider.fault(/./, { kind: 'lose' }, 1),
    gateway: (status) => provider.fault(/./, { kind: 'handledThen', status }, 1),
    echo: (text) => provider.fault(/./, { kind: 'status', status: 401, body: { code: 20_003, message: text, status: 401 } }),
    heal: provider.heal,
    close: provider.close,
  };
}

const status =
  (code: number, body: unknown = { code: 20_000, message: 'no' }, headers = {}) =>
  (rig: TwilioRig) =>
    rig.provider.fault(/./, { kind: 'status', status: code, body, headers });
const rig = channelContract('Twilio', start, [
  ['400 is rejected', status(400), 'rejected'],
  ['401 is rejected', status(401), 'rejected'],
  ['403 is rejected', status(403), 'rejected'],
  ['404 is rejected', status(404), 'rejected'],
  ['408 is failed', status(408), 'failed'],
  ['425 is failed', status(425), 'failed'],
  ['429 is failed and its Retry-After kept', status(429, {}, { 'Retry-After': '60' }), 'failed', 60_000],
  ['503 is failed and its Retry-After kept', status(503, {}, { 'Retry-After': '7' }), 'failed', 7_000],
  ['500 is unknown: Twilio may have the message', status(500), 'unknown'],
  ['504 is unknown and its Retry-After kept', status(504, {}, { 'Retry-After': '9' }), 'unknown', 9_000],
  ['200 with a sid is unknown: only 201 is acceptance', status(200, { sid: 'SM1' }), 'unknown'],
  ['201 without a sid is unknown', status(201, {}), 'unknown'],
  ['201 with HTML is unknown', ({ provider }) => provider.fault(/./, { kind: 'html', status: 201 }), 'unknown'],
  ['307 is unknown and never followed', status(307, {}, { Location: 'http://127.0.0.1:1/' }), 'unknown'],
  ['HTML with 502 is unknown', ({ provider }) => provider.fault(/./, { kind: 'html' }), 'unknown'],
  ['a reset is unknown', ({ provider }) => provider.fault(/./, { kind: 'reset' }), 'unknown'],
]);
gatewayContract('Twilio', rig);

test('where nobody listens it is failed', async () => {
  const { accountSid, authToken, from } = rig().provider;
  const channel = openOne({
    sms: { accountSid, authToken, from, to: ['+15551230001'], baseUrl: `http://127.0.0.1:${await closedPort()}` },
  });
  expect(await send(channel)).toMatchObject({ result: 'failed' });
});

test.for([
  ['P0', 900],
  ['P1', 3_600],
  ['P2', 14_400],
] as const)('a %s goes stale after %i s at Twilio', async ([priority, validity]) => {
  await send(openOne(rig().settings), letterOf({ priority }));
  expect(rig().provider.messages.at(-1)?.validity).toBe(validity);
});

test('each recipient gets a message of its own', async () => {
  const channel = openOne(rig().settings);
  expect(channel.recipients).toBe(2);
  await send(channel, letterOf({ recipient: 1 }));
  expect(rig().provider.messages.at(-1)?.to).toBe('+15551230002');
});

describe('the text', () => {
  test.for([
    [
      'a trigger',
      letterOf(),
      'P0 orders (shop): the newest recovery point is 30 h old, 24 h are allowed, since 22 Nov 04:00Z https://status.example.com/#backup-age-orders-1',
    ],
    [
      'a storm',
      letterOf({ incidents: stormOf(7) }),
      'P0 7 incidents: cluster-1 (shop), cluster-2 (shop), cluster-3 (shop), cluster-4 (shop), cluster-5 (shop), clu.., since 22 Nov 04:00Z https://status.example.com/',
    ],
    [
      'a resolve',
      letterOf({ kind: 'resolve', incidents: [resolvedIncident()] }),
      'Resolved orders (shop): was: the newest recovery point is 30 h old, 24 h are allowed, over since 22 Nov 09:59Z https://status.example.com/#backup-age-orders-1',
    ],
    [
      'no page',
      letterOf({ statusUrl: null }),
      'P0 orders (shop): the newest recovery point is 30 h old, 24 h are allowed, since 22 Nov 04:00Z',
    ],
  ] as const)('of %s', ([, letter, expected]) => expect(smsText(letter)).toBe(expected));

  test('leaves out an address that would take half of it', () => {
    const text = smsText(letterOf({ statusUrl: `https://${'long'.repeat(30)}.example.com` }));
    expect(text).not.toContain('https');
  });

  test('names cluster and project, however long and strange they are', () => {
    const resource = { projectId: 'p', projectName: 'p'.repeat(64), clusterId: 'c', name: 'n'.repeat(64) };
    expect(smsText(letterOf({ incidents: [incidentOf({ resource })] }))).toMatch(/^P0 n{20}.*since 22 Nov 04:00Z/);
    expect(smsText(letterOf({ incidents: [hostileIncident()] }))).toMatch(/^P0 x<img src=x/);
  });

  test('is one segment of GSM-7 whatever it tells of', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(names, names, fc.string({ unit: 'grapheme', maxLength: 400 }), fc.webUrl(), (name, projectName, summary, statusUrl) => {
        const incident = incidentOf({ summary, resource: { projectId: 'p', projectName, clusterId: 'c', name } });
        const text = smsText(letterOf({ incidents: [incident], statusUrl }));
        return units(text) <= 160 && /^[\x20-\x5f\x61-\x7e]+$/.test(text);
      }),
    );
  });

  test.for([
    ['Größe – „n“…', 'Grosse - ?n"..'],
    ['日本', '??'],
    ['naïve `x`', "naive 'x'"],
  ])('%s is spelt %s', ([given = '', expected]) => expect(gsm(given)).toBe(expected));
});
