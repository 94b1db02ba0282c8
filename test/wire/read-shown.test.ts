import { expect, onTestFinished, test } from 'vitest';
import { EMPTY_MEMORY } from '../../lib/domain/memory/memory.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { writePacked } from '../../lib/record/blobs/packed-blobs.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import type { Store } from '../../lib/record/store.ts';
import { ranked } from '../../lib/render/ranking.ts';
import { pageOfStatus, statusJson } from '../../lib/render/status.ts';
import { noRows, readShown } from '../../lib/wire/read-shown.ts';
import { NOW } from '../support/facts.ts';
import { head, incident, resource } from '../support/incidents.ts';
import { clusterRow, rowWith } from '../support/rows.ts';

const RUN = { runId: 'run-1', startedAt: NOW, finishedAt: NOW, complete: true };
const ROWS = Array.from({ length: 250 }, (_, at) => (at % 10 === 0 ? rowWith('failing', `c-${at}`) : clusterRow(`c-${at}`)));

/** What a check recorded of 250 clusters, and what was asked of the store since. */
async function recorded(incidents = [incident('i-1', { check: 'restore-test', resource: resource('c-249') })]) {
  const sqlite = openSqliteStore(':memory:', () => NOW);
  onTestFinished(() => sqlite.close());
  const view = { runId: 'run-1', clusters: ROWS, wider: [] };
  const [{ names: memoryBlobs }, { names: viewBlobs }] = await writePacked(sqlite, 'run-1', [EMPTY_MEMORY, ranked(head({}), view, NOW)]);
  const stored = head({ lastRun: RUN, lastComplete: RUN, memoryBlobs, viewBlobs, incidents });
  const swap = { expected: 0, writer: 'w', adopt: [...memoryBlobs, ...viewBlobs], drop: [], history: [], release: null, now: NOW };
  await sqlite.swap({ ...swap, head: stored });
  const asked: string[] = [];
  const store: Store = {
    ...sqlite,
    readHead: () => {
      asked.push('head');
      return sqlite.readHead();
    },
    readBlobs: (names) => {
      asked.push(names.join(' '));
      return sqlite.readBlobs(names);
    },
  };
  return { store, asked, stored, view };
}

test.for([0, 20, 60, 240])('a page of the status from cluster %i on is what it would be of the whole view', async (offset) => {
  const { store, stored, view } = await recorded();
  const page = { limit: 25, cursor: String(offset) };
  const read = await readShown(store, (...both) => pageOfStatus(...both, page));
  const request = { now: NOW, checkInterval: HOUR, ...page };
  expect(statusJson(read.head, read.view, request)).toEqual(statusJson(stored, view, request));
});

test('the first clusters cost the head, the index, and the first part', async () => {
  const { store, asked } = await recorded([]);
  await readShown(store, (...both) => pageOfStatus(...both, { limit: 25, cursor: null }));
  expect(asked).toEqual(['head', 'run/run-1/view/0/0', 'run/run-1/view/1/0']);
});

test('a cluster whose restore test failed since the check comes first, though its row lies in another part', async () => {
  const { store, asked } = await recorded();
  const { view } = await readShown(store, (...both) => pageOfStatus(...both, { limit: 1, cursor: null }));
  expect(view?.clusters.map(({ clusterId }) => clusterId)).toEqual(['c-249']);
  expect(asked.at(-1)).toMatch(/^run\/run-1\/view\/[23]\/0$/);
});

test('where no row is shown, none is read', async () => {
  const { store, asked } = await recorded();
  const { view } = await readShown(store, noRows);
  expect([view?.index?.length, view?.clusters]).toEqual([250, []]);
  expect(asked).toHaveLength(2);
});
