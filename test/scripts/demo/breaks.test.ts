import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addServices } from '../../../scripts/demo/company.ts';
import { BREAKS } from '../../../scripts/demo/breaks.ts';
import { startEmulators, type Emulators } from '../../../scripts/demo/emulators.ts';

let emulators: Emulators;

beforeEach(async () => {
  emulators = await startEmulators({ restore: false });
  addServices(emulators.atlas);
});

afterEach(() => emulators.close());

/** What can be seen of the outside world, in words that two moments can be compared by. */
async function seen(): Promise<string> {
  const listed = emulators.atlas.projects.flatMap(({ clusters }) =>
    clusters.map(({ name, presence, stalled, sizeBytes, pit, keepDaily, windowDays }) =>
      JSON.stringify([name, presence, stalled, sizeBytes, pit, keepDaily, windowDays]),
    ),
  );
  const failed = emulators.atlas.projects.flatMap(({ clusters }) =>
    clusters.flatMap(({ snapshots }) => snapshots.filter(({ outcome }) => outcome === 'failed')),
  );
  const behind = emulators.atlas.projects
    .flatMap(({ events }) => events.map(({ eventTypeName }) => eventTypeName))
    .filter((type) => type.startsWith('CPS_OPLOG'))
    .at(-1);
  const answers = await Promise.all([answer(`${emulators.atlas.url}/api/atlas/v2/groups`), answer(`${emulators.slack.url}/`)]);
  return JSON.stringify([listed, failed.length, behind === 'CPS_OPLOG_BEHIND', answers, [...emulators.atlas.recovery.faults]]);
}

async function answer(url: string): Promise<string> {
  return fetch(url, { signal: AbortSignal.timeout(300) }).then(
    async (response) => `${response.status} ${(await response.text()).slice(0, 6)}`,
    () => 'no answer',
  );
}

describe('the buttons', () => {
  // PagerDuty is reached over TLS, with a certificate that this process does not trust.
  test.for(BREAKS.filter(({ id }) => id !== 'pagerduty'))('$label, and mended it is as before', async ({ start, mend }) => {
    const before = await seen();
    start(emulators);
    expect(await seen()).not.toBe(before);
    mend(emulators);
    expect(await seen()).toBe(before);
  });

  test('no two have one id, and each says what to look at', () => {
    expect(new Set(BREAKS.map(({ id }) => id)).size).toBe(BREAKS.length);
    expect(BREAKS.filter(({ expect: words }) => words.length < 30)).toEqual([]);
  });
});

test('a cluster that has grown is mended to the size that it had, and keeps its history', () => {
  const cluster = emulators.cluster('events');
  const [oldest] = cluster.snapshots;
  cluster.sizeBytes *= 2;
  emulators.atlas.resize(cluster, 0.45);
  emulators.atlas.mend(cluster);
  expect(cluster.sizeBytes).toBe(1_600_000_000_000);
  expect(cluster.snapshots[0]?.sizeBytes).toBe(oldest?.sizeBytes);
});
