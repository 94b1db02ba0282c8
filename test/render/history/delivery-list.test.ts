import { describe, expect, test } from 'vitest';
import type { PastIncident } from '../../../lib/domain/incidents/past-incident.ts';
import { ALWAYS, DAY, HOUR } from '../../../lib/domain/time.ts';
import { type DeliveryRequest, pastDeliveries, presentDeliveries } from '../../../lib/render/history/delivery-list.ts';
import { delivery, head, incident, NOW } from '../../app/recorded.ts';

const REQUEST: DeliveryRequest = {
  now: NOW,
  filter: { channel: null, state: null, within: ALWAYS },
  limit: 2,
  linkOf: (id) => `/i/${id}`,
  placeOf: ({ id }) => `place of ${id}`,
};
const named = (key: string, ago: number) => delivery({ key, createdAt: NOW - ago });

describe('messages of the head', () => {
  const recorded = head({ incidents: [incident()], deliveries: [named('a', 3), named('b', 1), named('c', 2)] });

  test.for([
    [0, ['b', 'c'], { skip: 2 }],
    [2, ['a'], { place: null }],
    [9, [], { place: null }],
  ] as const)('from the %ith on are %j, the last made first, and then %j', ([skip, keys, next]) => {
    const list = presentDeliveries(recorded, skip, REQUEST);
    expect([list.entries.map(({ key }) => key), list.next]).toEqual([keys, next]);
  });

  test.for([
    [3, 1, ['b', 'c', 'a']],
    [2, 1, ['b', 'c']],
    [2, 2, ['c']],
    [9, 4, []],
  ] as const)('made in a period that begins %i ms ago and ends %i ms ago are %j', ([from, to, keys]) => {
    const within = { from: NOW - from, to: NOW - to };
    const list = presentDeliveries(recorded, 0, { ...REQUEST, limit: 9, filter: { ...REQUEST.filter, within } });
    expect(list.entries.map(({ key }) => key)).toEqual(keys);
  });

  test.for([
    ['rejected', {}, true],
    ['owed', { nextTryAt: NOW }, true],
    ['owed', { nextTryAt: NOW, claim: { owner: 'r', until: NOW } }, false],
    ['unknown', { nextTryAt: null }, false],
    ['accepted', {}, false],
    ['cancelled', {}, false],
  ] as const)('that are %s with %j can be sent again: %j', ([state, more, can]) =>
    expect(presentDeliveries(head({ deliveries: [delivery({ state, ...more })] }), 0, REQUEST).entries[0]?.canResend).toBe(can),
  );

  test('show the last error only while they have not arrived, and no address of anybody in it', () => {
    const error = 'refused bob@example.com';
    const all = [delivery({ key: 'a', state: 'accepted', lastError: error }), delivery({ key: 'b', state: 'rejected', lastError: error })];
    const shown = presentDeliveries(head({ deliveries: all }), 0, REQUEST).entries.map(({ lastError }) => lastError);
    expect(shown).toEqual([null, 'refused b…@example.com']);
  });

  test.for([
    [{ incidents: ['i1', 'i2', 'i3'] }, 'orders (shop), backup-age', '/i/i1', 2],
    [{ incidents: ['gone'] }, null, null, 0],
    [{ incidents: [], kind: 'digest' }, null, null, 0],
  ] as const)('with %j are about %s', ([change, about, href, more]) =>
    expect(presentDeliveries(head({ incidents: [incident()], deliveries: [delivery(change)] }), 0, REQUEST).entries[0]).toMatchObject({
      about,
      href,
      more,
    }),
  );
});

describe('messages of history', () => {
  const past = (id: string, keys: readonly string[]): PastIncident => ({
    incident: incident({ id, state: 'resolved', openedAt: NOW - DAY, resolvedAt: NOW - HOUR }),
    deliveries: keys.map((key) => delivery({ key, state: 'accepted', acceptedAt: NOW - HOUR })),
  });

  test('of a storm are shown once, with how many more incidents they are about', () => {
    const { entries } = pastDeliveries([past('i1', ['storm']), past('i2', ['storm'])], 9, REQUEST);
    expect(entries.map(({ key, href, more }) => [key, href, more])).toEqual([['storm', '/i/i1', 1]]);
  });

  test.for([
    [
      'fill a page with whole incidents, and go on behind the last one',
      [past('i1', ['a', 'b', 'c']), past('i2', ['d'])],
      9,
      3,
      { place: 'place of i1' },
    ],
    ['are all where fewer incidents came than were asked for', [past('i1', ['a']), past('i2', ['b'])], 3, 2, null],
    ['may go on where as many incidents came', [past('i1', ['a']), past('i2', ['b'])], 2, 2, { place: 'place of i2' }],
    ['are none where there are no incidents', [], 9, 0, null],
  ] as const)('%s', ([, all, pastMost, count, next]) => {
    const list = pastDeliveries(all, pastMost, REQUEST);
    expect([list.entries.length, list.next]).toEqual([count, next]);
  });
});
