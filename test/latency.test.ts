import { describe, expect, test } from 'vitest';
import type { Acknowledgement } from '../lib/domain/incident.ts';
import { pruned } from '../lib/domain/prune.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../lib/domain/time.ts';
import { latencyOf } from '../lib/latency.ts';
import { decodeHead, encodeHead } from '../lib/state/head.ts';
import { NOW } from './support/facts.ts';
import { accepted, delivery, head, incident, resolved } from './support/incidents.ts';

const NONE = { count: 0, p50: null, p95: null };

function acknowledgedAfter(time: number): Acknowledgement {
  return { by: 'dana', via: 'page', at: NOW + time, until: NOW + 8 * HOUR };
}

describe('detection latency', () => {
  test('is nothing where nothing happened', () => {
    expect(latencyOf(null)).toEqual({ detected: NONE, accepted: NONE, acknowledged: NONE });
    expect(latencyOf(head())).toEqual({ detected: NONE, accepted: NONE, acknowledged: NONE });
  });

  test('goes from the fault by Atlas’s own times to our run, to the provider, to a person', () => {
    const one = incident('a', { startedAt: NOW - 20 * MINUTE, trail: [acknowledgedAfter(3 * MINUTE), acknowledgedAfter(9 * HOUR)] });
    const sent = [accepted('sms', ['a'], { acceptedAt: NOW + 4 * SECOND }), accepted('pagerduty', ['a'], { acceptedAt: NOW + 2 * SECOND })];
    expect(latencyOf(head({ incidents: [one], deliveries: sent }))).toEqual({
      detected: { count: 1, p50: 20 * MINUTE, p95: 20 * MINUTE },
      accepted: { count: 1, p50: 2 * SECOND, p95: 2 * SECOND },
      acknowledged: { count: 1, p50: 3 * MINUTE, p95: 3 * MINUTE },
    });
  });

  test.for([
    ['a fault whose time Atlas does not tell', { startedAt: null }, 'detected'],
    ['what nobody acknowledged', {}, 'acknowledged'],
    ['what no provider accepted', {}, 'accepted'],
  ] as const)('%s does not count', ([, changes, step]) =>
    expect(latencyOf(head({ incidents: [incident('a', changes)], deliveries: [delivery('sms', ['a'])] }))[step]).toEqual(NONE),
  );

  test.for(['alert-path', 'monitor', 'visibility', 'restore-test', 'drill', 'integrity'] as const)(
    '%s, whose faults begin by our own clock, does not count',
    (check) =>
      expect(latencyOf(head({ incidents: [incident('a', { check, startedAt: NOW })], deliveries: [accepted('sms', ['a'])] }))).toEqual({
        detected: NONE,
        accepted: NONE,
        acknowledged: NONE,
      }),
  );

  test('does not forget what has left the head', () => {
    const one = resolved('a', { startedAt: NOW - 20 * MINUTE, trail: [acknowledgedAfter(3 * MINUTE)] });
    const before = head({ incidents: [one], deliveries: [accepted('sms', ['a'], { acceptedAt: NOW + 4 * SECOND })] });
    const after = pruned(before, NOW + DAY);
    expect(after.incidents).toEqual([]);
    expect(after.latencies).toEqual([[20 * MINUTE, 4 * SECOND, 3 * MINUTE]]);
    expect(latencyOf(after)).toEqual(latencyOf(before));
    expect(pruned(after, NOW + 2 * DAY).latencies).toBe(after.latencies);
    expect(latencyOf(decodeHead(encodeHead(after)))).toEqual(latencyOf(before));
  });

  test('keeps the last 200 of those', () => {
    const gone = (id: number) => resolved(`i${id}`, { startedAt: NOW - id });
    const first = pruned(head({ incidents: Array.from({ length: 150 }, (_, index) => gone(index)) }), NOW + DAY);
    const second = pruned({ ...first, incidents: Array.from({ length: 150 }, (_, index) => gone(150 + index)) }, NOW + DAY);
    expect(second.latencies?.map(([detected]) => detected)).toEqual(Array.from({ length: 200 }, (_, index) => 100 + index));
  });

  test('of what leaves only the timed is kept', () =>
    expect(pruned(head({ incidents: [resolved('a', { check: 'monitor', startedAt: NOW })] }), NOW + DAY).latencies).toBeUndefined());

  test('a message other than the first does not count as telling', () =>
    expect(latencyOf(head({ incidents: [incident('a')], deliveries: [accepted('sms', ['a'], { kind: 'remind' })] })).accepted).toEqual(
      NONE,
    ));

  test('a storm’s one message counts for each of its incidents', () => {
    const ids = ['a', 'b', 'c'];
    expect(
      latencyOf(head({ incidents: ids.map((id) => incident(id)), deliveries: [accepted('slack', ids, { acceptedAt: NOW + SECOND })] }))
        .accepted.count,
    ).toBe(3);
  });

  test.for([
    [1, 1, 1],
    [2, 1, 2],
    [20, 10, 19],
    [21, 11, 20],
    [100, 50, 95],
  ] as const)('of %i incidents that took 1, 2, 3 … minutes: the half within %i, 95 %% within %i', ([count, half, most]) => {
    const incidents = Array.from({ length: count }, (_, index) => incident(`i${index}`, { startedAt: NOW - (index + 1) * MINUTE }));
    expect(latencyOf(head({ incidents })).detected).toEqual({ count, p50: half * MINUTE, p95: most * MINUTE });
  });

  test('is never negative, whatever the clocks say', () =>
    expect(latencyOf(head({ incidents: [incident('a', { startedAt: NOW + MINUTE })] })).detected.p50).toBe(0));
});
