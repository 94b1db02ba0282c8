import { type Erasure, erasureOf, undoneBy } from '../../domain/recovery/erasure.ts';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import type { ListedRecord, Store } from '../../record/store.ts';
import type { Problems } from './write-erasure.ts';

/** What has to be erased again after restores, and what was. */
export type ErasureLog = { readonly erasures: readonly Erasure[]; readonly confirmed: ReadonlySet<string> };

/** Records read at once; their number in all is not bounded, since the register must outlive the backups. */
const READ_AT_ONCE = 200;

/** Every registered erasure, the newest first. Throws `StoreError`. */
export async function readErasures(store: Store): Promise<ErasureLog> {
  const records = await everyRecord(store, 'erasure');
  return {
    erasures: records.flatMap((record) => erasureOf(record) ?? []),
    confirmed: new Set(records.filter(({ details }) => details['action'] === 'confirmed').map(({ id }) => id)),
  };
}

async function everyRecord(store: Store, kind: LogRecord['kind']): Promise<readonly ListedRecord[]> {
  const records: ListedRecord[] = [];
  for (let before: string | null = null; ;) {
    const page = await store.listRecords({ limit: READ_AT_ONCE, before, kind });
    records.push(...page.records);
    if (page.next === null) return records;
    before = page.next;
  }
}

const RESTORES: ReadonlySet<LogRecord['kind']> = new Set(['restore', 'restore-test', 'drill']);

/** What the restore of this id has brought back, to be erased again before anybody uses it. Throws `StoreError`. */
export async function erasuresAfter(store: Store, restoreId: string): Promise<{ readonly again: readonly Erasure[] } | Problems> {
  const record = await store.record(restoreId);
  if (record === null || !RESTORES.has(record.kind))
    return { problems: ['restore: the log has no restore, restore test or drill of this id'] };
  if (!mayHaveRestored(record)) return { again: [] };
  const { erasures, confirmed } = await readErasures(store);
  return { again: undoneBy(record, erasures, confirmed) };
}

/** A restore, test or drill that was refused has restored nothing, and neither has a restore by hand that failed in Atlas; a failed test or drill may have. */
export function mayHaveRestored({ kind, verdict }: Pick<LogRecord, 'kind' | 'verdict'>): boolean {
  return verdict !== 'refused' && !(kind === 'restore' && verdict === 'failed');
}

/** A restore for good that has brought erased data back, and nobody has confirmed that it was erased again. */
export type UnfinishedRestore = { readonly restore: ListedRecord; readonly again: readonly Erasure[] };

/**
 * Restores by hand that passed, or of which nobody knows, newest first; tests and drills delete what they restored. Of one whose process was killed only the
 * beginning is there, as a note that nothing corrects. Throws `StoreError`.
 */
export async function unfinishedRestores(store: Store, { erasures, confirmed }: ErasureLog): Promise<readonly UnfinishedRestore[]> {
  if (erasures.length === 0) return [];
  const restores = await everyRecord(store, 'restore');
  const ended = new Set(restores.map(({ corrects }) => corrects));
  const done = restores.filter((restore) => mayHaveRestored(restore) && !ended.has(restore.id));
  return done.flatMap((restore) => {
    const again = undoneBy(restore, erasures, confirmed);
    return again.length === 0 ? [] : [{ restore, again }];
  });
}
