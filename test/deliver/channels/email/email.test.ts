import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readEnvironment } from '../../../../lib/config/environment/read-environment.ts';
import { mailOf } from '../../../../lib/deliver/channels/email/email-message.ts';
import { serverAt } from '../../../../lib/deliver/channels/email/mail-server.ts';
import { COMPLETE } from '../../../config/environment/environment-source.ts';
import { makeAuthority } from '../../../emulators/authority.ts';
import { startSmtp, type MailFault, type SmtpEmulator, type Stage } from '../../../emulators/smtp.ts';
import { HOSTILE, hostileIncident, incidentOf, notificationOf, resolvedIncident, stormOf } from '../../notifications.ts';
import { channelContract, closedPort, openOne, send, type Rig } from '../contract.ts';

type SmtpRig = Rig & { readonly provider: SmtpEmulator };

const FROM = 'Restorewatch <restorewatch@example.com>';
const TO = ['oncall@example.com', 'dba@example.com'];

async function start(): Promise<SmtpRig> {
  const provider = await startSmtp();
  return {
    provider,
    settings: { email: { smtpUrl: provider.url, from: FROM, to: TO } },
    secrets: [provider.password],
    asked: () => provider.requests.filter((stage) => stage === 'AUTH').length,
    // Readers fold mails of one Message-ID together.
    received: () => new Set(provider.mails.map(({ headers }) => headers['message-id'])).size,
    refused: () => [],
    hang: () => provider.fault('BODY', { kind: 'hang' }),
    lose: () => provider.fault('BODY', { kind: 'lose' }, 1),
    echo: (text) => provider.fault('MAIL', { kind: 'answer', code: 550, message: text }),
    heal: provider.heal,
    close: provider.close,
  };
}

const at = (stage: Stage, fault: MailFault) => (rig: SmtpRig) => rig.provider.fault(stage, fault);
const says = (stage: Stage, code: number) => at(stage, { kind: 'answer', code });
const rig = channelContract('SMTP', start, [
  ['535 to the password is rejected', says('AUTH', 535), 'rejected'],
  ['454 to the password is failed', says('AUTH', 454), 'failed'],
  ['451 to MAIL is failed', says('MAIL', 451), 'failed'],
  ['550 to MAIL is rejected', says('MAIL', 550), 'rejected'],
  ['450 to RCPT is failed', says('RCPT', 450), 'failed'],
  ['550 to RCPT is rejected', says('RCPT', 550), 'rejected'],
  ['452 to the message is failed', says('BODY', 452), 'failed'],
  ['554 to the message is rejected', says('BODY', 554), 'rejected'],
  ['a reset at MAIL is failed: nothing can have arrived', at('MAIL', { kind: 'reset' }), 'failed'],
  ['a reset at RCPT is failed', at('RCPT', { kind: 'reset' }), 'failed'],
  ['a reset after the message is unknown', at('BODY', { kind: 'reset' }), 'unknown'],
]);

const lastMail = () => {
  const mail = rig().provider.mails.at(-1);
  if (mail === undefined) throw new Error('no mail came');
  return mail;
};

test('a server’s error that repeats a recipient’s address is told without the whole address', async () => {
  rig().provider.fault('RCPT', { kind: 'answer', code: 550, message: '5.1.1 <oncall@example.com>: unknown, oncall@example.com' });
  const channel = openOne(rig().settings);
  const outcome = await send(channel);
  expect(outcome).toMatchObject({
    result: 'rejected',
    error: expect.stringContaining('550 5.1.1 <o…@example.com>: unknown, o…@example.com'),
  });
  expect(channel.recipientNames).toEqual(['o…@example.com', 'd…@example.com']);
});

test('where nobody listens it is failed', async () => {
  const smtpUrl = `smtp://127.0.0.1:${await closedPort()}`;
  expect(await send(openOne({ email: { smtpUrl, from: FROM, to: TO } }))).toMatchObject({ result: 'failed' });
});

