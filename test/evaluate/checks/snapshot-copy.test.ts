import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, CopiedKind, Schedule, Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import { event, inWords, type Look, NOW, once, schedule, snapshot, UNREAD, watcher } from '../../support/facts.ts';

const check = 'snapshot-copy';
const REGION = 'EU_WEST_1';
const HOURLY: CopiedKind = { frequency: 'hourly', kept: null };

function copying(kinds: readonly CopiedKind[] = [HOURLY], region = REGION): Schedule {
  return schedule({ copies: [{ region, kinds }] });
}

const FAILED = 'CPS_COPY_SNAPSHOT_FAILED';
const SUCCEEDED = 'CPS_COPY_SNAPSHOT_SUCCESSFUL';

/** The cluster with copy settings and these events. */
function told(events: readonly AtlasEvent[], changes: Partial<ClusterFacts> = {}): Look {
  return { events, cluster: { schedule: known(copying(), NOW), ...changes } };
}

describe('snapshot-copy: an event that a copy failed', () => {
  const failed = event(FAILED, NOW - 7 * HOUR);

  test.for<[string, Look, string]>([
    ['never came', told([]), 'ok'],
    ['exactly 6 h ago may still be made good', told([event(FAILED, NOW - 6 * HOUR)]), 'ok'],
    ['6 h and 1 ms ago, with no success since, is a warning', told([event(FAILED, NOW - 6 * HOUR - 1)]), 'failing warning'],
    ['was followed by a success', told([failed, event(SUCCEEDED, NOW - 6.5 * HOUR)]), 'ok'],
    ['was followed by a success later than 6 h after it', told([event(FAILED, NOW - 9 * HOUR), event(SUCCEEDED, NOW - HOUR)]), 'ok'],
    ['came after the last success', told([event(SUCCEEDED, NOW - 8 * HOUR), failed]), 'failing warning'],
    ['came in the same second as a success to another region', told([failed, event(SUCCEEDED, NOW - 7 * HOUR)]), 'failing warning'],
    ['is tried again by Atlas', told([event('CPS_COPY_SNAPSHOT_FAILED_WILL_RETRY', NOW - 7 * HOUR)]), 'ok'],
    ['names the cluster by its name alone', told([event(FAILED, NOW - 7 * HOUR, { clusterId: null })]), 'failing warning'],
    ['is about another cluster', told([event(FAILED, NOW - 7 * HOUR, { clusterId: 'c9', clusterName: 'ledger' })]), 'ok'],
    ['comes from before the copies were switched off', { events: [failed] }, 'ok'],
    ['is of a sharded cluster', told([failed], { kind: 'sharded' }), 'failing warning'],
    ['is of a paused cluster', told([failed], { paused: known(true, NOW) }), 'exempt'],
    ['is of an exempt cluster', told([failed], { tags: { 'restorewatch-exempt': 'a sandbox' } }), 'exempt'],
    ['is of a flex cluster', told([failed], { kind: 'flex', schedule: known(null, NOW) }), 'exempt'],
    ['is known while the schedule cannot be read', { events: [failed], cluster: { schedule: UNREAD } }, 'failing warning'],
    ['cannot be read', { cluster: told([]).cluster ?? {}, project: { events: UNREAD } }, 'unknown'],
    ['may have come while the schedule cannot be read', { cluster: { schedule: UNREAD } }, 'unknown'],
    ['may have come while Atlas sends no copy settings', { cluster: { schedule: known(schedule({ copies: null }), NOW) } }, 'unknown'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('repeats every few hours: the first of them says since when nothing has succeeded', () => {
    const events = [NOW - 11 * HOUR, NOW - 5 * HOUR, NOW - HOUR].map((at) => event(FAILED, at));
    expect(once(told(events)).finding(check)).toMatchObject({ verdict: 'failing', startedAt: NOW - 11 * HOUR });
  });

  test('stays a warning in later checks that read no event, and ends with a success that one of them reads', () => {
    const monitor = watcher();
    monitor.look(told([failed]));
    expect(inWords(monitor.look({ ...told([]), at: NOW + HOUR }).finding(check))).toBe('failing warning');
    expect(inWords(monitor.look({ ...told([event(SUCCEEDED, NOW + HOUR)]), at: NOW + 2 * HOUR }).finding(check))).toBe('ok');
  });

  test('is judged by the last failure if Atlas shows a success between two of them late', () => {
    const monitor = watcher();
    monitor.look(told([failed, event(FAILED, NOW - HOUR)]));
    const late = told([event(SUCCEEDED, NOW - 3 * HOUR)]);
    expect(inWords(monitor.look({ ...late, at: NOW + HOUR }).finding(check))).toBe('ok');
    expect(inWords(monitor.look({ ...late, at: NOW + 5 * HOUR + 1 }).finding(check))).toBe('failing warning');
  });

  test('counts no time during which the cluster was paused', () => {
    const monitor = watcher();
    monitor.look({ ...told([event(FAILED, NOW)]), at: NOW });
    monitor.look({ ...told([], { paused: known(true, NOW) }), at: NOW + HOUR });
    expect(inWords(monitor.look({ ...told([]), at: NOW + 9 * HOUR }).finding(check))).toBe('ok');
    // It was paused for at most 9 h: from the check that last saw it run to the one that saw it run again.
    expect(inWords(monitor.look({ ...told([]), at: NOW + 15 * HOUR }).finding(check))).toBe('ok');
    expect(inWords(monitor.look({ ...told([]), at: NOW + 15 * HOUR + 1 }).finding(check))).toBe('failing warning');
  });

  test('stays a warning through a pause, since a pause makes no copy', () => {
    const monitor = watcher();
    monitor.look(told([failed]));
    const paused = { paused: known(true, NOW) };
    expect(inWords(monitor.look({ ...told([], paused), at: NOW + HOUR }).finding(check))).toBe('failing warning');
    expect(inWords(monitor.look({ ...told([event(SUCCEEDED, NOW + HOUR)], paused), at: NOW + 2 * HOUR }).finding(check))).toBe('ok');
  });

  test('stays a warning while Terraform replaces the schedule, and so do the settings that the copies count from', () => {
    const monitor = watcher();
    monitor.look(told([failed]));
    const replaced = { cluster: { schedule: known(schedule({ items: [] }), NOW) }, at: NOW + HOUR };
    expect(inWords(monitor.look(replaced).finding(check))).toBe('failing warning (backup-policy)');
    expect(monitor.look(replaced).memory.projects['p1']?.clusters['c1']?.copiesSince).toEqual({ [`${REGION} hourly`]: NOW });
    const off = { ...replaced.cluster, backupEnabled: known(false, NOW) };
    expect(inWords(monitor.look({ cluster: off, at: NOW + HOUR }).finding(check))).toBe('failing warning (backup-off)');
    expect(inWords(monitor.look({ ...told([]), at: NOW + 2 * HOUR }).finding(check))).toBe('failing warning');
    expect(inWords(monitor.look({ at: NOW + 3 * HOUR }).finding(check))).toBe('ok');
  });

  test('names no cluster: a warning on the project, which a success without a cluster ends', () => {
    const nameless = { clusterId: null, clusterName: null };
    const monitor = watcher();
    const first = monitor.look({ events: [event(FAILED, NOW - 7 * HOUR, nameless)] });
    expect(inWords(first.finding(check, null))).toBe('failing warning');
    expect(first.finding(check)?.verdict).toBe('ok');
    const second = monitor.look({ at: NOW + HOUR, events: [event(SUCCEEDED, NOW, nameless)] });
    expect(inWords(second.finding(check, null))).toBe('ok');
  });

  test('names no cluster and the events cannot be read afterwards: the project stays a warning', () => {
    const monitor = watcher();
    monitor.look({ events: [event(FAILED, NOW - 7 * HOUR, { clusterId: null, clusterName: null })] });
    const blind = monitor.look({ at: NOW + HOUR, project: { events: UNREAD } });
    expect(inWords(blind.finding(check, null))).toBe('failing warning');
  });
});

/** Six-hourly snapshots after the first check at NOW; `copied` says which of them have a copy. */
function taken(until: Instant, copied: (at: Instant) => boolean, changes: Partial<Snapshot> = {}): readonly Snapshot[] {
  const number = Math.floor((until - NOW) / (6 * HOUR));
  return Array.from({ length: number }, (_, index) => NOW + (index + 1) * 6 * HOUR).map((at) =>
    snapshot(at, { frequency: 'hourly', copyRegions: copied(at) ? [REGION] : [], ...changes }),
  );
}

/** What a check at `at` finds, after one at NOW that saw the copy settings first. */
function later(at: Instant, snapshots: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): string {
  const monitor = watcher();
  const settings = { schedule: known(copying(), NOW), ...changes };
  monitor.look({ cluster: settings });
  return inWords(monitor.look({ at, cluster: { ...settings, snapshots: known(snapshots, at) } }).finding(check));
}

const NONE = (): boolean => false;
/** The first snapshot after the settings were seen is due then: six hours and a day later. */
const LIMIT = NOW + 6 * HOUR + 6 * HOUR + DAY;

describe('snapshot-copy: a snapshot of a copied kind', () => {
  test.for<[string, () => string, string]>([
    [
      'has its copy',
      () =>
        later(
          LIMIT + DAY,
          taken(LIMIT + DAY, () => true),
        ),
      'ok',
    ],
    ['lacks its copy for exactly its interval and 24 h', () => later(LIMIT, taken(LIMIT, NONE)), 'ok'],
    ['lacks its copy 1 ms longer', () => later(LIMIT + 1, taken(LIMIT, NONE)), 'failing warning'],
    [
      'lacks its copy, and a newer one has one',
      () =>
        later(
          LIMIT + DAY,
          taken(LIMIT + DAY, (at) => at > NOW + 6 * HOUR),
        ),
      'ok',
    ],
    [
      'from before the settings were first seen lacks its copy',
      () => later(LIMIT + DAY, [snapshot(NOW - HOUR, { frequency: 'hourly' })]),
      'ok',
    ],
    ['has a copy in another region alone', () => later(LIMIT + 1, taken(LIMIT, NONE, { copyRegions: ['US_WEST_2'] })), 'failing warning'],
    ['is a fallback one', () => later(LIMIT + 1, taken(LIMIT, NONE, { type: 'fallback' })), 'ok'],
    ['is of a kind that is not copied', () => later(LIMIT + 1, taken(LIMIT, NONE, { frequency: 'daily' })), 'ok'],
    ['is of a sharded cluster, whose listing does not say', () => later(LIMIT + 1, taken(LIMIT, NONE), { kind: 'sharded' }), 'ok'],
    ['came without the regions of its copies', () => later(LIMIT + 1, taken(LIMIT, NONE, { copyRegions: null })), 'unknown'],
    [
      'is one of the so many newest that are copied',
      () => later(LIMIT + 1, taken(LIMIT, NONE), { schedule: known(schedule({ copies: [{ region: REGION, kinds: [] }] }), NOW) }),
      'ok',
    ],
    [
      'has lost its copy, which is kept for a day only',
      () => later(LIMIT + DAY, taken(LIMIT, NONE), { schedule: known(copying([{ frequency: 'hourly', kept: DAY }]), NOW) }),
      'ok',
    ],
    [
      'lacks its copy, which is kept for a week',
      () => later(LIMIT + 1, taken(LIMIT, NONE), { schedule: known(copying([{ frequency: 'hourly', kept: 7 * DAY }]), NOW) }),
      'failing warning',
    ],
    ['cannot be read', () => inWords(once({ cluster: { schedule: known(copying(), NOW), snapshots: UNREAD } }).finding(check)), 'unknown'],
  ])('%s: $2', ([, verdict, expected]) => expect(verdict()).toBe(expected));

  test('is judged from the check that first saw its region again, if the region was taken out meanwhile', () => {
    const monitor = watcher();
    monitor.look({ cluster: { schedule: known(copying(), NOW) } });
    monitor.look({ at: NOW + HOUR });
    const again = (at: Instant): string =>
      inWords(monitor.look({ at, cluster: { schedule: known(copying(), at), snapshots: known(taken(at, NONE), at) } }).finding(check));
    expect(again(NOW + 13 * HOUR)).toBe('ok');
    // The first snapshot after that is of NOW + 18 h.
    expect(again(NOW + 18 * HOUR + 6 * HOUR + DAY)).toBe('ok');
    expect(again(NOW + 18 * HOUR + 6 * HOUR + DAY + 1)).toBe('failing warning');
  });

  test('is judged again as before after a check that could not read the settings', () => {
    const monitor = watcher();
    monitor.look({ cluster: { schedule: known(copying(), NOW) } });
    monitor.look({ at: NOW + HOUR, cluster: { schedule: UNREAD } });
    const at = LIMIT + MINUTE;
    const read = { schedule: known(copying(), at), snapshots: known(taken(LIMIT, NONE), at) };
    expect(inWords(monitor.look({ at, cluster: read }).finding(check))).toBe('failing warning');
  });

  test('that lacks its copy is named with its region, its age and the limit', () => {
    const monitor = watcher();
    const settings = { schedule: known(copying(), NOW) };
    monitor.look({ cluster: settings });
    const at = LIMIT + HOUR;
    const finding = monitor.look({ at, cluster: { ...settings, snapshots: known(taken(LIMIT, NONE), at) } }).finding(check);
    expect(finding?.summary).toBe('the hourly snapshot of 2026-11-22T18:00:00Z has no copy in EU_WEST_1 after 31 h (limit 30 h)');
    expect(finding).toMatchObject({ startedAt: LIMIT, counted: ['EU_WEST_1 hourly'], evidence: [['copied to EU_WEST_1', 'hourly']] });
  });
});
