import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gsm, smsText, units } from '../../../../lib/deliver/channels/sms/sms-message.ts';
import { startTwilio, type TwilioEmulator } from '../../../emulators/twilio.ts';
import { hostileIncident, incidentOf, notificationOf, resolvedIncident, stormOf } from '../../notifications.ts';
import { channelContract, gatewayContract, closedPort, openOne, send, type HttpRig } from '../contract.ts';

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

test('an error of Twilio’s that repeats a phone number is told without the whole number', async () => {
  status(400, { code: 21_211, message: 'Invalid To: +15551230001', status: 400 })(rig());
  const channel = openOne(rig().settings);
  expect(await send(channel)).toMatchObject({ result: 'rejected', error: expect.stringContaining('Invalid To: +1…0001') });
  expect(channel.recipientNames).toEqual(['+1…0001', '+1…0002']);
});
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
] as const)('Twilio discards a %s that it could not deliver within %i s', async ([priority, validity]) => {
  await send(openOne(rig().settings), notificationOf({ priority }));
  expect(rig().provider.messages.at(-1)?.validity).toBe(validity);
});

test('each recipient gets a message of its own', async () => {
  const channel = openOne(rig().settings);
  expect(channel.recipients).toBe(2);
  await send(channel, notificationOf({ recipient: 1 }));
  expect(rig().provider.messages.at(-1)?.to).toBe('+15551230002');
});

describe('the text', () => {
  test.for([
    [
      'a trigger says what is wrong, where, and what to go back to',
      notificationOf(),
      'P0 orders (shop): no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z. Restorable to 09:50Z by PITR. https://status.example.com/i/3yna0ts',
    ],
    [
      'a storm names as many clusters as fit',
      notificationOf({ incidents: stormOf(7) }),
      'P0 7 clusters: no snapshot for over 24 h: cluster-1 (shop), cluster-2 (shop) and 5 more. Restorable, at worst to 09:50Z. https://status.example.com',
    ],
    [
      'a resolve says what is over and since when',
      notificationOf({ kind: 'resolve', incidents: [resolvedIncident()] }),
      'Resolved orders (shop): was: no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z. Over since 09:59Z. https://status.example.com/i/3yna0ts',
    ],
    [
      'a trigger has no link if no status page is configured',
      notificationOf({ statusUrl: null }),
      'P0 orders (shop): no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z. Restorable to 09:50Z by PITR.',
    ],
  ] as const)('of %s', ([, notification, expected]) => expect(smsText(notification)).toBe(expected));

  test('leaves out an address that would take half of it', () => {
    const text = smsText(notificationOf({ statusUrl: `https://${'long'.repeat(30)}.example.com` }));
    expect(text).not.toContain('https');
  });

  test('names cluster and project, however long and strange they are', () => {
    const resource = { projectId: 'p', projectName: 'p'.repeat(64), clusterId: 'c', name: 'n'.repeat(64) };
    expect(smsText(notificationOf({ incidents: [incidentOf({ resource })] }))).toMatch(
      /^P0 n{11}\.\.n{11} \(p{5}\.\.p{5}\): no snapshot for 30 h \(limit 24 h\)\. Restorable to 09:50Z/,
    );
    expect(smsText(notificationOf({ incidents: [hostileIncident()] }))).toMatch(/^P0 x<img src=x/);
  });

  test('is one segment of GSM-7, whatever the names and the summary are', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(names, names, fc.string({ unit: 'grapheme', maxLength: 400 }), fc.webUrl(), (name, projectName, summary, statusUrl) => {
        const incident = incidentOf({ summary, resource: { projectId: 'p', projectName, clusterId: 'c', name } });
        const text = smsText(notificationOf({ incidents: [incident], statusUrl }));
        return units(text) <= 160 && /^[\x20-\x5f\x61-\x7e]+$/.test(text);
      }),
    );
  });

  test.for([
    ['Größe – „n“…', 'Grosse - "n"..'],
    ['日本', 'RiBen'],
    ['заказы', 'zakazy'],
    ['παραγγελίες', 'paraggelies'],
    ['naïve `x`', "naive 'x'"],
  ])('%s is spelt %s', ([given = '', expected]) => expect(gsm(given)).toBe(expected));
});
