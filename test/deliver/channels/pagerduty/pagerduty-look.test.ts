import { describe, expect, test } from 'vitest';
import type { Channel, Notification } from '../../../../lib/deliver/attempt/channel.ts';
import type { PagerDutyApi, PagerDutyState } from '../../../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import { lookingFirst } from '../../../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import { notificationOf } from '../../notifications.ts';

const KEY = notificationOf().incidents[0]?.id ?? '';
const ROOT = { key: 'trigger/pagerduty/0/x', receipt: null, incidents: [] };
const never = new AbortController().signal;

/** What it came to, and what was asked and sent for it. */
async function sending(of: Notification, shown: PagerDutyState | null | Error): Promise<readonly [string, readonly string[]]> {
  const done: string[] = [];
  const channel: Channel = {
    id: 'pagerduty',
    recipients: 1,
    send: async ({ kind }) => (done.push(`sent ${kind}`), { result: 'accepted', receipt: null }),
  };
  const ask: PagerDutyApi = async (keys) => {
    done.push(`asked ${keys.join()}`);
    if (shown instanceof Error) throw shown;
    return new Map(keys.map((key) => [key, shown]));
  };
  const { result } = await lookingFirst(channel, ask).send(of, never);
  return [result, done];
}

describe('a page whose first sending may have arrived', () => {
  test.for(['triggered', 'acknowledged', 'resolved', 'closed'] as const)(
    'is there where PagerDuty shows it %s, and is not sent',
    async (state) => {
      expect(await sending(notificationOf({ ambiguous: true }), state)).toEqual(['accepted', [`asked ${KEY}`]]);
    },
  );

  test.for(['unknown', null, new Error('no answer')] as const)('is sent where PagerDuty says %s', async (state) => {
    expect(await sending(notificationOf({ ambiguous: true }), state)).toEqual(['accepted', [`asked ${KEY}`, 'sent trigger']]);
  });

  test('is looked for by the key that it has', async () => {
    expect(await sending(notificationOf({ ambiguous: true, dedupKey: `${KEY}-2` }), 'resolved')).toEqual(['accepted', [`asked ${KEY}-2`]]);
  });
});

describe('news of a page', () => {
  test.for(['resolved', 'closed'] as const)(
    'does not open it again where it is %s: it waits to be made a page of its own',
    async (state) => {
      expect(await sending(notificationOf({ kind: 'update', root: ROOT }), state)).toEqual(['failed', [`asked ${KEY}`]]);
    },
  );

  test.for(['triggered', 'acknowledged', 'unknown', null] as const)('is sent where PagerDuty shows %s', async (state) => {
    expect(await sending(notificationOf({ kind: 'update', root: ROOT, ambiguous: true }), state)).toEqual([
      'accepted',
      [`asked ${KEY}`, 'sent update'],
    ]);
  });
});

test.for([
  ['a first page', notificationOf()],
  ['an end', notificationOf({ kind: 'resolve', root: ROOT, ambiguous: true })],
  ['an acknowledgement', notificationOf({ kind: 'acknowledge', root: ROOT, ambiguous: true })],
] as const)('%s is sent without a look', async ([, of]) => {
  expect(await sending(of, 'resolved')).toEqual(['accepted', [`sent ${of.kind}`]]);
});
