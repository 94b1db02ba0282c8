import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { Fault as ServerFault } from '../../emulators/server.ts';
import type { Chapter, Expected, Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { NEXT_CHECK } from './acts.ts';
import { overdue, toldP0, toldP1, troubleP0, troubleP1 } from './troubles.ts';

type Provider = 'pagerduty' | 'slack' | 'twilio';

/** A trouble that this provider is told of, and who is told of it besides. */
const TROUBLES: Readonly<Record<Provider, { readonly start: (world: World) => void; readonly other: Expected }>> = {
  pagerduty: { start: troubleP0, other: toldP0({ by: 'sms' }) },
  twilio: { start: troubleP0, other: toldP0({ by: 'pagerduty' }) },
  slack: { start: troubleP1, other: toldP1({ by: 'email' }) },
};
const NAMES = Object.keys(TROUBLES) as readonly Provider[]; // Proof: they are the keys of the record.

/** So long the world goes on: the refusing provider is overdue within it, or not, and both are right. */
const LASTS = 25 * MINUTE + NEXT_CHECK;

type Answering = Pick<Fault, 'id' | 'title' | 'source'> & {
  readonly provider: Provider;
  readonly answer: (world: World) => ServerFault | Promise<ServerFault>;
  readonly proof: NonNullable<Fault['proof']>;
};

function answering({ provider, answer, proof, ...said }: Answering): Fault {
  const { start, other } = TROUBLES[provider];
  return {
    ...said,
    start: async (world) => {
      start(world);
      world[provider].fault(/./, await answer(world));
    },
    expect: [other],
    besides: { monitor: 'warning' },
    lasts: LASTS,
    proof,
  };
}

/** Counts what is asked of an address that nobody has configured. */
async function foreignHost(world: World): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"success","ok":true,"ts":"1.0","sid":"SM1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.afterwards.push(() => new Promise((resolve) => void server.close(() => resolve())));
  // A server on a TCP port has an AddressInfo, never a pipe's name.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked: () => asked };
}

function redirects(): readonly Fault[] {
  const counts = new WeakMap<World, () => number>();
  const proof = (world: World): string | null => (counts.get(world)?.() === 0 ? null : 'the redirect was followed');
  const answer = async (world: World): Promise<Extract<ServerFault, { kind: 'status' }>> => {
    const { url, asked } = await foreignHost(world);
    counts.set(world, asked);
    return { kind: 'status', status: 307, headers: { Location: url } };
  };
  const source = '[I] docs/facts/platform.md E (whoever follows a redirect hands over the key)';
  const toProviders = NAMES.map((provider) =>
    answering({
      id: `${provider}-redirects`,
      title: `${provider} redirects to a foreign host, which would accept`,
      source,
      provider,
      answer,
      proof,
    }),
  );
  const ofAtlas: Fault = {
    id: 'atlas-redirects',
    title: 'Atlas redirects to a foreign host',
    source,
    start: async (world) => world.atlas.fault(/api\/atlas/, await answer(world)),
    expect: [{ check: 'visibility', severity: 'warning', about: 'the Atlas organisation', within: 2 * HOUR }],
    lasts: 3 * HOUR,
    proof,
  };
  return [...toProviders, ofAtlas];
}

/** Everything that people and the state have been given. */
async function everyText(world: World): Promise<string> {
  const { pagerduty, slack, smtp, twilio } = world;
  return JSON.stringify([pagerduty.alerts, slack.messages, smtp.mails, twilio.messages, await world.head()]);
}

const secretOf: Readonly<Record<Provider, (world: World) => string>> = {
  pagerduty: ({ pagerduty }) => pagerduty.routingKey,
  slack: ({ slack }) => slack.token,
  twilio: ({ twilio }) => twilio.authToken,
};

const repeated: readonly Fault[] = [
  ...NAMES.map((provider) =>
    answering({
      id: `${provider}-repeats-the-secret`,
      title: `${provider} refuses, and its error repeats our secret`,
      source: '[R] docs/facts/platform.md E; docs/contract.md, clause 8',
      provider,
      answer: (world) => ({
        kind: 'status',
        status: 400,
        body: { ok: false, error: `bad key ${secretOf[provider](world)}`, message: secretOf[provider](world) },
      }),
      proof: async (world) => ((await everyText(world)).includes(secretOf[provider](world)) ? 'the secret came out' : null),
    }),
  ),
  {
    id: 'smtp-repeats-the-secret',
    title: 'the mail server refuses, and its answer repeats our password',
    source: '[R] docs/facts/platform.md D; docs/contract.md, clause 8',
    start: (world) => {
      troubleP1(world);
      world.smtp.fault('AUTH', { kind: 'answer', code: 535, message: `no such password: ${world.smtp.password}` });
    },
    expect: [toldP1({ by: 'slack' })],
    besides: { monitor: 'warning' },
    lasts: LASTS,
    proof: async (world) => ((await everyText(world)).includes(world.smtp.password) ? 'the password came out' : null),
  },
  {
    id: 'atlas-repeats-the-secret',
    title: 'Atlas refuses every read, and its error repeats our secret',
    source: '[R] docs/facts/atlas.md §1; docs/contract.md, clause 8',
    start: ({ atlas }) => {
      const body = {
        error: 403,
        errorCode: 'USER_UNAUTHORIZED',
        reason: 'Forbidden',
        detail: `secret ${atlas.credentials.clientSecret}`,
        parameters: [],
      };
      atlas.fault(/api\/atlas/, { kind: 'status', status: 403, body });
    },
    expect: [{ check: 'visibility', severity: 'warning', about: 'the Atlas organisation', within: 2 * HOUR }],
    lasts: 3 * HOUR,
    proof: async (world) => ((await everyText(world)).includes(world.atlas.credentials.clientSecret) ? 'the secret came out' : null),
  },
];

