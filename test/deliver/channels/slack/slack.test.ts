import { describe, expect, test } from 'vitest';
import { startSlack, type SlackEmulator } from '../../../emulators/slack.ts';
import { type NotificationChanges, HOSTILE, hostileIncident, notificationOf, NOW, resolvedIncident, stormOf } from '../../notifications.ts';
import { channelContract, gatewayContract, closedPort, openOne, send, type HttpRig } from '../contract.ts';

type SlackRig = HttpRig & { readonly provider: SlackEmulator };

async function start(): Promise<SlackRig> {
  const provider = await startSlack({ now: () => NOW });
  const { token, channel, apiUrl } = provider;
  return {
    provider,
    settings: { slack: { token, channel, apiUrl } },
    secrets: [token],
    asked: () => provider.requests.length,
    received: () => provider.messages.length,
    refused: () => provider.refused,
    hang: () => provider.fault(/./, { kind: 'hang' }),
    lose: () => provider.fault(/postMessage/, { kind: 'lose' }, 1),
    gateway: (status) => provider.fault(/postMessage/, { kind: 'handledThen', status }, 1),
    echo: (text) => provider.fault(/./, { kind: 'status', status: 500, body: text }),
    heal: () => {
      provider.heal();
      provider.scopes.add('channels:history');
    },
    close: provider.close,
  };
}

const answers =
  (status: number, body: unknown, headers = {}) =>
  (rig: SlackRig) =>
    rig.provider.fault(/./, { kind: 'status', status, body, headers });
const says = (error: string) => answers(200, { ok: false, error });
const rig = channelContract('Slack', start, [
  ['ok:false channel_not_found is rejected', says('channel_not_found'), 'rejected'],
  ['ok:false invalid_auth is rejected', says('invalid_auth'), 'rejected'],
  ['ok:false invalid_blocks is rejected', says('invalid_blocks'), 'rejected'],
  ['ok:false ratelimited is failed', says('ratelimited'), 'failed'],
  ['ok:false service_unavailable is failed', says('service_unavailable'), 'failed'],
  ['ok:false request_timeout is failed', says('request_timeout'), 'failed'],
  ['ok:false internal_error is unknown: Slack may have posted', says('internal_error'), 'unknown'],
  ['ok:false fatal_error is unknown: Slack may have posted', says('fatal_error'), 'unknown'],
  ['ok:false without a reason is unknown', answers(200, { ok: false }), 'unknown'],
  ['ok:true without a ts is unknown', answers(200, { ok: true }), 'unknown'],
  ['null is unknown', answers(200, 'null'), 'unknown'],
  ['429 is failed and its Retry-After kept', answers(429, {}, { 'Retry-After': '60' }), 'failed', 60_000],
  [
    '429 with a date as its Retry-After is failed and waits until then',
    answers(429, {}, { 'Retry-After': new Date(NOW + 90_000).toUTCString() }),
    'failed',
    90_000,
  ],
  ['429 without Retry-After is failed', answers(429, {}), 'failed'],
  ['503 is failed and its Retry-After kept', answers(503, {}, { 'Retry-After': '5' }), 'failed', 5_000],
  ['403 is rejected', answers(403, {}), 'rejected'],
  ['500 is unknown: Slack may have posted', answers(500, {}), 'unknown'],
  ['504 is unknown and its Retry-After kept', answers(504, {}, { 'Retry-After': '9' }), 'unknown', 9_000],
  ['HTML with 502 is unknown', ({ provider }) => provider.fault(/./, { kind: 'html' }), 'unknown'],
  [
    'HTML with 200 is unknown, though the SDK calls it an error of Slack',
    ({ provider }) => provider.fault(/./, { kind: 'html', status: 200 }),
    'unknown',
  ],
  ['a reset is unknown', ({ provider }) => provider.fault(/./, { kind: 'reset' }), 'unknown'],
]);
gatewayContract('Slack', rig);

const asked = (): readonly string[] => rig().provider.requests.map(({ path }) => path.replace('/api/', ''));
const tell = (changes: NotificationChanges) => send(openOne(rig().settings), notificationOf(changes));

/** Posts a message under this key and returns its root for the notifications that follow. */
async function posted(key: string): Promise<{ key: string; receipt: string }> {
  const outcome = await tell({ key });
  if (outcome.result !== 'accepted' || outcome.receipt === null) throw new Error('the root was not posted');
  return { key, receipt: outcome.receipt };
}

