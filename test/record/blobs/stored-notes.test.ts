import { expect, test } from 'vitest';
import { type ClusterMemory, NEVER_READ, type VerdictNote, type Verdicts } from '../../../lib/domain/memory/memory.ts';
import { readCluster, sharedItems, storedCluster } from '../../../lib/record/blobs/stored-notes.ts';
import { NOW } from '../../support/facts.ts';

const OK: VerdictNote = {
  verdict: 'ok',
  since: NOW,
  lastKnown: 'ok',
  blindSince: null,
  blindRuns: 0,
  blindFirst: null,
  blindLast: null,
  reason: null,
};

/** Notes that have a field of another value, or one more. */
const OTHERS: readonly VerdictNote[] = [
  { ...OK, verdict: 'failing' },
  { ...OK, since: NOW + 1 },
  { ...OK, lastKnown: null },
  { ...OK, blindSince: NOW },
  { ...OK, blindRuns: 1 },
  { ...OK, blindFirst: NOW },
  { ...OK, blindLast: NOW },
  { ...OK, reason: 'not read' },
  { ...OK, initial: true },
];

function clusterWith(verdicts: Verdicts): ClusterMemory {
  return { ...NEVER_READ, id: 'c-1', name: 'orders', kind: 'replicaSet', verdicts };
}

/** The cluster as it comes out of the store. */
function throughStore(cluster: ClusterMemory): ClusterMemory {
  // Proof: JSON keeps what `storedCluster` gives.
  return readCluster(JSON.parse(JSON.stringify(storedCluster(cluster))) as ReturnType<typeof storedCluster>, sharedItems());
}

test('notes that are equal are stored once, and read as one object', () => {
  const cluster = clusterWith({ rpo: { ...OK }, retention: { ...OK, initial: true }, 'backup-age': { ...OK } });
  expect(storedCluster(cluster).verdicts).toEqual([
    [OK, ['rpo', 'backup-age']],
    [{ ...OK, initial: true }, ['retention']],
  ]);
  const read = throughStore(cluster);
  expect(read).toEqual(cluster);
  expect(read.verdicts['rpo']).toBe(read.verdicts['backup-age']);
});

test.for(OTHERS)('a note that is %j stays what it is beside one of another value', (other) => {
  for (const verdicts of [
    { rpo: OK, 'backup-age': other },
    { rpo: other, 'backup-age': OK },
  ])
    expect(throughStore(clusterWith(verdicts)).verdicts).toEqual(verdicts);
});

test('what was read is stored as the same text, whether its notes are one object or several', () => {
  const cluster = clusterWith({ rpo: { ...OK }, retention: { ...OK, blindRuns: 2 }, 'backup-age': { ...OK } });
  const read = throughStore(cluster);
  expect(JSON.stringify(storedCluster(read))).toBe(JSON.stringify(storedCluster(cluster)));
  expect(JSON.stringify(storedCluster(throughStore(read)))).toBe(JSON.stringify(storedCluster(cluster)));
});

test('a cluster on which nothing was evaluated has no notes', () => {
  expect(throughStore(clusterWith({})).verdicts).toEqual({});
});

test('notes by check, as an earlier version stored them, are read as they are', () => {
  const cluster = clusterWith({ rpo: OK, 'backup-age': { ...OK } });
  expect(readCluster(cluster, sharedItems())).toEqual(cluster);
});

test('clusters that are read together share the items of schedules that are equal, and of no others', () => {
  const scheduled = (retentionDays: number): ClusterMemory => ({
    ...clusterWith({}),
    schedule: { readAt: NOW, items: [{ frequency: 'daily', interval: 1, retentionDays }], kept: {} },
  });
  const shared = sharedItems();
  const [one, same, other] = [scheduled(7), scheduled(7), scheduled(8)].map((cluster) => readCluster(storedCluster(cluster), shared));
  expect([one, same, other]).toEqual([scheduled(7), scheduled(7), scheduled(8)]);
  expect(same?.schedule?.items).toBe(one?.schedule?.items);
});
