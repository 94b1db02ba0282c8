import { describe, expect, test } from 'vitest';
import { instantOf } from '../../../lib/collect/schema/answer-fields.ts';
import { parseSchedule } from '../../../lib/collect/schema/schedule.ts';
import { parseFlexSnapshot, parseSnapshot } from '../../../lib/collect/schema/snapshots.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { START as NOW } from '../harness.ts';
import { ID, WRONG } from '../malformed.ts';

describe('times', () => {
  test.for([
    ['2026-08-10T03:06:46Z', Date.UTC(2026, 7, 10, 3, 6, 46)],
    ['2026-08-10T03:06:46.5Z', Date.UTC(2026, 7, 10, 3, 6, 46, 500)],
    ['2026-08-10T05:06:46+02:00', Date.UTC(2026, 7, 10, 3, 6, 46)],
    ['2026-08-10T03:06:46', Date.UTC(2026, 7, 10, 3, 6, 46)],
    ['1970-01-01T00:00:00Z', null],
    ['2008-12-31T23:59:59Z', null],
    ['2009-01-01T00:00:00Z', Date.UTC(2009, 0, 1)],
    ['9999-12-31T00:00:00Z', null],
    ['2026-13-40T00:00:00Z', null],
    ['yesterday', null],
    ['1786333606000', null],
    ['', null],
  ] as const)('%s', ([text, instant]) => {
    expect(instantOf(text)).toBe(instant);
  });
});