test('where nobody listens it is failed', async () => {
  const channel = openOne({ slack: { token: 't', channel: 'C', apiUrl: `http://127.0.0.1:${await closedPort()}/api/` } });
  expect(await send(channel)).toMatchObject({ result: 'failed' });
});

describe('after an unknown outcome', () => {
  test('it posts where no message is found', async () => {
    const before = rig().provider.messages.length;
    expect(await tell({ key: 'never-came', ambiguous: true })).toMatchObject({ result: 'accepted' });
    expect(rig().provider.messages.length - before).toBe(1);
  });

  test('it finds a message that 250 others have followed', async () => {
    const root = await posted('buried');
    for (let index = 0; index < 250; index += 1) await noise(index);
    expect(await tell({ key: 'buried', ambiguous: true })).toEqual({ result: 'accepted', receipt: root.receipt });
  });

  test('without the scope to look it posts again: a duplicate beats a loss', async () => {
    await posted('unseen');
    rig().provider.scopes.delete('channels:history');
    const before = rig().provider.messages.length;
    expect(await tell({ key: 'unseen', ambiguous: true })).toMatchObject({ result: 'accepted' });
    expect(rig().provider.messages.length - before).toBe(1);
  });

  test('a look that fails for now posts nothing and is tried again later', async () => {
    rig().provider.fault(/history/, { kind: 'status', status: 503 });
    const before = rig().provider.messages.length;
    expect(await tell({ key: 'later', ambiguous: true })).toMatchObject({ result: 'failed' });
    expect(rig().provider.messages.length).toBe(before);
  });

  test('a reply is looked for in its thread', async () => {
    const root = await posted('root-of-reply');
    const reply = { key: 'reply', kind: 'resolve', incidents: [resolvedIncident()], root } as const;
    const first = await tell(reply);
    const before = rig().provider.messages.length;
    expect(await tell({ ...reply, ambiguous: true })).toEqual(first);
    expect(rig().provider.messages.length).toBe(before);
  });
});

async function noise(index: number): Promise<void> {
  const { url, token, channel } = rig().provider;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' };
  await fetch(`${url}/api/chat.postMessage`, { method: 'POST', headers, body: new URLSearchParams({ channel, text: `noise ${index}` }) });
}