test('smtps to a server without TLS is failed and gives no password away', async () => {
  const smtpUrl = rig().provider.url.replace('smtp:', 'smtps:');
  const before = rig().asked();
  expect(await send(openOne({ email: { smtpUrl, from: FROM, to: TO } }))).toMatchObject({ result: 'failed' });
  expect(rig().asked()).toBe(before);
});

test('a server that has to offer STARTTLS and does not is failed before the password goes out', async () => {
  const before = rig().asked();
  const outcome = await send(openOne({ email: { smtpUrl: `${rig().provider.url}/?requireTLS=true`, from: FROM, to: TO } }));
  expect(outcome.result).not.toBe('accepted');
  expect(rig().asked()).toBe(before);
});

describe('TLS', () => {
  // Nothing here takes this spelling of 127.0.0.1 for loopback, so that it stands for a server across a network.
  const elsewhere = (more = '') => rig().provider.url.replace('127.0.0.1', '127.1') + more;
  const mailBy = (smtpUrl: string, more: { readonly plain?: true } = {}) =>
    send(openOne({ email: { smtpUrl, from: FROM, to: TO, ...more } }));

  test('a server elsewhere without STARTTLS gets neither password nor mail, and the error says what to do', async () => {
    const before = [rig().asked(), rig().received()];
    const outcome = await mailBy(elsewhere());
    expect(outcome).toMatchObject({
      result: 'rejected',
      error: expect.stringMatching(/STARTTLS.*use smtps:\/\/, or add \?tls=optional to SMTP_URL/),
    });
    expect([rig().asked(), rig().received()]).toEqual(before);
  });

  test.for([
    ['its address says ?tls=optional', '?tls=optional', {}],
    ['ALLOW_HTTP names it', '', { plain: true }],
  ] as const)('a server elsewhere without STARTTLS gets its mail where %s', async ([, more, settings]) => {
    expect(await mailBy(elsewhere(more), settings)).toMatchObject({ result: 'accepted' });
  });

  test('a server that offers STARTTLS gets password and mail encrypted, if its certificate is good', async () => {
    const { ca, tls } = await makeAuthority();
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, ca]);
    const provider = await startSmtp({ tls });
    onTestFinished(async () => {
      setDefaultCACertificates(before);
      await provider.close();
    });
    expect(await mailBy(provider.url.replace('127.0.0.1', 'localhost'))).toMatchObject({ result: 'accepted' });
    expect(provider.encrypted).toEqual([true]);
    // The certificate is for another name.
    const outcome = await mailBy(provider.url.replace('127.0.0.1', '127.1'));
    expect(outcome).toMatchObject({ result: 'failed', error: expect.stringContaining('does not match certificate') });
    expect(provider.encrypted).toEqual([true]);
  });
});

test.for([
  ['smtps://mail.example.com', {}, { port: 465, secure: true, requireTLS: false, ignoreTLS: false }],
  ['smtp://mail.example.com', {}, { port: 587, secure: false, requireTLS: true, ignoreTLS: false }],
  ['smtp://mail.example.com:25/?tls=optional', {}, { port: 25, requireTLS: false, ignoreTLS: false }],
  ['smtp://mail.example.com/?tls=optional&ignoreTLS=true', {}, { requireTLS: false, ignoreTLS: true }],
  ['smtp://mail.example.com/?ignoreTLS=true', {}, { requireTLS: true, ignoreTLS: false }],
  ['smtp://mail.example.com/?requireTLS=false', {}, { requireTLS: true }],
  ['smtp://mail.example.com', { plain: true }, { requireTLS: false }],
  ['smtp://mail.example.com/?requireTLS=true', { plain: true }, { requireTLS: true }],
  ['smtp://localhost:25', {}, { requireTLS: false }],
  ['smtp://LocalHost:25', {}, { requireTLS: false }],
  ['smtp://[::1]:25', {}, { host: '::1', requireTLS: false }],
  ['smtp://127.0.0.1/?requireTLS=true', {}, { requireTLS: true }],
  ['smtp://localhost.example.com', {}, { requireTLS: true }],
  ['smtp://us%40er:p%40ss@mail.example.com', {}, { auth: { user: 'us@er', pass: 'p@ss' } }],
] as const)('%s %j is reached with %j', ([smtpUrl, more, options]) => expect(serverAt({ smtpUrl, ...more })).toMatchObject(options));

