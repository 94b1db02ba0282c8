import { describe, expect, test } from 'vitest';
import type { Acknowledgement } from '../../lib/domain/incidents/incident.ts';
import { pruneHead } from '../../lib/domain/incidents/prune.ts';
import { checksThat } from '../../lib/evaluate/checks/registry.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { latencySummary } from '../../lib/render/latency-summary.ts';
import { decodeHead, encodeHead } from '../../lib/record/stored-head.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../support/incidents.ts';

const TIMED = checksThat('timedByAtlas');
const NONE = { count: 0, p50: null, p95: null };

function acknowledgedAfter(time: number): Acknowledgement {
  return { by: 'dana', via: 'page', at: NOW + time, until: NOW + 8 * HOUR };
}

describe('detection latency', () => {
  test('is empty without incidents', () => {
    expect(latencySummary(null)).toEqual({ detected: NONE, accepted: NONE, acknowledged: NONE });
    expect(latencySummary(head())).toEqual({ detected: NONE, accepted: NONE, acknowledged: NONE });
  });

  test('goes from the fault by Atlas’s own times to our run, to the provider, to a person', () => {
    const one = incident('a', { startedAt: NOW - 20 * MINUTE, trail: [acknowledgedAfter(3 * MINUTE), acknowledgedAfter(9 * HOUR)] });
    const sent = [accepted('sms', ['a'], { acceptedAt: NOW + 4 * SECOND }), accepted('pagerduty', ['a'], { acceptedAt: NOW + 2 * SECOND })];
    expect(latencySummary(head({ incidents: [one], deliveries: sent }))).toEqual({
      detected: { count: 1, p50: 20 * MINUTE, p95: 20 * MINUTE },
      accepted: { count: 1, p50: 2 * SECOND, p95: 2 * SECOND },
      acknowledged: { count: 1, p50: 3 * MINUTE, p95: 3 * MINUTE },
    });
  });

  test.for([
    ['an incident whose fault has no time from Atlas, until detection,', { startedAt: null }, 'detected'],
    ['an incident that nobody acknowledged, until acknowledgement,', {}, 'acknowledged'],
    ['an incident of which no provider accepted a message, until acceptance,', {}, 'accepted'],
  ] as const)('%s does not count', ([, changes, step]) =>
    expect(latencySummary(head({ incidents: [incident('a', changes)], deliveries: [delivery('sms', ['a'])] }))[step]).toEqual(NONE),
  );

  test.for(['alert-path', 'monitor', 'visibility', 'restore-test', 'drill', 'integrity'] as const)(
    'an incident of %s, which is timed by our own clock, does not count',
    (check) =>
      expect(latencySummary(head({ incidents: [incident('a', { check, startedAt: NOW })], deliveries: [accepted('sms', ['a'])] }))).toEqual(
        {
          detected: NONE,
          accepted: NONE,
          acknowledged: NONE,
        },
      ),
  );

  test('keeps the latencies of incidents that have left the head', () => {
    const one = resolved('a', { startedAt: NOW - 20 * MINUTE, trail: [acknowledgedAfter(3 * MINUTE)] });
    const before = head({ incidents: [one], deliveries: [accepted('sms', ['a'], { acceptedAt: NOW + 4 * SECOND })] });
    const after = pruneHead(before, NOW + DAY, TIMED);
    expect(after.incidents).toEqual([]);
    expect(after.latencies).toEqual([[20 * MINUTE, 4 * SECOND, 3 * MINUTE]]);
    expect(latencySummary(after)).toEqual(latencySummary(before));
    expect(pruneHead(after, NOW + 2 * DAY, TIMED).latencies).toBe(after.latencies);
    expect(latencySummary(decodeHead(encodeHead(after), { name: 'a store', startAnew: 'use another' }))).toEqual(latencySummary(before));
  });

  test('keeps the latencies of the last 200 such incidents', () => {
    const gone = (id: number) => resolved(`i${id}`, { startedAt: NOW - id });
    const first = pruneHead(head({ incidents: Array.from({ length: 150 }, (_, index) => gone(index)) }), NOW + DAY, TIMED);
    const second = pruneHead({ ...first, incidents: Array.from({ length: 150 }, (_, index) => gone(150 + index)) }, NOW + DAY, TIMED);
    expect(second.latencies.map(([detected]) => detected)).toEqual(Array.from({ length: 200 }, (_, index) => 100 + index));
  });

  test('keeps no latency of a check that is not timed by Atlas', () =>
    expect(pruneHead(head({ incidents: [resolved('a', { check: 'monitor', startedAt: NOW })] }), NOW + DAY, TIMED).latencies).toEqual([]));

  test('a reminder does not count as the first accepted message', () =>
    expect(latencySummary(head({ incidents: [incident('a')], deliveries: [accepted('sms', ['a'], { kind: 'remind' })] })).accepted).toEqual(
      NONE,
    ));

  test('a storm’s one message counts for each of its incidents', () => {
    const ids = ['a', 'b', 'c'];
    expect(
      latencySummary(head({ incidents: ids.map((id) => incident(id)), deliveries: [accepted('slack', ids, { acceptedAt: NOW + SECOND })] }))
        .accepted.count,
    ).toBe(3);
  });

  test.for([
    [1, 1, 1],
    [2, 1, 2],
    [20, 10, 19],
    [21, 11, 20],
    [100, 50, 95],
  ] as const)('of %i incidents that took 1, 2, 3 … minutes has the median %i and the 95th percentile %i', ([count, half, most]) => {
    const incidents = Array.from({ length: count }, (_, index) => incident(`i${index}`, { startedAt: NOW - (index + 1) * MINUTE }));
    expect(latencySummary(head({ incidents })).detected).toEqual({ count, p50: half * MINUTE, p95: most * MINUTE });
  });

  test('is never negative, whatever the clocks say', () =>
    expect(latencySummary(head({ incidents: [incident('a', { startedAt: NOW + MINUTE })] })).detected.p50).toBe(0));
});
