import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openerFor } from '../../../../lib/recovery/dump/disk/new-file.ts';

const CHUNK = 1024 * 1024;
const CHUNKS = 32;

it('a file that is still being written holds none of the bytes that were written to it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-test-'));
  const open = await openerFor(folder);
  const file = await open(join(folder, 'orders.bson'));
  const written: WeakRef<Buffer>[] = [];
  for (let n = 0; n < CHUNKS; n += 1) {
    const chunk = Buffer.alloc(CHUNK, n);
    written.push(new WeakRef(chunk));
    await file.write(chunk);
  }
  await file.sync();
  await freeMemory();
  // The last may still be in a register or on the stack.
  expect(written.filter((chunk) => chunk.deref() !== undefined).length).toBeLessThan(4);
  await file.close();
  await rm(folder, { recursive: true });
});

/** A WeakRef that was made or read keeps its object until the present task of the event loop ends. */
async function freeMemory(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await new Promise(setImmediate);
  collect();
}
