import { describe, expect, test } from 'vitest';
import { NO_CHANNELS } from '../../../lib/deliver/channels/registry.ts';
import { readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import { env } from '../../../lib/config/policy/define-config.ts';
import { VARIABLE_NAMES } from '../../../lib/config/environment/variables.ts';
import { COMPLETE, LEAST, refusal } from './environment-source.ts';

describe('a correct environment', () => {
  test('the smallest environment that starts has every default, no channel, and a closed page', () => {
    expect(readEnvironment(LEAST)).toMatchObject({
      port: 3000,
      atlas: { baseUrl: 'https://cloud.mongodb.com', projectIds: null, credentials: { kind: 'serviceAccount' } },
      cronSecret: null,
      store: { kind: 'sqlite', path: '.restorewatch/state.sqlite' },
      channels: NO_CHANNELS,
      pagerdutyApi: null,
      access: { kind: 'closed' },
      requestTimeoutMs: 10_000,
      runBudgetMs: 240_000,
    });
  });

  test('a complete environment turns every channel on and warns of nothing', () => {
    const environment = readEnvironment(COMPLETE);
    expect(environment.warnings).toEqual([]);
    expect(environment.channels).toEqual({
      ...NO_CHANNELS,
      pagerduty: { routingKey: COMPLETE.PAGERDUTY_ROUTING_KEY, host: 'events.pagerduty.com' },
      slack: { token: COMPLETE.SLACK_BOT_TOKEN, channel: 'C0123456789', apiUrl: 'https://slack.com/api/' },
      email: { smtpUrl: COMPLETE.SMTP_URL, from: COMPLETE.EMAIL_FROM, to: ['oncall@example.com', 'db@example.com'] },
      sms: {
        accountSid: COMPLETE.TWILIO_ACCOUNT_SID,
        authToken: COMPLETE.TWILIO_AUTH_TOKEN,
        from: '+15005550006',
        to: ['+15005550010', '+4915112345678'],
        baseUrl: 'https://api.twilio.com',
      },
      webhook: { url: COMPLETE.WEBHOOK_URL, secret: COMPLETE.WEBHOOK_SECRET },
    });
    expect(environment.store).toEqual({ kind: 'kv', url: 'https://kv.example.com', token: 'kv-token-secret' });
    expect(environment.statusUrl).toBe('https://status.example.com');
  });

  test('the service account is preferred where an API key is there too', () => {
    const both = { ...LEAST, ATLAS_PUBLIC_KEY: 'abcdefgh', ATLAS_PRIVATE_KEY: 'private-key-of-atlas' };
    expect(readEnvironment(both).atlas.credentials.kind).toBe('serviceAccount');
    const { ATLAS_PUBLIC_KEY, ATLAS_PRIVATE_KEY } = both;
    const key = readEnvironment({ ATLAS_PUBLIC_KEY, ATLAS_PRIVATE_KEY }).atlas.credentials;
    expect(key).toEqual({ kind: 'apiKey', publicKey: 'abcdefgh', privateKey: 'private-key-of-atlas' });
  });

  test("the KV may also be set by Upstash's own variable names", () => {
    const source = { ...LEAST, UPSTASH_REDIS_REST_URL: 'https://u.example.com', UPSTASH_REDIS_REST_TOKEN: 'upstash-token' };
    expect(readEnvironment(source).store).toEqual({ kind: 'kv', url: 'https://u.example.com', token: 'upstash-token' });
  });

  test('surrounding space and a last newline, as a pipe leaves them, are not part of a value', () => {
    expect(readEnvironment({ ...COMPLETE, CRON_SECRET: ` ${COMPLETE.CRON_SECRET}\n` }).cronSecret).toBe(COMPLETE.CRON_SECRET);
  });

  test('an empty value is an absent one', () => {
    const empty = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, ' ']));
    expect(readEnvironment({ ...empty, ...LEAST })).toEqual(readEnvironment(LEAST));
  });
});