describe('snapshots', () => {
  const whole = {
    id: ID,
    status: 'completed',
    snapshotType: 'scheduled',
    createdAt: '2026-11-22T10:00:00Z',
    expiresAt: '2026-11-29T10:00:00Z',
    storageSizeBytes: 7,
    type: 'replicaSet',
    mongodVersion: '8.0.29',
    frequencyType: 'daily',
    copyRegions: ['EU_WEST_1'],
  };
  const source = { kind: 'replicaSet', shards: 1, majorVersion: '8.0', customerKey: false, configServer: null };
  const parsed = {
    id: ID,
    status: 'completed',
    type: 'scheduled',
    requestedAt: null,
    createdAt: Date.UTC(2026, 10, 22, 10),
    expiresAt: Date.UTC(2026, 10, 29, 10),
    sizeBytes: 7,
    source,
    frequency: 'daily',
    copyRegions: ['EU_WEST_1'],
  };

  test('a complete snapshot keeps every field', () => {
    expect(parseSnapshot(whole)).toEqual(parsed);
  });

  /** Without one of these a snapshot may be no recovery point, and its request tells about when it is from. */
  const deciding = [
    ['status', 'status'],
    ['snapshotType', 'type'],
    ['createdAt', 'createdAt'],
  ] as const;
  test.for(deciding.flatMap(([sent, ours]) => WRONG.map((wrong) => [sent, ours, wrong] as const)))(
    '%s that is malformed makes %s unknown, and keeps when it was asked for (%o)',
    ([sent, ours, wrong]) => {
      const requestedAt = Date.UTC(2026, 7, 10, 3, 19, 34);
      expect(parseSnapshot({ ...whole, [sent]: wrong })).toEqual({ ...parsed, [ours]: null, requestedAt });
    },
  );

  const fields = [
    ['expiresAt', 'expiresAt'],
    ['storageSizeBytes', 'sizeBytes'],
    ['frequencyType', 'frequency'],
  ] as const;
  test.for(fields.flatMap(([sent, ours]) => WRONG.map((wrong) => [sent, ours, wrong] as const)))(
    '%s that is malformed makes %s unknown and nothing else (%o)',
    ([sent, ours, wrong]) => {
      expect(parseSnapshot({ ...whole, [sent]: wrong })).toEqual({ ...parsed, [ours]: null });
    },
  );

  test.for(WRONG)('a malformed version, kind or key makes that part of the source unknown and nothing else (%o)', (wrong) => {
    expect(parseSnapshot({ ...whole, mongodVersion: wrong })).toEqual({ ...parsed, source: { ...source, majorVersion: null } });
    expect(parseSnapshot({ ...whole, type: wrong })).toEqual({ ...parsed, source: { ...source, kind: null, shards: null } });
  });

  test.for<[unknown, boolean | null]>([
    [undefined, false],
    [null, false],
    ['5f1c0de0-0000-4000-8000-00000000cafe', true],
    [7, null],
    [{}, null],
  ])('a masterKeyUUID of %o means that the customer’s key is %o', ([masterKeyUUID, customerKey]) => {
    expect(parseSnapshot({ ...whole, masterKeyUUID })?.source).toEqual({ ...source, customerKey });
  });

  test.for<[string, readonly unknown[] | undefined, number | null]>([
    ['two shards', ['orders-shard-0', 'orders-shard-1'], 2],
    ['two shards and their config server', ['atlas-a-shard-0', 'atlas-a-shard-1', 'atlas-a-config-0'], 2],
    ['a cluster whose name has "config" in it', ['config-1-shard-0'], 1],
    ['a member whose name does not tell', ['orders-shard-0', 'orders'], null],
    ['a member without a name', ['orders-shard-0', null], null],
    ['no members', [], null],
    ['members that are missing', undefined, null],
  ])('a sharded snapshot of %s', ([, names, shards]) => {
    const members = names?.map((replicaSetName) => ({ replicaSetName }));
    const sent = { ...whole, type: 'shardedCluster', configServerType: 'DEDICATED', members };
    expect(parseSnapshot(sent)?.source).toEqual({ ...source, kind: 'sharded', shards, configServer: 'DEDICATED' });
  });

  test('a kind of frequency that nobody knows is unknown, and spoils nothing else', () => {
    expect(parseSnapshot({ ...whole, frequencyType: 'fortnightly', policyItems: 'none' })).toEqual({ ...parsed, frequency: null });
  });

  test('snapshots of the same kind share one source, also after more kinds than are kept', () => {
    const first = parseSnapshot(whole)?.source;
    expect(parseSnapshot({ ...whole, storageSizeBytes: 8 })?.source).toBe(first);
    for (let minor = 0; minor <= 1_000; minor += 1) parseSnapshot({ ...whole, mongodVersion: `90.${minor}.0` });
    expect(parseSnapshot(whole)?.source).toEqual(first);
  });

  test.for(WRONG.filter((wrong) => !Array.isArray(wrong)))('regions of copies that are %o are unknown', (copyRegions) => {
    expect(parseSnapshot({ ...whole, copyRegions })).toEqual({ ...parsed, copyRegions: null });
  });

  test('a snapshot without copies has no regions of copies', () => {
    expect(parseSnapshot({ ...whole, copyRegions: [] })).toEqual({ ...parsed, copyRegions: [] });
  });

  test.for([-1, Number.POSITIVE_INFINITY, '7'])('a size of %o is unknown, never zero', (storageSizeBytes) => {
    expect(parseSnapshot({ ...whole, storageSizeBytes })?.sizeBytes).toBeNull();
  });

  test.for([DAY, DAY + 1_000, 40 * DAY])(
    'a data time %i ms ahead of now is kept, since a snapshot that is dated ahead is no recovery point',
    (ahead) => {
      const createdAt = new Date(NOW + ahead).toISOString();
      expect(parseSnapshot({ ...whole, createdAt })?.createdAt).toBe(NOW + ahead);
    },
  );

  test.for([...WRONG, 7, 'zz7943462c88faeba59ccf5f'])('an entry without a usable id is no snapshot (%o)', (id) => {
    expect(parseSnapshot({ ...whole, id })).toBeNull();
  });

  test('an entry that is not an object is no snapshot', () => {
    for (const entry of [null, 'x', 3, []]) expect(parseSnapshot(entry)).toBeNull();
  });

  test.for([
    ['PENDING', 'queued'],
    ['QUEUED', 'queued'],
    ['RUNNING', 'inProgress'],
    ['FAILED', 'failed'],
    ['COMPLETED', 'completed'],
    ['LOST', null],
  ] as const)('flex status %s is %s, and only a completed one has a data time', ([status, ours]) => {
    const flex = {
      id: ID,
      status,
      scheduledTime: '2026-11-22T10:00:00Z',
      startTime: '2026-11-22T10:00:30Z',
      expiration: '2026-11-30T10:00:00Z',
    };
    expect(parseFlexSnapshot(flex)).toMatchObject({
      status: ours,
      createdAt: ours === 'completed' ? Date.UTC(2026, 10, 22, 10, 0, 30) : null,
    });
  });

  test('a completed flex snapshot without a start counts from its scheduled time', () => {
    const flex = { id: ID, status: 'COMPLETED', scheduledTime: '2026-11-22T10:00:00Z' };
    expect(parseFlexSnapshot(flex)).toMatchObject({ createdAt: Date.UTC(2026, 10, 22, 10), expiresAt: null });
  });
});

