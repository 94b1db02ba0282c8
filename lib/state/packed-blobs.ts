import { cut, pack, unpack } from './pack.ts';
import type { Store } from './store.ts';

/** Writes each value, packed, under new names `run/{id}/{n}`; the names of each, in order. */
export async function writePacked(
  store: Store,
  runId: string,
  values: readonly [unknown, unknown],
): Promise<readonly [readonly string[], readonly string[]]> {
  let number = 0;
  const [first, second] = values.map((value) => cut(pack(value)).map((text) => ({ name: `run/${runId}/${number++}`, text })));
  const pieces = [first ?? [], second ?? []] as const;
  await store.writeBlobs([...pieces[0], ...pieces[1]]);
  return [pieces[0].map(({ name }) => name), pieces[1].map(({ name }) => name)];
}

/** The value behind the names; null where a piece is gone. Throws `StoreError` where it is damaged. */
export async function readPacked(store: Store, names: readonly string[]): Promise<unknown> {
  if (names.length === 0) return null;
  const texts = await store.readBlobs(names);
  return texts.some((text) => text === null) ? null : unpack(texts.join(''));
}
