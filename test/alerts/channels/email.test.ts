import { describe, expect, test } from 'vitest';
import { mailOf } from '../../../lib/alerts/channels/email-message.ts';
import { startSmtp, type MailFault, type SmtpEmulator, type Stage } from '../../emulators/smtp.ts';
import { HOSTILE, hostileIncident, incidentOf, letterOf, resolvedIncident, stormOf } from '../letters.ts';
import { channelContract, closedPort, openOne, send, type Rig } from './contract.ts';

type SmtpRig = Rig & { readonly provider: SmtpEmulator };

const FROM = 'Restorable <restorable@example.com>';
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

test('options of nodemailer in the address are not obeyed, such as a log with the password in it', async () => {
  const smtpUrl = `${rig().provider.url}/?logger=true&debug=true&socketTimeout=1`;
  expect(await send(openOne({ email: { smtpUrl, from: FROM, to: TO } }))).toMatchObject({ result: 'accepted' });
});

describe('each recipient', () => {
  test('gets a mail of its own with an id of its own', async () => {
    const channel = openOne(rig().settings);
    expect(channel.recipients).toBe(2);
    await send(channel, letterOf({ recipient: 0 }));
    const first = lastMail();
    await send(channel, letterOf({ recipient: 1 }));
    expect([first.to, lastMail().to]).toEqual([[TO[0]], [TO[1]]]);
    expect(lastMail().headers['message-id']).not.toBe(first.headers['message-id']);
  });
});

describe('the headers', () => {
  test('make the same delivery the same mail, and thread what follows', async () => {
    const channel = openOne(rig().settings);
    await send(channel, letterOf({ key: 'first' }));
    const id = lastMail().headers['message-id'];
    expect(id).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
    await send(channel, letterOf({ key: 'first' }));
    expect(lastMail().headers['message-id']).toBe(id);
    await send(
      channel,
      letterOf({ key: 'second', kind: 'resolve', incidents: [resolvedIncident()], root: { key: 'first', receipt: null } }),
    );
    expect(lastMail().headers).toMatchObject({ 'in-reply-to': id, references: id });
    expect(lastMail().headers['message-id']).not.toBe(id);
  });

  test('ask for no automatic answer', async () => {
    await send(openOne(rig().settings));
    expect(lastMail().headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      'list-id': 'Restorable <restorable.example.com>',
    });
  });

  test('take no line of their own from a name', async () => {
    await send(openOne(rig().settings), letterOf({ incidents: [hostileIncident()], reroute: HOSTILE }));
    const { headers, to, subject, html } = lastMail();
    expect(headers).not.toHaveProperty('bcc');
    expect(to).toEqual([TO[0]]);
    expect(subject).toMatch(/^\[P0\] x<img src=x onerror=alert\(1\)><!channel> &amp; "q" Bcc: eve@example\.com/);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });
});

describe('the mail', () => {
  test('of a trigger', () =>
    expect(mailOf(letterOf())).toMatchInlineSnapshot(`
    {
      "html": "<!doctype html><html><body style="font-family:sans-serif"><h2 style="font-size:18px">[P0] orders (shop): the newest recovery point is 30 h old, 24 h are allowed</h2><p>Since 2026-11-22T04:00:00Z (6 h).</p><p>What can still be restored: newest recovery point 2026-11-21T04:00:00Z (30 h old).</p><p><strong>What to do now:</strong> Take an on-demand snapshot of orders now.</p><table><tr><th align="left" style="padding-right:12px">Cluster</th><td>orders</td></tr><tr><th align="left" style="padding-right:12px">Project</th><td>shop</td></tr><tr><th align="left" style="padding-right:12px">Since</th><td>2026-11-22T04:00:00Z</td></tr><tr><th align="left" style="padding-right:12px">Check</th><td>backup-age</td></tr><tr><th align="left" style="padding-right:12px">newest recovery point</th><td>2026-11-21T04:00:00Z (30 h old)</td></tr><tr><th align="left" style="padding-right:12px">limit</th><td>24 h</td></tr></table><p><a href="https://status.example.com/#backup-age-orders-1">Status page</a> · <a href="https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1">Runbook</a> · <a href="https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders">Atlas</a></p></body></html>",
      "subject": "[P0] orders (shop): the newest recovery point is 30 h old, 24 h are allowed",
      "text": "[P0] orders (shop): the newest recovery point is 30 h old, 24 h are allowed

    Since 2026-11-22T04:00:00Z (6 h).
    What can still be restored: newest recovery point 2026-11-21T04:00:00Z (30 h old).

    What to do now: Take an on-demand snapshot of orders now.

    Cluster: orders
    Project: shop
    Since: 2026-11-22T04:00:00Z
    Check: backup-age
    newest recovery point: 2026-11-21T04:00:00Z (30 h old)
    limit: 24 h

    Status page: https://status.example.com/#backup-age-orders-1
    Runbook: https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1
    Atlas: https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders
    ",
    }
  `));
  test('of a resolve', () =>
    expect(mailOf(letterOf({ kind: 'resolve', incidents: [resolvedIncident()] })).text).toMatchInlineSnapshot(`
    "[Resolved] orders (shop), was: the newest recovery point is 30 h old, 24 h are allowed

    Since 2026-11-22T04:00:00Z (5 h 59 min).
    Over since 2026-11-22T09:59:00Z: recovered.

    Cluster: orders
    Project: shop
    Since: 2026-11-22T04:00:00Z
    Check: backup-age
    Then: newest recovery point: 2026-11-21T04:00:00Z (30 h old)
    Then: limit: 24 h

    Status page: https://status.example.com/#backup-age-orders-1
    Runbook: https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1
    Atlas: https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders
    "
  `));
  test('of a storm', () =>
    expect(mailOf(letterOf({ incidents: stormOf(6) })).text).toMatchInlineSnapshot(`
    "[P0] 6 incidents: cluster-1 (shop), cluster-2 (shop), cluster-3 (shop), cluster-4 (shop), cluster-5 (shop) and 1 more

    - cluster-1 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    - cluster-2 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    - cluster-3 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    - cluster-4 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    - cluster-5 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    - cluster-6 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z

    What to do now: Open the page: each incident there says what can still be restored and what to do now.

    Status page: https://status.example.com/
    "
  `));

  test('arrives as it was written, whatever its alphabet', async () => {
    const letter = letterOf({ incidents: [incidentOf({ summary: 'Größe 日本 🙂 = 100 %' })] });
    await send(openOne(rig().settings), letter);
    expect(lastMail().subject).toBe('[P0] orders (shop): Größe 日本 🙂 = 100 %');
    expect(lastMail().text.replaceAll('\r\n', '\n').trim()).toBe(mailOf(letter).text.trim());
  });

  test('of a storm over 6,250 clusters stays small and says what it leaves out', () => {
    const { text, html } = mailOf(letterOf({ incidents: stormOf(6_250) }));
    expect(text.length + html.length).toBeLessThan(200_000);
    expect(text).toMatch(/\+\d+ more on the page/);
  });
});