describe('schedules', () => {
  const item = { frequencyType: 'weekly', frequencyInterval: 6, retentionUnit: 'weeks', retentionValue: 4 };
  const whole = { policies: [{ policyItems: [item] }], nextSnapshot: '2026-11-22T16:00:00Z', restoreWindowDays: 3, copySettings: [] };

  test('a schedule without items has no next snapshot', () => {
    expect(parseSchedule({ policies: [{ policyItems: [] }], restoreWindowDays: 7, copySettings: [] })).toEqual({
      items: [],
      nextSnapshotAt: null,
      restoreWindowDays: 7,
    });
  });

  test.for(WRONG)('policies of %o make the schedule unknown as a whole', (policies) => {
    const parsed = parseSchedule({ ...whole, policies });
    expect(parsed === null || (Array.isArray(policies) && parsed.items.length === 0)).toBe(true);
  });

  test.for([{ ...item, frequencyType: 'fortnightly' }, { ...item, frequencyInterval: null }, null])(
    'an item of %o makes it unknown: to leave it out would promise less',
    (broken) => {
      expect(parseSchedule({ ...whole, policies: [{ policyItems: [item, broken] }] })).toBeNull();
    },
  );

  test('other fields are unknown by themselves', () => {
    expect(
      parseSchedule({ policies: [{ policyItems: [{ ...item, retentionUnit: 'moons' }] }], nextSnapshot: 'soon', restoreWindowDays: '7' }),
    ).toEqual({
      items: [{ frequency: 'weekly', interval: 6, retentionDays: null, retention: null }],
      nextSnapshotAt: null,
      restoreWindowDays: null,
      copies: null,
    });
  });

  test('a retention keeps its unit, and counts a month as 30 days besides', () => {
    const monthly = { ...item, frequencyType: 'monthly', frequencyInterval: 40, retentionUnit: 'months', retentionValue: 12 };
    expect(parseSchedule({ ...whole, policies: [{ policyItems: [monthly] }] })?.items).toEqual([
      { frequency: 'monthly', interval: 40, retentionDays: 360, retention: { unit: 'months', value: 12 } },
    ]);
  });

  test('a retention beyond all calendars is unknown', () => {
    expect(parseSchedule({ ...whole, policies: [{ policyItems: [{ ...item, retentionValue: 1e9 }] }] })?.items).toMatchObject([
      { retention: null },
    ]);
  });

  test('the reference time is the time of day, if hour and minute are told', () => {
    expect(parseSchedule({ ...whole, referenceHourOfDay: 18, referenceMinuteOfHour: 30 })?.takenAt).toBe(18.5 * HOUR);
    for (const wrong of [null, -1, 60, 'x'])
      expect(parseSchedule({ ...whole, referenceHourOfDay: 18, referenceMinuteOfHour: wrong })).not.toHaveProperty('takenAt');
  });

  test('extra retention is read by kind, and what is malformed is left out', () => {
    const extraRetentionSettings = [
      { frequencyType: 'DAILY', retentionDays: 5 },
      { frequencyType: 'ON_DEMAND', retentionDays: 6 },
      { frequencyType: 'FORTNIGHTLY', retentionDays: 7 },
      { frequencyType: 'WEEKLY', retentionDays: '8' },
      null,
    ];
    expect(parseSchedule({ ...whole, extraRetentionSettings })?.extraRetention).toEqual([
      { frequency: 'daily', days: 5 },
      { frequency: 'ondemand', days: 6 },
    ]);
    expect(parseSchedule({ ...whole, extraRetentionSettings: 'none' })).not.toHaveProperty('extraRetention');
  });

  const setting = { zoneId: ID, cloudProvider: 'AWS', regionName: 'EU_WEST_1', shouldCopyOplogs: true };

  test.for([
    [
      'frequencies',
      { frequencies: ['HOURLY', 'ON_DEMAND'] },
      [
        { frequency: 'hourly', kept: null },
        { frequency: 'ondemand', kept: null },
      ],
    ],
    [
      'policy items of their own retention',
      { copyPolicyItems: [{ id: ID, frequencyType: 'daily', retentionUnit: 'weeks', retentionValue: 2 }, { frequencyType: 'ondemand' }] },
      [
        { frequency: 'daily', kept: 14 * DAY, retention: { unit: 'weeks', value: 2 } },
        { frequency: 'ondemand', kept: null },
      ],
    ],
    ['a number of the newest snapshots', { lastNumberOfSnapshots: 3 }, []],
  ] as const)('copies by %s name the kinds of snapshots and how long their copies are kept', ([, said, kinds]) => {
    expect(parseSchedule({ ...whole, copySettings: [{ ...setting, ...said }] })?.copies).toEqual([{ region: 'EU_WEST_1', kinds }]);
  });

  test.for([
    ...WRONG.filter((wrong) => !Array.isArray(wrong)),
    [{ ...setting, regionName: undefined }],
    [{ ...setting, frequencies: ['MINUTELY'] }],
  ])('copy settings of %o are unknown, and the schedule is known all the same', (copySettings) => {
    expect(parseSchedule({ ...whole, copySettings })).toMatchObject({ restoreWindowDays: 3, copies: null });
  });
});
