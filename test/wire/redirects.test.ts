import { readdirSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAtlasClient } from '../../lib/collect/client/client.ts';
import { askPagerDuty, openPagerDutyApi } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import { askProvider, CHANNEL_IDS, NO_CHANNELS, openChannels, type ChannelSettings } from '../../lib/deliver/channels/registry.ts';
import { openHeartbeat } from '../../lib/deliver/heartbeat.ts';
import { openKvStore } from '../../lib/record/kv/kv.ts';
import { notificationOf } from '../deliver/notifications.ts';
import { makeAuthority } from '../emulators/authority.ts';

/** Answers everything with a redirect to `elsewhere`, over HTTP and over TLS, and counts what comes. */
type Places = { readonly near: string; readonly nearHost: string; asked: number; elsewhere: number; status: number };

let places: Places;
const closing: (() => void)[] = [];
const authorities = getCACertificates('default');

beforeAll(async () => {
  const { ca, tls } = await makeAuthority();
  setDefaultCACertificates([...authorities, ca]);
  const far = await listening(createHttpServer((_, response) => void ((places.elsewhere += 1), response.end('{}'))));
  const leadAway: RequestListener = (request, response) => {
    places.asked += 1;
    request.resume();
    response.writeHead(places.status, { Location: `http://127.0.0.1:${far}/` }).end();
  };
  const [plain, secure] = await Promise.all([listening(createHttpServer(leadAway)), listening(createHttpsServer(tls, leadAway))]);
  places = { near: `http://127.0.0.1:${plain}`, nearHost: `127.0.0.1:${secure}`, asked: 0, elsewhere: 0, status: 307 };
});

afterAll(() => {
  setDefaultCACertificates(authorities);
  for (const close of closing) close();
});

async function listening(server: ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server on a TCP port has an AddressInfo, never a pipe's name.
  return (server.address() as AddressInfo).port;
}

const TIMEOUT = 2_000;
const PEOPLE = ['+15005550010'];

/** Every channel that speaks HTTP, its provider at the address that leads away. Mail knows no redirect. */
function settings(): ChannelSettings {
  return {
    ...NO_CHANNELS,
    pagerduty: { routingKey: 'R0utingKeyOf32charactersAbcdefgh', host: places.nearHost },
    slack: { token: 'xoxb-slack-secret', channel: 'C0123456789', apiUrl: `${places.near}/api/` },
    sms: { accountSid: `AC${'0'.repeat(32)}`, authToken: 'twilio-secret', from: '+15005550006', to: PEOPLE, baseUrl: places.near },
    webhook: { url: places.near, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  };
}

const BY_HTTP = CHANNEL_IDS.filter((id) => id !== 'email');

function atlas(credentials: Parameters<typeof createAtlasClient>[0]['credentials']): Promise<unknown> {
  const client = createAtlasClient({ baseUrl: places.near, credentials, requestTimeoutMs: TIMEOUT, secrets: [] });
  return client.list('listProjects', {}, {}, { deadline: Date.now() + TIMEOUT });
}

/** Each client of something outside, and what it comes to; an exception is an outcome too. */
const CLIENTS: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['the KV, read', () => openKvStore({ url: places.near, token: 'kv-secret', timeoutMs: TIMEOUT }).readHead()],
  [
    'the KV, written',
    () => openKvStore({ url: places.near, token: 'kv-secret', timeoutMs: TIMEOUT }).writeBlobs([{ name: 'b', text: 'x' }]),
  ],
  ['Atlas with a service account', () => atlas({ kind: 'serviceAccount', clientId: 'mdb_sa_id_1', clientSecret: 'mdb_sa_sk_secret' })],
  ['Atlas with an API key', () => atlas({ kind: 'apiKey', publicKey: 'abcdefgh', privateKey: 'private-key-of-atlas' })],
  ['the dead-man switch', () => openHeartbeat(`${places.near}/key`, TIMEOUT, () => {})('success', 'fine')],
  [
    'PagerDuty, compared',
    () => openPagerDutyApi({ token: 'pd-secret', url: places.near, timeout: TIMEOUT })(['key'], AbortSignal.timeout(TIMEOUT)),
  ],
  ['PagerDuty, asked by doctor', () => askPagerDuty({ token: 'pd-secret', url: places.near, timeout: TIMEOUT })],
  ...BY_HTTP.map((id) => [`${id}, a message`, () => messageBy(id)] as const),
  ...(['slack', 'sms'] as const).map((id) => [`${id}, asked by doctor`, () => askProvider(id, settings(), TIMEOUT)] as const),
];

async function messageBy(id: (typeof BY_HTTP)[number]): Promise<unknown> {
  const [channel] = openChannels({ [id]: settings()[id], secrets: [] }, TIMEOUT);
  return channel?.send(notificationOf(), AbortSignal.timeout(TIMEOUT));
}

describe.for([301, 302, 303, 307, 308])('a redirect to another host with %i', (status) => {
  test.for(CLIENTS)('is not followed by %s', async ([, ask]) => {
    Object.assign(places, { asked: 0, elsewhere: 0, status });
    const [ended] = await Promise.allSettled([ask()]);
    expect(ended).not.toMatchObject({ value: { result: 'accepted' } });
    expect(places.asked).toBeGreaterThan(0);
    expect(places.elsewhere).toBe(0);
  });
});

test('every file that sends a request says what becomes of a redirect, and its client is in the table above', () => {
  const lib = join(import.meta.dirname, '..', '..', 'lib');
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const textOf = (name: string): string => readFileSync(join(lib, name), 'utf8');
  const sending = files.filter((name) => /\b(fetch|event)\(/.test(textOf(name)));
  expect(sending.filter((name) => !textOf(name).includes("redirect: '"))).toEqual([]);
  expect(sending.toSorted()).toEqual([
    'collect/client/exchange.ts',
    'deliver/channels/pagerduty/pagerduty-api.ts',
    'deliver/channels/pagerduty/pagerduty.ts',
    'deliver/channels/slack/slack-client.ts',
    'deliver/channels/sms/sms.ts',
    'deliver/channels/webhook/webhook.ts',
    'deliver/heartbeat.ts',
    'record/kv/kv-request.ts',
  ]);
});