describe('a wrong value', () => {
  test.for([
    ['ATLAS_BASE_URL', 'not a url', 'URL'],
    ['ATLAS_BASE_URL', 'https:cloud.mongodb.com', 'https://'],
    ['ATLAS_BASE_URL', 'https://user:password@cloud.mongodb.com', 'credentials'],
    ['ATLAS_BASE_URL', 'https://cloud.mongodb.com/?a=b', 'query'],
    ['ATLAS_PROJECT_IDS', '5f0000000000000000000000,prod', 'item 2 of 2'],
    ['ATLAS_PROJECT_IDS', ' , ,', 'at least one'],
    ['CRON_SECRET', 'two words of secret', 'ASCII'],
    ['CRON_SECRET', 'geheim-mit-ü-und-länge', 'ASCII'],
    ['KV_REST_API_URL', 'redis://kv.example.com', 'https://'],
    ['PAGERDUTY_ROUTING_KEY', 'routing-key-cut-short', '32'],
    ['PAGERDUTY_EVENTS_HOST', 'https://events.pagerduty.com', 'host name'],
    ['SLACK_CHANNEL_ID', '#alerts', 'channel id'],
    ['SMTP_URL', 'smtp//mailer:p4ssword@mail', 'smtp://'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@mail.example.com/?tls=optinal', '?tls=optional'],
    ['SMTP_URL', 'smtps://mailer:p4ssword@mail.example.com/?tls=optional', 'one of the two'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@mail.example.com/?tls=optional&requireTLS=true', 'one of the two'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@mail.example.com/?ignoreTLS=true', 'tls=optional'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@mail.example.com/?TLS=optional', 'tls=optional'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@mail.example.com/?tls=optional&requireTLS=1', 'requireTLS=true or requireTLS=false'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@127.0.0.1/?requiretls=true', 'requireTLS=true or requireTLS=false'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@127.0.0.1/?ignoreTLS', 'ignoreTLS=true or ignoreTLS=false'],
    ['SMTP_URL', 'smtp://mailer:p4ssword@127.0.0.1/?requireTLS=false&requireTLS=true', 'requireTLS=true or requireTLS=false'],
    ['HOST', 'http://127.0.0.1', 'host name'],
    ['HOST', '127.0.0.1:3000', 'without a port'],
    ['ALLOW_HTTP', 'relay.internal, http://10.0.0.7', 'item 2 of 2'],
    ['EMAIL_TO', 'oncall@example.com,nobody', 'mail address'],
    ['EMAIL_FROM', 'a@b\r\nBcc: c@d', 'mail address'],
    ['TWILIO_ACCOUNT_SID', 'XX123', 'AC'],
    ['SMS_TO', '015112345678', '+15005550006'],
    ['STATUS_ACCESS', 'open', '"public" or "vercel"'],
    ['STATUS_USERS', 'alice:secret-in-the-clear', 'npm run user'],
    ['HEARTBEAT_URL', 'hc-ping.com/secret-uuid-of-ours', 'https://'],
    ['ALERTS', 'no', '"off"'],
    ['REQUEST_TIMEOUT_MS', 'soon', 'whole number'],
    ['REQUEST_TIMEOUT_MS', '99', 'from 100'],
    ['RUN_BUDGET_MS', '-1', 'whole number'],
    ['RUN_BUDGET_MS', '1e5', 'whole number'],
    ['PORT', '70000', '65535'],
    ['MONGODB_URI', 'https://cluster.example.com', 'mongodb://'],
  ] as const)('%s=%j is refused by name, and the message says what to write', ([name, value, hint]) => {
    const message = refusal({ ...COMPLETE, ...(name === 'STATUS_USERS' && { STATUS_ACCESS: '' }), [name]: value });
    expect(message).toContain(`${name}: `);
    expect(message).toContain(hint);
    expect(message).toContain('one problem');
  });

  test('is quoted and cut off, unless it is secret or looks as if it held credentials', () => {
    expect(refusal({ ...COMPLETE, RUN_BUDGET_MS: 'soon' })).toContain('"soon"');
    expect(refusal({ ...COMPLETE, RUN_BUDGET_MS: 'x'.repeat(10_000) }).length).toBeLessThan(300);
    expect(refusal({ ...COMPLETE, ATLAS_BASE_URL: 'https://user:hunter2@cloud.mongodb.com' })).not.toContain('hunter2');
  });
});

describe('variables that belong together', () => {
  test.for([
    [
      'SLACK_SIGNING_SECRET',
      "SLACK_BOT_TOKEN, SLACK_CHANNEL_ID: missing, though SLACK_SIGNING_SECRET is set; set them too, or none of Slack's variables",
    ],
    [
      'PAGERDUTY_WEBHOOK_SECRET',
      "PAGERDUTY_ROUTING_KEY: missing, though PAGERDUTY_WEBHOOK_SECRET is set; set it too, or none of PagerDuty's variables",
    ],
    [
      'PAGERDUTY_API_TOKEN',
      "PAGERDUTY_ROUTING_KEY: missing, though PAGERDUTY_API_TOKEN is set; set it too, or none of PagerDuty's variables",
    ],
  ] as const)('%s, by which acknowledgements come back, is refused where its channel is off', ([name, problem]) => {
    expect(refusal({ ...LEAST, [name]: 'secret-of-acknowledgements' })).toBe(`The environment has one problem:\n  ${problem}`);
  });

  test('what brings acknowledgements back is taken where a team alone has the channel', () => {
    const team = { name: 'payments', match: { project: 'payments' }, to: { pagerduty: env('PD_PAYMENTS') } };
    const source = { ...LEAST, PD_PAYMENTS: COMPLETE.PAGERDUTY_ROUTING_KEY, PAGERDUTY_WEBHOOK_SECRET: 'secret-of-acknowledgements' };
    expect(readEnvironment(source, { teams: [team] }).acknowledgedBy).toEqual(['pagerduty']);
  });

  test.for([
    ['SLACK_CHANNEL_ID', 'SLACK_BOT_TOKEN'],
    ['SLACK_BOT_TOKEN', 'SLACK_CHANNEL_ID'],
    ['EMAIL_TO', 'SMTP_URL'],
    ['SMTP_URL', 'EMAIL_FROM'],
    ['TWILIO_FROM', 'SMS_TO'],
    ['KV_REST_API_TOKEN', 'KV_REST_API_URL'],
    ['ATLAS_CLIENT_SECRET', 'ATLAS_CLIENT_ID'],
  ] as const)('without %s, the message names it and that %s is there', ([missing, there]) => {
    const message = refusal({ ...COMPLETE, [missing]: '' });
    expect(message).toContain(`${missing}: missing`);
    expect(message).toMatch(new RegExp(`though .*${there}`));
  });

  test('half an API key is refused though the service account is complete', () => {
    expect(refusal({ ...LEAST, ATLAS_PUBLIC_KEY: 'abcdefgh' })).toContain('ATLAS_PRIVATE_KEY: missing');
  });

  test('STATUS_USERS and STATUS_ACCESS together are refused as ambiguous', () => {
    const users = `alice:scrypt.32768.8.3.${'A'.repeat(22)}.${'A'.repeat(43)}`;
    expect(refusal({ ...LEAST, STATUS_USERS: users, STATUS_ACCESS: 'public' })).toContain('ambiguous');
    expect(refusal({ ...LEAST, STATUS_USERS: `${users},${users.replace('.3.', '.2.')}` })).toContain('"alice" is there twice');
    expect(readEnvironment({ ...LEAST, STATUS_USERS: users }).access).toMatchObject({ kind: 'users', users: [{ name: 'alice' }] });
  });

  describe('an entry of STATUS_USERS', () => {
    const hash = (parameters = '32768.8.3'): string => `scrypt.${parameters}.${'A'.repeat(22)}.${'A'.repeat(43)}`;

    test.for([
      ['whose hash has N = 2', `ann:${hash('2.8.1')}`],
      ['whose hash has half the N that `restorewatch user` writes', `ann:${hash('16384.8.16')}`],
      ['whose hash has that N and less work than OWASP’s least', `ann:${hash('32768.8.2')}`],
      ['whose hash has twice that N and a quarter of its memory, since r is small', `ann:${hash('65536.1.16')}`],
      ['of a viewer whose hash is weak', `ann:${hash('2.8.1')}:viewer`],
      ['whose hash is weak, among others', `bob:${hash()},ann:${hash('8192.8.10')}`],
    ] as const)('%s is refused, by its name and without the hash', ([, users]) => {
      const message = refusal({ ...LEAST, STATUS_USERS: users });
      expect(message).toContain('STATUS_USERS: the hash of ann is so cheap that its password can be guessed');
      expect(message).not.toContain('scrypt');
    });

    test.for([
      ['as `restorewatch user` writes it', hash()],
      ['with more memory and one thread', hash('131072.8.1')],
      ['with as much memory by twice the N and half the r', hash('65536.4.4')],
    ] as const)('with a hash %s is taken', ([, text]) => expect(refusal({ ...LEAST, STATUS_USERS: `ann:${text}` })).toBe(''));

    test.for([
      ['', 'responder'],
      [':responder', 'responder'],
      [':viewer', 'viewer'],
    ] as const)('that ends in "%s" is one of a %s', ([end, role]) => {
      const { access, secrets } = readEnvironment({ ...LEAST, STATUS_USERS: `ann:${hash()}${end}` });
      expect(access).toMatchObject({ users: [{ name: 'ann', role }] });
      expect(secrets).toContain(hash());
      expect(secrets).not.toContain(role);
    });

    test.for([':admin', ':Viewer', ':'] as const)('that ends in "%s" is refused, and the roles are named', (end) => {
      const message = refusal({ ...LEAST, STATUS_USERS: `bob:${hash()},ann:${hash()}${end}` });
      expect(message).toMatch(/STATUS_USERS: item 2 of 2 \(ann\) ends in a role that there is not; write :viewer, :responder or neither/);
      expect(message).not.toContain('scrypt');
    });
  });

  test('STATUS_ACCESS=vercel is refused where this is not Vercel, with what to set instead', () => {
    expect(refusal({ ...LEAST, STATUS_ACCESS: 'vercel' })).toMatch(/STATUS_ACCESS: "vercel".*not Vercel.*set STATUS_USERS/);
    const there = { ...COMPLETE, STATUS_ACCESS: 'vercel', VERCEL: '1' };
    expect(readEnvironment(there)).toMatchObject({ access: { kind: 'vercel' }, onVercel: true });
  });

  test.for(['10.0.0.0/8, 192.0.2.7,2001:db8::/32', '10.0.0.1/32'])('TRUSTED_PROXIES=%s is taken', (proxies) =>
    expect(readEnvironment({ ...LEAST, TRUSTED_PROXIES: proxies }).trustedProxies).toEqual(proxies.split(/, ?/)),
  );

  test.for([
    ['10.0.0.1/33', 'item 1 of 1 has a prefix that is no whole number from 1 to 32'],
    ['2001:db8::/129', 'item 1 of 1 has a prefix that is no whole number from 1 to 128'],
    ['10.0.0.0/', 'item 1 of 1 has a prefix'],
    ['192.0.2.7,0.0.0.0/0', 'item 2 of 2 names every address, so that everybody would be believed'],
    ['::/0', 'item 1 of 1 names every address'],
    ['proxy.example.com', 'item 1 of 1 is no IP address, and no range of them'],
    ['10.0.0.0/8/8', 'item 1 of 1 is no IP address'],
  ] as const)('TRUSTED_PROXIES=%s is refused in words', ([proxies, problem]) =>
    expect(refusal({ ...LEAST, TRUSTED_PROXIES: proxies })).toContain(`TRUSTED_PROXIES: ${problem}`),
  );
});

test('all problems of an environment are in one message', () => {
  const message = refusal({ RUN_BUDGET_MS: 'soon', ATLAS_BASE_URL: '?', SLACK_BOT_TOKEN: 'xoxb-1234', VERCEL: '1', STATUS_ACCESS: 'x' });
  for (const name of ['RUN_BUDGET_MS', 'ATLAS_BASE_URL', 'SLACK_CHANNEL_ID', 'KV_REST_API_URL', 'STATUS_ACCESS', 'ATLAS_CLIENT_ID']) {
    expect(message).toContain(name);
  }
  expect(message).toContain('6 problems');
});

describe('on Vercel', () => {
  test('state in a file is refused', () => {
    const message = refusal({ ...COMPLETE, VERCEL: '1', KV_REST_API_URL: '', KV_REST_API_TOKEN: '' });
    expect(message).toContain('KV_REST_API_URL');
  });

  test('a deployment without any channel is refused unless ALERTS=off says that it is intended', () => {
    const silent = { ...LEAST, VERCEL: '1', KV_REST_API_URL: 'https://kv.example.com', KV_REST_API_TOKEN: 'kv-token-secret' };
    expect(refusal(silent)).toContain('ALERTS=off');
    expect(readEnvironment({ ...silent, ALERTS: 'off' }).warnings).toContainEqual(expect.stringContaining('nobody is told'));
  });
});

describe('warnings and faults', () => {
  test.for([
    [
      'no phone',
      { ...COMPLETE, PAGERDUTY_ROUTING_KEY: '', TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '', TWILIO_FROM: '', SMS_TO: '' },
      /NO PHONE/,
    ],
    ['nobody may see the page', { ...COMPLETE, STATUS_ACCESS: '' }, /STATUS_USERS/],
    ['no link in alerts', { ...COMPLETE, STATUS_URL: '' }, /STATUS_URL/],
    ['a budget that Vercel cuts off', { ...COMPLETE, VERCEL: '1', RUN_BUDGET_MS: '300000' }, /300 s/],
    ['one request may take the whole run', { ...COMPLETE, REQUEST_TIMEOUT_MS: '5000', RUN_BUDGET_MS: '5000' }, /REQUEST_TIMEOUT_MS/],
    ['secrets in the clear', { ...COMPLETE, KV_REST_API_URL: 'http://kv.example.com', ALLOW_HTTP: 'kv.example.com' }, /unencrypted/],
  ] as const)('%s is warned of', ([, source, expected]) => {
    expect(readEnvironment(source).warnings).toContainEqual(expect.stringMatching(expected));
  });

  test.for([
    ['no channel at all', { ...LEAST, CRON_SECRET: COMPLETE.CRON_SECRET }, /NOBODY CAN BE TOLD.*P0.*PagerDuty/],
    ['no cron secret', { ...COMPLETE, CRON_SECRET: '' }, /CRON_SECRET is not set/],
    ['a cron secret of 31 characters', { ...COMPLETE, CRON_SECRET: 'x'.repeat(31) }, /fewer than 32/],
    ['a scraper that could call the crons', { ...COMPLETE, METRICS_TOKEN: COMPLETE.CRON_SECRET }, /METRICS_TOKEN is CRON_SECRET/],
  ] as const)('%s is a fault, and no warning besides', ([, source, expected]) => {
    const { faults, warnings } = readEnvironment(source);
    expect(faults).toEqual([expect.stringMatching(expected)]);
    expect(warnings.filter((warning) => expected.test(warning))).toEqual([]);
  });

  test.for([
    ['a cron secret of 32 characters', { ...COMPLETE, CRON_SECRET: 'x'.repeat(32) }],
    ['a scraper with a token of its own', { ...COMPLETE, METRICS_TOKEN: `${COMPLETE.CRON_SECRET}x` }],
    ['no channel, where ALERTS=off says that this is meant', { ...LEAST, CRON_SECRET: COMPLETE.CRON_SECRET, ALERTS: 'off' }],
  ] as const)('%s is no fault', ([, source]) => expect(readEnvironment(source).faults).toEqual([]));

  test('an http address on this machine itself causes no warning', () => {
    expect(
      readEnvironment({ ...COMPLETE, ATLAS_BASE_URL: 'http://127.0.0.1:4000', KV_REST_API_URL: 'http://localhost:1' }).warnings,
    ).toEqual([]);
  });
});
