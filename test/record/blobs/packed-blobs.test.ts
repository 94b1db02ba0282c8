import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterRow, RecordedView } from '../../../lib/domain/findings/recorded-view.ts';
import { indexedRow } from '../../../lib/domain/findings/indexed-row.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { type ClusterMemory, type Memory, NEVER_READ, type ProjectMemory } from '../../../lib/domain/memory/memory.ts';
import { cut, pack } from '../../../lib/record/pack.ts';
import { readIndex, readMemory, readProjectMemory, readView, writePacked } from '../../../lib/record/blobs/packed-blobs.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { type Store, StoreError } from '../../../lib/record/store.ts';
import { NOW } from '../../support/facts.ts';
import { clusterRow, rowWith } from '../../support/rows.ts';

let store: Store;
let asked: { readonly names: readonly string[]; readonly among: number | undefined }[];
let lost: Set<string>;

beforeEach(() => {
  const sqlite = openSqliteStore(':memory:', () => NOW);
  onTestFinished(() => sqlite.close());
  asked = [];
  lost = new Set();
  store = {
    ...sqlite,
    readBlobs: async (names, chosenFrom) => {
      asked.push({ names, among: chosenFrom?.length });
      const texts = await sqlite.readBlobs(names);
      return texts.map((text, place) => (lost.has(names[place] ?? '') ? null : text));
    },
  };
});

/** `sizes`: how many clusters each project has. */
function memoryOf(sizes: readonly number[]): Memory {
  const projects = sizes.map((size, at): [string, ProjectMemory] => {
    const id = `project-${at}`;
    const clusters = Object.fromEntries(Array.from({ length: size }, (_, number) => [`${id}-${number}`, clusterOf(`${id}-${number}`)]));
    const own = { id, name: id, readAt: NOW, events: null, oplogThreshold: 0, unattributed: [], verdicts: {} };
    return [id, { ...own, clusters }];
  });
  return { projects: Object.fromEntries(projects), verdicts: {} };
}

function clusterOf(id: string): ClusterMemory {
  return { ...NEVER_READ, id, name: id, kind: 'replicaSet', tags: { team: 'shop' } };
}

function viewOf(clusters: readonly ClusterRow[]): RecordedView {
  return { runId: 'run-1', clusters, wider: [] };
}

function rowsOf(count: number): readonly ClusterRow[] {
  return Array.from({ length: count }, (_, at) => rowWith(at % 3 === 0 ? 'failing' : 'ok', `c-${at}`));
}

async function written(memory: Memory, view: RecordedView) {
  const [ofMemory, ofView] = await writePacked(store, 'run-1', [memory, view]);
  return { head: { ...emptyHead(NOW), memoryBlobs: ofMemory.names, viewBlobs: ofView.names }, ofMemory, ofView };
}

describe('memory in parts', () => {
  test('joined is the memory that was taken apart, whatever the sizes of its projects', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(230), { maxLength: 12 }), fc.uuid(), async (sizes, runId) => {
        const memory = memoryOf(sizes);
        const [{ names }] = await writePacked(store, runId, [memory, viewOf([])]);
        expect(await readMemory(store, { memoryBlobs: names })).toEqual(memory);
      }),
      { numRuns: 25, seed: 20261130 },
    );
  });

  test('is read whole by one command', async () => {
    const { head } = await written(memoryOf(Array.from({ length: 20 }, () => 25)), viewOf([]));
    await readMemory(store, head);
    expect(asked).toHaveLength(1);
  });

  test('gives one project by its index and the one part that has it', async () => {
    const { head, ofMemory } = await written(memoryOf([60, 60, 25, 10, 300]), viewOf([]));
    const project = await readProjectMemory(store, head, 'project-2');
    expect(Object.keys(project?.clusters ?? {})).toHaveLength(25);
    expect(asked).toEqual([
      { names: ['run/run-1/memory/0/0'], among: undefined },
      { names: ['run/run-1/memory/2/0'], among: 3 },
    ]);
    expect(ofMemory.names).toHaveLength(4);
  });

  test.for(['project-9', '__proto__', 'constructor', ''])('knows nothing of the project %j, and reads no part for it', async (id) => {
    const { head } = await written(memoryOf([1]), viewOf([]));
    expect(await readProjectMemory(store, head, id)).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test('of which a part is gone is null as a whole, and an error for the page of a project in that part alone', async () => {
    const { head } = await written(memoryOf([60, 60]), viewOf([]));
    lost.add('run/run-1/memory/2/0');
    expect(await readMemory(store, head)).toBeNull();
    expect(await readProjectMemory(store, head, 'project-0')).not.toBeNull();
    await expect(readProjectMemory(store, head, 'project-1')).rejects.toThrow(
      new StoreError('read what earlier checks remembered: part 2 of 2 is gone from the store; the next check writes all of it anew'),
    );
  });

  test('nothing is remembered before the first check', async () => {
    expect(await readProjectMemory(store, emptyHead(NOW), 'project-0')).toBeNull();
    expect(await readMemory(store, null)).toEqual({ projects: {}, verdicts: {} });
  });
});

