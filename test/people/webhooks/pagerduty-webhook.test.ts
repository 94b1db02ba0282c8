import { describe, expect, test } from 'vitest';
import { readPagerDuty } from '../../../lib/people/webhooks/pagerduty-webhook.ts';
import { hmac } from '../../../lib/people/webhooks/signature.ts';

const SECRET = 'webhook-secret-of-the-tests';

/** As PagerDuty sends it (developer.pagerduty.com/docs/webhooks-v3-overview), shortened. */
function event(changes: Record<string, unknown> = {}, data: Record<string, unknown> = {}): string {
  const agent = { id: 'PUSER', type: 'user_reference', summary: 'Dana Doe', html_url: 'https://acme.pagerduty.com/users/PUSER' };
  const usual = {
    id: '01CHVJTLBG8WRYCCY0ZI0TNQT4',
    event_type: 'incident.acknowledged',
    resource_type: 'incident',
    occurred_at: '2026-11-22T12:00:00Z',
    agent,
    client: null,
  };
  return JSON.stringify({
    event: {
      ...usual,
      ...changes,
      data: { id: 'PINC', type: 'incident', status: 'acknowledged', incident_key: 'backup-age-c1-1', ...data },
    },
  });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function read(body: string, signatures: string | null = `v1=${hmac(SECRET, body)}`) {
  return readPagerDuty(bytes(body), signatures, SECRET);
}

describe('a signed event', () => {
  test.for([
    ['incident.acknowledged', 'acknowledged'],
    ['incident.unacknowledged', 'unacknowledged'],
    ['incident.resolved', 'resolved'],
  ] as const)('%s says what somebody did, to which incident, and who', ([type, what]) =>
    expect(read(event({ event_type: type }))).toEqual({
      kind: 'act',
      act: {
        eventId: 'pagerduty:01CHVJTLBG8WRYCCY0ZI0TNQT4',
        key: 'backup-age-c1-1',
        what,
        by: 'Dana Doe',
        at: Date.UTC(2026, 10, 22, 12),
      },
    }),
  );

  test.for([
    ['a person', 'resolved', { type: 'user_reference', summary: 'Dana Doe' }],
    ['its service, whose time ran out', 'closed', { type: 'service_reference', summary: 'Backups' }],
    ['an integration', 'closed', { type: 'inbound_integration_reference', summary: 'Events API v2' }],
    ['a kind of agent that nobody has heard of', 'closed', { type: 'robot_reference' }],
    ['nobody who is named', 'closed', null],
  ] as const)('incident.resolved by %s is %s', ([, what, agent]) =>
    expect(read(event({ event_type: 'incident.resolved', agent }))).toMatchObject({ act: { what } }),
  );

  test('incident.acknowledged by a person is an act', () =>
    expect(read(event({ agent: { type: 'user_reference', summary: 'Dana Doe' } }))).toMatchObject({
      kind: 'act',
      act: { what: 'acknowledged', by: 'Dana Doe' },
    }));

  test.for([
    ['its service', { type: 'service_reference', summary: 'Backups' }, 'Backups'],
    ['an integration, as which our own comes back', { type: 'inbound_integration_reference', summary: 'Events API V2' }, 'Events API V2'],
    ['a kind of agent that nobody has heard of', { type: 'robot_reference', summary: 'R2' }, 'R2'],
    ['an agent of no kind', { id: 'P' }, 'something without a name'],
    ['nobody who is named', null, 'something without a name'],
    ['nobody at all', undefined, 'something without a name'],
  ] as const)('incident.acknowledged by %s asks for nothing, and is noted', ([, agent, by]) =>
    expect(read(event({ agent }))).toEqual({
      kind: 'ignore',
      note: `PagerDuty’s event pagerduty:01CHVJTLBG8WRYCCY0ZI0TNQT4 about backup-age-c1-1 changed nothing: acknowledged there by ${by}, which is no person`,
    }),
  );

  test('a note is one line of limited length, whatever a name holds', () => {
    const received = read(event({ agent: { type: 'robot', summary: `a\nb${'x'.repeat(10_000)}` } }, { incident_key: 'k\n'.repeat(9_000) }));
    expect(received).toMatchObject({ kind: 'ignore', note: expect.stringMatching(/^[^\n]{100,400}$/) });
  });

  test.for(['user_reference', 'service_reference'])('incident.unacknowledged by a %s is an act: nobody works on it any more', (type) =>
    expect(read(event({ event_type: 'incident.unacknowledged', agent: { type } }))).toMatchObject({ act: { what: 'unacknowledged' } }),
  );

  test.for([undefined, null, '', 'yesterday'])('with the time %o has no time', (occurred) =>
    expect(read(event({ occurred_at: occurred }))).toMatchObject({ act: { what: 'acknowledged', at: null } }),
  );

  test.for([undefined, null])('of a person without a name (%o) is by “somebody at PagerDuty”', (summary) =>
    expect(read(event({ agent: { type: 'user_reference', summary } }))).toMatchObject({ act: { by: 'somebody at PagerDuty' } }),
  );

  test.for([
    ['of a kind that is none of ours', event({ event_type: 'incident.priority_updated' })],
    ['that tries the subscription', event({ event_type: 'pagey.ping' })],
    ['whose incident has no key', event({}, { incident_key: null })],
    ['about a service', JSON.stringify({ event: { id: '1', event_type: 'service.updated', data: { id: 'PSERV' } } })],
  ])('%s asks for nothing, and is answered well', ([, body]) => expect(read(body ?? '')).toEqual({ kind: 'ignore' }));

  test.for([
    ['no JSON', 'hello'],
    ['JSON cut off', event().slice(0, -20)],
    ['nothing', ''],
    ['an older version', JSON.stringify({ messages: [{ event: 'incident.acknowledge' }] })],
    ['an event without an id', event({ id: undefined })],
    ['an id of a megabyte', event({ id: 'x'.repeat(1_000_000) })],
  ])('that is %s is refused as such', ([, body]) => expect(read(body ?? '')).toMatchObject({ kind: 'refuse', status: 400 }));
});

describe('a signature', () => {
  const body = event();
  const good = `v1=${hmac(SECRET, body)}`;
  const old = `v1=${hmac('the secret before', body)}`;

  test.for([
    ['first of several, while a secret is rotated', `${good},${old}`],
    ['last of several', `${old},${good}`],
    ['after a space', `${old}, ${good}`],
  ])('that fits as the %s is enough', ([, signatures]) => expect(read(body, signatures ?? null).kind).toBe('act'));

  test.for([
    ['missing', null],
    ['empty', ''],
    ['of another secret', old],
    ['of another body', `v1=${hmac(SECRET, `${body} `)}`],
    ['cut short', good.slice(0, -1)],
    ['cut to its version', 'v1='],
    ['too long', `${good}0`],
    ['in capitals', good.toUpperCase()],
    ['without its version', hmac(SECRET, body)],
    ['of another version', `v0=${hmac(SECRET, body)}`],
    ['not ASCII', 'v1=é€😀'],
    ['after ten that do not', `${`${old},`.repeat(10)}${good}`],
  ])('that is %s is refused', ([, signatures]) => expect(read(body, signatures ?? null)).toMatchObject({ kind: 'refuse', status: 401 }));

  test('is made over the raw bytes, whatever they are', () => {
    const raw = new Uint8Array([0xff, 0xfe, 0x00, 0x80, 0x22]);
    expect(readPagerDuty(raw, `v1=${hmac(SECRET, raw)}`, SECRET)).toMatchObject({ kind: 'refuse', status: 400 });
    expect(readPagerDuty(raw, `v1=${hmac(SECRET, new TextDecoder().decode(raw))}`, SECRET)).toMatchObject({ kind: 'refuse', status: 401 });
  });

  test('that does not fit tells nothing of the secret or the body', () =>
    expect(JSON.stringify(read(body, old))).toBe('{"kind":"refuse","status":401,"why":"PagerDuty webhook: no signature fits"}'));
});