/** ESC, a line break, and marks that reverse the text after them. */
const EVIL = '\u001B[2J\u202Eevil\u2066\n';
/** In JSON, as `everyText` has it. */
const RAW = /\\u001b|[\u202A-\u202E\u2066-\u2069]/iu;

async function clean(world: World): Promise<string | null> {
  const { pagerduty, slack, smtp, twilio } = world;
  return RAW.test(JSON.stringify([pagerduty.alerts, slack.messages, smtp.mails, twilio.messages])) ? 'control characters came out' : null;
}

const marks: readonly Fault[] = [
  {
    id: 'evil-project-name',
    title: 'a project’s name holds an escape sequence and marks that reverse text, and one of its clusters fails',
    source: '[I] docs/facts/atlas.md §2 (names are the user’s own)',
    setup: { before: ({ shop }) => void (shop.name = `shop${EVIL}`) },
    start: troubleP0,
    expect: [toldP0({ by: 'pagerduty' }), toldP0({ by: 'sms' })],
    lasts: LASTS,
    proof: clean,
  },
  {
    id: 'evil-provider-error',
    title: 'a provider’s refusal holds an escape sequence, and is told by another channel',
    source: '[I] docs/facts/platform.md E',
    start: (world) => {
      troubleP1(world);
      world.slack.fault(/./, { kind: 'status', status: 200, body: { ok: false, error: `invalid_auth${EVIL}` } });
    },
    expect: [toldP1({ by: 'email' }), overdue('slack', 2 * HOUR, 'email', 'info')],
    lasts: 3 * HOUR,
    proof: clean,
  },
  {
    id: 'evil-atlas-error',
    title: 'an error of Atlas holds an escape sequence, and is told as what blinds us',
    source: '[I] docs/facts/atlas.md §1',
    start: ({ atlas }) => {
      const body = { error: 403, errorCode: 'USER_UNAUTHORIZED', reason: 'Forbidden', detail: `no${EVIL}`, parameters: [] };
      atlas.fault(/api\/atlas/, { kind: 'status', status: 403, body });
    },
    expect: [{ check: 'visibility', severity: 'warning', about: 'the Atlas organisation', within: 2 * HOUR }],
    lasts: 3 * HOUR,
    proof: clean,
  },
];

/** A head of a day of such answers has to stay far below the 10 MB that a request to the store may have (docs/facts/platform.md A4). */
const HEAD_MOST = 100_000;

const huge: readonly Fault[] = NAMES.map((provider) =>
  answering({
    id: `${provider}-answers-megabytes`,
    title: `${provider} refuses with an error of two megabytes`,
    source: '[I] docs/facts/platform.md A4, E',
    provider,
    answer: () => ({ kind: 'status', status: 400, body: { ok: false, error: 'e'.repeat(2_000_000), message: 'm'.repeat(2_000_000) } }),
    proof: async (world) => (JSON.stringify(await world.head()).length > HEAD_MOST ? 'the state grew with it' : null),
  }),
);

const ASKED_FOR = 20 * MINUTE;

const dates: readonly Fault[] = NAMES.map((provider) => {
  const { start, other } = TROUBLES[provider];
  const own = provider === 'twilio' ? 'sms' : provider;
  const within = NEXT_CHECK + ASKED_FOR + 5 * MINUTE;
  return {
    id: `${provider}-retry-after-date`,
    title: `${provider} answers 429 with a date in \`Retry-After\`, twenty minutes ahead`,
    source: '[D] docs/facts/platform.md B–D (RFC 9110, 10.2.3)',
    start,
    later: [
      // Right before the next check, from which the date is then twenty minutes away.
      [
        53 * MINUTE - 1,
        (world) => {
          const until = new Date(world.time.now() + ASKED_FOR).toUTCString();
          world[provider].fault(/./, { kind: 'status', status: 429, headers: { 'Retry-After': until } }, 1);
        },
      ],
    ],
    expect: [other, start === troubleP0 ? toldP0({ by: own, within }) : toldP1({ by: own, within })],
    besides: { monitor: 'warning' },
    lasts: 2 * HOUR,
    proof: ({ [provider]: { requests } }) => {
      const refused = requests.findIndex(({ status }) => status === 429);
      return refused === -1 ? 'it was never asked' : requests.length - refused <= 4 ? null : 'it was asked again and again';
    },
  };
});

export const HOSTILE: Chapter = {
  heading: 'Answers that mean harm, or may (docs/facts/platform.md E)',
  faults: [...redirects(), ...repeated, ...marks, ...huge, ...dates],
};