test('ALLOW_HTTP opens the mail server of teams too, whose recipients go by the server of everybody', () => {
  const source = { ...COMPLETE, SMTP_URL: 'smtp://relay.internal', ALLOW_HTTP: 'relay.internal' };
  const teams = [{ name: 'shop', match: { project: 'shop' }, to: { email: ['shop@example.com'] } }];
  const environment = readEnvironment(source, { teams });
  expect([environment.channels.email, environment.teams[0]?.channels.email]).toEqual([
    expect.objectContaining({ plain: true }),
    expect.objectContaining({ plain: true }),
  ]);
  expect(readEnvironment({ ...source, ALLOW_HTTP: '' }, { teams }).channels.email).not.toHaveProperty('plain');
});

test('options of nodemailer in the address are not obeyed, such as a log with the password in it', async () => {
  const smtpUrl = `${rig().provider.url}/?logger=true&debug=true&socketTimeout=1`;
  expect(await send(openOne({ email: { smtpUrl, from: FROM, to: TO } }))).toMatchObject({ result: 'accepted' });
});

describe('each recipient', () => {
  test('gets a mail of its own with an id of its own', async () => {
    const channel = openOne(rig().settings);
    expect(channel.recipients).toBe(2);
    await send(channel, notificationOf({ recipient: 0 }));
    const first = lastMail();
    await send(channel, notificationOf({ recipient: 1 }));
    expect([first.to, lastMail().to]).toEqual([[TO[0]], [TO[1]]]);
    expect(lastMail().headers['message-id']).not.toBe(first.headers['message-id']);
  });
});

describe('the headers', () => {
  test('make the same delivery the same mail, and thread what follows', async () => {
    const channel = openOne(rig().settings);
    await send(channel, notificationOf({ key: 'first' }));
    const id = lastMail().headers['message-id'];
    expect(id).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
    await send(channel, notificationOf({ key: 'first' }));
    expect(lastMail().headers['message-id']).toBe(id);
    await send(
      channel,
      notificationOf({ key: 'second', kind: 'resolve', incidents: [resolvedIncident()], root: { key: 'first', receipt: null } }),
    );
    expect(lastMail().headers).toMatchObject({ 'in-reply-to': id, references: id });
    expect(lastMail().headers['message-id']).not.toBe(id);
  });

  test('ask for no automatic answer', async () => {
    await send(openOne(rig().settings));
    expect(lastMail().headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      'list-id': 'Restorewatch <restorewatch.example.com>',
    });
  });

  test('take no line of their own from a name', async () => {
    await send(openOne(rig().settings), notificationOf({ incidents: [hostileIncident()], reroute: HOSTILE }));
    const { headers, to, subject, html } = lastMail();
    expect(headers).not.toHaveProperty('bcc');
    expect(to).toEqual([TO[0]]);
    expect(subject).toMatch(/^\[P0\] x<img src=x[^\r\n]*\): restorable to/);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });
});