describe('a thread', () => {
  test('a resolve strikes the message through, takes its button and replies', async () => {
    const root = await posted('to-resolve');
    expect(await tell({ key: 'resolve', kind: 'resolve', incidents: [resolvedIncident()], root })).toMatchObject({ result: 'accepted' });
    const message = rig().provider.messages.find(({ ts }) => ts === root.receipt);
    expect(message?.blocks[0]).toMatchObject({
      text: { type: 'mrkdwn', text: expect.stringMatching(/^~\[Resolved\] orders \(shop\).*~$/) },
    });
    expect(JSON.stringify(message?.blocks)).not.toContain('"acknowledge"');
    expect(rig().provider.messages.at(-1)).toMatchObject({ thread_ts: root.receipt, broadcast: false });
  });

  test('a resolve whose message was deleted still comes', async () => {
    const before = rig().provider.messages.length;
    const root = { key: 'gone', receipt: '1.000001' };
    expect(await tell({ key: 'resolve-of-gone', kind: 'resolve', incidents: [resolvedIncident()], root })).toMatchObject({
      result: 'accepted',
    });
    expect(rig().provider.messages.length - before).toBe(1);
  });

  test('a resolve whose message was deleted is no reply to it: nobody would see that', async () => {
    await tell({ key: 'seen', kind: 'resolve', incidents: [resolvedIncident()], root: { key: 'gone', receipt: '1.000001' } });
    expect(rig().provider.messages.at(-1)?.thread_ts).toBeUndefined();
  });

  test('a resolve whose message is too old to be edited is a reply to it', async () => {
    const root = await posted('too-old');
    rig().provider.fault(/chat\.update/, { kind: 'status', status: 200, body: { ok: false, error: 'edit_window_closed' } });
    await tell({ key: 'resolve-of-old', kind: 'resolve', incidents: [resolvedIncident()], root });
    expect(rig().provider.messages.at(-1)?.thread_ts).toBe(root.receipt);
  });

  test.for(['update', 'acknowledge'] as const)('an %s whose message was deleted comes as a message of its own, once', async (kind) => {
    const notification = { key: `${kind}-of-gone`, kind, root: { key: 'gone', receipt: '1.000001' } };
    const before = rig().provider.messages.length;
    rig().provider.fault(/postMessage/, { kind: 'lose' }, 1);
    expect(await tell(notification)).toMatchObject({ result: 'unknown' });
    expect(await tell({ ...notification, ambiguous: true })).toMatchObject({ result: 'accepted' });
    expect(rig().provider.messages.length - before).toBe(1);
    expect(rig().provider.messages.at(-1)?.thread_ts).toBeUndefined();
  });

  test('a notification that changes a message is refused where every notification is', async () => {
    const root = await posted('to-refuse');
    rig().provider.fault(/./, { kind: 'status', status: 200, body: { ok: false, error: 'account_inactive' } });
    expect(await tell({ key: 'refused', kind: 'acknowledge', root })).toMatchObject({ result: 'rejected' });
  });

  test('a resolve whose update fails for now replies later, once', async () => {
    const root = await posted('update-later');
    rig().provider.fault(/chat\.update/, { kind: 'status', status: 500 });
    const before = rig().provider.messages.length;
    expect(await tell({ key: 'r', kind: 'resolve', incidents: [resolvedIncident()], root })).toMatchObject({ result: 'unknown' });
    expect(rig().provider.messages.length).toBe(before);
  });

  test.for(['update', 'acknowledge'] as const)('an %s changes the message and says nothing new', async (kind) => {
    const root = await posted(`to-${kind}`);
    const before = rig().provider.messages.length;
    expect(await tell({ key: kind, kind, root })).toEqual({ result: 'accepted', receipt: root.receipt });
    expect(rig().provider.messages.length).toBe(before);
    expect(rig().provider.messages.find(({ ts }) => ts === root.receipt)).toMatchObject({
      edits: 1,
      metadata: { event_payload: { key: `to-${kind}` } },
    });
  });

  test.for(['remind', 'escalate'] as const)('a notification of kind %s replies where everybody sees it', async (kind) => {
    const root = await posted(`to-${kind}`);
    await tell({ key: kind, kind, root });
    expect(rig().provider.messages.at(-1)).toMatchObject({ thread_ts: root.receipt, broadcast: true });
  });

  test("whose root has no receipt is found by the root's key", async () => {
    const { receipt } = await posted('root-unknown');
    await tell({ key: 'x', kind: 'resolve', incidents: [resolvedIncident()], root: { key: 'root-unknown', receipt: null } });
    expect(rig().provider.messages.at(-1)?.thread_ts).toBe(receipt);
  });

  test('whose root is nowhere becomes a message of its own', async () => {
    await tell({ key: 'y', kind: 'acknowledge', root: { key: 'nowhere', receipt: null } });
    expect(rig().provider.messages.at(-1)).not.toHaveProperty('thread_ts');
    expect(asked().at(-1)).toBe('chat.postMessage');
  });

  const orphan = { kind: 'resolve', incidents: [resolvedIncident()], root: { key: 'nowhere', receipt: null } } as const;

  test('that is a resolve, and whose root is nowhere, says so and posts nothing: nobody was told that it began', async () => {
    const before = rig().provider.messages.length;
    expect(await tell({ ...orphan, key: 'z' })).toMatchObject({ result: 'rootless' });
    expect(rig().provider.messages.length).toBe(before);
  });

  test('that is a resolve becomes a message of its own where nobody may look for its root', async () => {
    rig().provider.scopes.delete('channels:history');
    expect(await tell({ ...orphan, key: 'unseen-root' })).toMatchObject({ result: 'accepted' });
  });
});

test.for([1, 7, 60, 6_250])("a storm of %i incidents is within Slack's limits", async (count) => {
  expect(await tell({ key: `storm-${count}`, incidents: stormOf(count) })).toMatchObject({ result: 'accepted' });
  expect(JSON.stringify(rig().provider.messages.at(-1)).length).toBeLessThan(12_000);
});

test('hostile names arrive, and Slack takes them', async () => {
  const incidents = [hostileIncident()];
  expect(await tell({ key: 'hostile', incidents, reroute: HOSTILE })).toMatchObject({ result: 'accepted' });
});

test("an update of a storm's message tells of all its incidents, whichever the notification is about", async () => {
  const incidents = stormOf(6, (index) => (index === 0 ? { state: 'resolved', resolvedAt: NOW, resolution: 'recovered' } : {}));
  const first = await tell({ key: 'storm', incidents });
  const root = { key: 'storm', receipt: first.result === 'accepted' ? first.receipt : null, incidents };
  await tell({ key: 'storm-resolve', kind: 'resolve', incidents: incidents.slice(0, 1), root });
  expect(JSON.stringify(rig().provider.messages.find(({ ts }) => ts === root.receipt)?.blocks)).toMatch(
    /1 of 6 incidents is over.*cluster-6/,
  );
});
