import { beforeEach, expect, test } from 'vitest';
import { DAY, HOUR, iso } from '../../lib/domain/time.ts';
import { recordId, writeErasure } from '../../lib/people/erasures/write-erasure.ts';
import { confirmErasure } from '../../lib/people/erasures/confirm-erasure.ts';
import { appendRecord } from '../../lib/people/record-notes.ts';
import { processWide } from '../../lib/people/process-wide.ts';
import { type Store, StoreError } from '../../lib/record/store.ts';
import { readUnfinished } from '../../lib/wire/read-unfinished.ts';
import { NOW } from '../support/facts.ts';
import { stage } from '../support/ports.ts';

beforeEach(() => {
  processWide('unfinished-restores', () => ({ last: null })).last = null;
});

/** A restore has brought back what was erased after the snapshot that it restored. */
async function undone() {
  const at = stage();
  at.now = NOW;
  const details = { action: 'registered', reference: 'PRIV-123', 'erased at': iso(NOW), clusters: 'orders (project shop) [p1/c1]' };
  await writeErasure(at.ports, { id: recordId('PRIV-123'), subject: 'PRIV-123', summary: 'erased', details }, 'dana', null);
  await appendRecord(
    at.ports,
    {
      id: 'restore-1',
      kind: 'restore',
      startedAt: NOW + HOUR,
      endedAt: NOW + 2 * HOUR,
      subject: 'orders (project shop)',
      by: 'erin',
      verdict: 'passed',
      summary: 'restored',
      measured: {},
      evidence: [],
      details: { point: `snapshot ${iso(NOW - DAY)}` },
    },
    [],
  );
  let reads = 0;
  const counting: Store = {
    ...at.store,
    listRecords: (request) => {
      reads += 1;
      return at.store.listRecords(request);
    },
  };
  const unfinished = async (store: Store = counting): Promise<readonly string[] | null> => {
    const { revision } = await at.store.readHead();
    const restores = await readUnfinished({ store, log: at.ports.log }, revision);
    return restores && restores.map(({ restore, again }) => `${restore.id}: ${again.map(({ reference }) => reference).join()}`);
  };
  return { at, unfinished, reads: () => reads };
}

test('the log is read for restores that are not finished once for each revision of the head, and again once one is confirmed', async () => {
  const { at, unfinished, reads } = await undone();
  expect([await unfinished(), await unfinished()]).toEqual([['restore-1: PRIV-123'], ['restore-1: PRIV-123']]);
  const once = reads();
  await confirmErasure(at.ports, { reference: 'PRIV-123', restore: 'restore-1', by: 'dana', from: null });
  expect(await unfinished()).toEqual([]);
  expect([once, reads()]).toEqual([2, 4]);
});

test('a log that cannot be read is not known, and is read again by the next request', async () => {
  const { at, unfinished } = await undone();
  const broken: Store = { ...at.store, listRecords: () => Promise.reject(new StoreError('list records: it is down')) };
  expect(await unfinished(broken)).toBeNull();
  expect(await unfinished()).toEqual(['restore-1: PRIV-123']);
});
