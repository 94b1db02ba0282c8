import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { hmac } from '../../../lib/people/webhooks/signature.ts';
import { readSlack } from '../../../lib/people/webhooks/slack-webhook.ts';
import { NOW } from '../../support/facts.ts';

const SECRET = 'signing-secret-of-the-tests';
const STAMP = String(NOW / SECOND);

/** As Slack sends a click (docs.slack.dev/reference/interaction-payloads/block_actions-payload), shortened. */
function click(changes: Record<string, unknown> = {}, action: Record<string, unknown> = {}): string {
  const user = { id: 'U1', username: 'dana', name: 'dana', team_id: 'T1' };
  const actions = [{ action_id: 'acknowledge', block_id: 'b', type: 'button', value: 'backup-age-c1-1', action_ts: STAMP, ...action }];
  return new URLSearchParams({ payload: JSON.stringify({ type: 'block_actions', user, actions, ...changes }) }).toString();
}

function sign(body: string, timestamp = STAMP, secret = SECRET): string {
  return `v0=${hmac(secret, `v0:${timestamp}:${body}`)}`;
}

function read(
  body: string,
  changes: { readonly signature?: string | null; readonly timestamp?: string | null; readonly now?: number } = {},
) {
  const { signature = sign(body, changes.timestamp ?? STAMP), timestamp = STAMP, now = NOW } = changes;
  return readSlack({ body: new TextEncoder().encode(body), signature, timestamp }, SECRET, now);
}

describe('a click on the button', () => {
  test('says what its message was about, and who', () =>
    expect(read(click())).toEqual({
      kind: 'act',
      act: { eventId: `slack:${sign(click())}`, named: 'backup-age-c1-1', by: 'dana' },
    }));

  test('says it as the button does, comma and all', () =>
    expect(read(click({}, { value: 'trigger/slack/0/drill:a, b+5' }))).toMatchObject({ act: { named: 'trigger/slack/0/drill:a, b+5' } }));

  test.for([
    [{ id: 'U1', name: 'eve' }, 'eve'],
    [{ id: 'U1' }, 'U1'],
  ])('by %o has a name', ([user, by]) => expect(read(click({ user }))).toMatchObject({ act: { by } }));

  test('is the same event when it is sent again, and another when somebody clicks again', () => {
    const [first, again, other] = [read(click()), read(click()), read(click({}, { action_ts: '1.5' }))].map((received) =>
      received.kind === 'act' ? received.act.eventId : null,
    );
    expect(first).toBe(again);
    expect(first).not.toBe(other);
  });

  test.for([
    ['another button', click({}, { action_id: 'open' })],
    ['a button without a value', click({}, { value: null })],
    ['a shortcut', click({ type: 'shortcut' })],
    ['a form without a payload', 'a=b'],
    ['a payload that is no JSON', 'payload=%7B'],
    ['nothing', ''],
  ])('that is %s asks for nothing', ([, body]) => expect(read(body ?? '')).toEqual({ kind: 'ignore' }));
});

describe('a signature', () => {
  const body = click();

  test.for([
    ['missing', null],
    ['empty', ''],
    ['of another secret', sign(body, STAMP, 'another')],
    ['of another body', sign(`${body}&`)],
    ['of another time', sign(body, String(NOW / SECOND - 1))],
    ['cut short', sign(body).slice(0, -1)],
    ['of another version', sign(body).replace('v0', 'v1')],
    ['not ASCII', 'v0=é€😀'],
  ])('that is %s is refused', ([, signature]) =>
    expect(read(body, { signature: signature ?? null })).toMatchObject({ kind: 'refuse', status: 401 }),
  );

  test.for([
    [5 * MINUTE, 'act'],
    [5 * MINUTE + 1, 'refuse'],
    [-5 * MINUTE, 'act'],
    [-5 * MINUTE - 1, 'refuse'],
  ] as const)('made %i ms ago: %s', ([ago, kind]) => expect(read(body, { now: NOW + ago }).kind).toBe(kind));

  test.for(['', 'now', '1e9', '-1', '99999999999999', ' 5'])('under the time “%s” is refused', (timestamp) =>
    expect(read(body, { timestamp, signature: sign(body, timestamp) })).toMatchObject({ kind: 'refuse', status: 401 }),
  );

  test('without a time is refused', () =>
    expect(readSlack({ body: new TextEncoder().encode(body), signature: sign(body, ''), timestamp: null }, SECRET, NOW)).toMatchObject({
      kind: 'refuse',
      status: 401,
    }));

  test('over bytes that are no text changes nothing', () => {
    const raw = new Uint8Array([0xff, 0xfe, 0x80]);
    const signature = `v0=${hmac(SECRET, Buffer.concat([Buffer.from(`v0:${STAMP}:`), raw]))}`;
    expect(['refuse', 'ignore']).toContain(readSlack({ body: raw, signature, timestamp: STAMP }, SECRET, NOW).kind);
  });
});