describe('the view in parts', () => {
  test.for([0, 1, 99, 100, 101, 250])('of %d clusters is whole again when joined, in its order', async (count) => {
    const view = viewOf(rowsOf(count));
    const { head } = await written(memoryOf([]), view);
    expect(await readView(store, head)).toEqual(view);
    expect(asked).toHaveLength(1);
  });

  test('has an index of all clusters, in the order of the rows', async () => {
    const rows = rowsOf(250);
    const { head } = await written(memoryOf([]), viewOf(rows));
    const read = await readIndex(store, head);
    expect(read?.index.rows).toEqual(rows.map((row) => indexedRow(row)));
    expect(asked).toEqual([{ names: ['run/run-1/view/0/0'], among: undefined }]);
  });

  test.for([
    ['the first of a part', ['c-100'], ['run/run-1/view/2/0']],
    ['the last of a part', ['c-99'], ['run/run-1/view/1/0']],
    ['some of two parts', ['c-249', 'c-3', 'c-7'], ['run/run-1/view/1/0', 'run/run-1/view/3/0']],
  ] as const)('gives the rows of %s by their parts alone', async ([, ids, names]) => {
    const { head } = await written(memoryOf([]), viewOf(rowsOf(250)));
    const read = await readIndex(store, head);
    const rows = await read?.rowsOf(new Set(ids));
    expect(rows?.map(({ clusterId }) => clusterId).toSorted()).toEqual([...ids].toSorted());
    expect(asked.slice(1)).toEqual([{ names, among: 3 }]);
  });

  test('reads no part where no row is asked for', async () => {
    const { head } = await written(memoryOf([]), viewOf(rowsOf(250)));
    const read = await readIndex(store, head);
    expect(await read?.rowsOf(new Set())).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test('without its index is an error that says so, and never an empty list', async () => {
    const { head } = await written(memoryOf([]), viewOf(rowsOf(250)));
    lost.add('run/run-1/view/0/0');
    const words = /^read what the last check recorded: its index is gone from the store/;
    await expect(readView(store, head)).rejects.toThrow(words);
    await expect(readIndex(store, head)).rejects.toThrow(words);
  });

  test('without a part is an error that says so, and never fewer clusters', async () => {
    const { head } = await written(memoryOf([]), viewOf(rowsOf(250)));
    const read = await readIndex(store, head);
    lost.add('run/run-1/view/2/0');
    const words = /^read what the last check recorded: part 2 of 3 is gone from the store/;
    await expect(readView(store, head)).rejects.toThrow(words);
    await expect(read?.rowsOf(new Set(['c-3', 'c-150']))).rejects.toThrow(words);
    expect(await read?.rowsOf(new Set(['c-3']))).toHaveLength(1);
  });
});

test('the digest is the SHA-256 of the packed texts in the order of their names', async () => {
  const { ofMemory, ofView } = await written(memoryOf([60, 60]), viewOf(rowsOf(250)));
  for (const { names, sha256 } of [ofMemory, ofView]) {
    const texts = await store.readBlobs(names);
    expect(createHash('sha256').update(texts.join('')).digest('hex')).toBe(sha256);
  }
});

test('a check that dies between the requests in which it writes leaves what the head names as it was', async () => {
  const { head } = await written(memoryOf([25]), viewOf(rowsOf(120)));
  const dying: Store = {
    ...store,
    writeBlobs: async (blobs) => {
      await store.writeBlobs(blobs.slice(0, 2));
      throw new StoreError('write blobs: the process is gone');
    },
  };
  await expect(writePacked(dying, 'run-2', [memoryOf([50]), viewOf(rowsOf(10))])).rejects.toThrow('the process is gone');
  expect((await readView(store, head))?.clusters).toHaveLength(120);
  expect(Object.keys((await readMemory(store, head))?.projects ?? {})).toEqual(['project-0']);
});

describe('what an earlier version wrote as one value', () => {
  async function earlier() {
    const [memory, view] = [memoryOf([2, 3]), viewOf([clusterRow('a'), clusterRow('b')])];
    const blobs = [memory, view].map((value, at) =>
      cut(pack(value), 150).map((text, piece) => ({ name: `run/old/${at * 100 + piece}`, text })),
    );
    await store.writeBlobs(blobs.flat());
    const [memoryBlobs = [], viewBlobs = []] = blobs.map((pieces) => pieces.map(({ name }) => name));
    return { memory, view, head: { ...emptyHead(NOW), memoryBlobs, viewBlobs } };
  }

  test('is read as it was', async () => {
    const { memory, view, head } = await earlier();
    expect(await readMemory(store, head)).toEqual(memory);
    expect(await readProjectMemory(store, head, 'project-1')).toEqual(memory.projects['project-1']);
    expect(await readView(store, head)).toEqual(view);
    const read = await readIndex(store, head);
    expect(read?.index.rows).toEqual(view.clusters.map((row) => indexedRow(row)));
    expect(await read?.rowsOf(new Set(['b']))).toEqual([clusterRow('b')]);
  });

  test('is an error where a piece of the view is gone', async () => {
    const { head } = await earlier();
    lost.add('run/old/101');
    await expect(readView(store, head)).rejects.toThrow('a piece of it is gone from the store');
    await expect(readIndex(store, head)).rejects.toThrow('a piece of it is gone from the store');
  });
});