describe('the mail', () => {
  test('of a trigger says what is wrong, since when, what can be restored and what to do', () =>
    expect(mailOf(notificationOf())).toMatchInlineSnapshot(`
      {
        "html": "<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.45;max-width:720px"><table role="presentation" width="100%" cellpadding="12" cellspacing="0"><tr><td bgcolor="#b3261e"><h2 style="margin:0;font-size:18px;color:#ffffff">[P0] orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z</h2></td></tr></table><p>Since 04:00Z (6 h).</p><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td width="70%" height="14" bgcolor="#2c6e3f" style="font-size:1px;line-height:14px">&nbsp;</td><td width="2%" height="14" bgcolor="#b3261e" style="font-size:1px;line-height:14px">&nbsp;</td><td width="28%" height="14" bgcolor="#2c6e3f" style="font-size:1px;line-height:14px">&nbsp;</td></tr></table><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="left" style="font-size:12px;color:#4b5563">PITR 15 Nov 10:00Z</td><td align="right" style="font-size:12px;color:#4b5563">09:50Z</td></tr></table><p><strong>What to do now:</strong> Take an on-demand snapshot of orders now.</p><table><tr><th align="left" valign="top" style="padding-right:12px;white-space:nowrap">Base snapshot</th><td>21 Nov 04:00Z</td></tr><tr><th align="left" valign="top" style="padding-right:12px;white-space:nowrap">PITR cannot reach</th><td>20 Nov 08:00Z to 20 Nov 11:00Z (oplog behind)</td></tr><tr><th align="left" valign="top" style="padding-right:12px;white-space:nowrap">schedule</th><td>every 6 h</td></tr><tr><th align="left" valign="top" style="padding-right:12px;white-space:nowrap">Check</th><td>backup-age</td></tr></table><p><a href="https://status.example.com/#backup-age-orders-1">Status page</a> · <a href="https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1">Runbook</a> · <a href="https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders">Atlas</a></p></body></html>",
        "subject": "[P0] orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z",
        "text": "[P0] orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z

      Since 04:00Z (6 h).

      What to do now: Take an on-demand snapshot of orders now.

      Base snapshot: 21 Nov 04:00Z
      PITR reaches back to: 15 Nov 10:00Z
      PITR cannot reach: 20 Nov 08:00Z to 20 Nov 11:00Z (oplog behind)
      schedule: every 6 h
      Check: backup-age

      Status page: https://status.example.com/#backup-age-orders-1
      Runbook: https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1
      Atlas: https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders
      ",
      }
    `));
  test('of a resolve says what is over and since when', () =>
    expect(mailOf(notificationOf({ kind: 'resolve', incidents: [resolvedIncident()] })).text).toMatchInlineSnapshot(`
      "[Resolved] orders (shop), was: no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z

      Over since 09:59Z: recovered.
      Since 04:00Z (5 h 59 min).

      Then: schedule: every 6 h
      Check: backup-age

      Status page: https://status.example.com/#backup-age-orders-1
      Runbook: https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1
      Atlas: https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders
      "
    `));
  test('of a storm lists the incidents', () =>
    expect(mailOf(notificationOf({ incidents: stormOf(6) })).text).toMatchInlineSnapshot(`
      "[P0] 6 clusters: no snapshot for over 24 h; cluster-1 (shop), cluster-2 (shop), cluster-3 (shop), cluster-4 (shop), cluster-5 (shop) and 1 more

      Restorable, at worst to 09:50Z.

      - cluster-1 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      - cluster-2 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      - cluster-3 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      - cluster-4 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      - cluster-5 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      - cluster-6 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z

      What to do now: Open the page: each incident there says what can still be restored and what to do now.

      Status page: https://status.example.com/
      "
    `));

  test('arrives as it was written, whatever its alphabet', async () => {
    const notification = notificationOf({ incidents: [incidentOf({ summary: 'Größe 日本 🙂 = 100 %' })] });
    await send(openOne(rig().settings), notification);
    expect(lastMail().subject).toBe('[P0] orders (shop): restorable to 09:50Z by PITR; Größe 日本 🙂 = 100 %');
    expect(lastMail().text.replaceAll('\r\n', '\n').trim()).toBe(mailOf(notification).text.trim());
  });

  test('of a storm over 6,250 clusters stays small and says what it leaves out', () => {
    const { text, html } = mailOf(notificationOf({ incidents: stormOf(6_250) }));
    expect(text.length + html.length).toBeLessThan(200_000);
    expect(text).toMatch(/\+\d+ more on the page/);
  });
});
