import type { LogRecord } from '../../domain/recovery/log-record.ts';
import { iso, type Period } from '../../domain/time.ts';
import { readErasures, type UnfinishedRestore, unfinishedRestores } from '../../people/erasures/erasure-log.ts';
import { readRecords, type RecordsShown } from '../../people/record-notes.ts';
import { cursorBehind } from '../../record/stored-records.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';

/** `about`: a part of what a record is about, as the name of a cluster, in any case. `before`: `next` of the page before; null for the newest. */
export type RecordListQuery = {
  readonly kind: LogRecord['kind'] | null;
  readonly about: string | null;
  readonly within: Period;
  readonly before: string | null;
};

export type RecordList = RecordsShown & { readonly now: string; readonly unfinished: readonly UnfinishedRestore[] };

/** Records on one page. */
export const RECORDS_ON_A_PAGE = 25;
/** Records that one page with a filter by cluster looks through: the store knows no clusters. */
const LOOKED_THROUGH = 200;

/** A page of the log, with the restores that are not finished on the first one. Throws `StoreError`. */
export async function readRecordList({ kind, about, within, before }: RecordListQuery): Promise<RecordList> {
  const ports = await openReadingPorts();
  const [shown, unfinished] = await Promise.all([
    readRecords(ports, { limit: about === null ? RECORDS_ON_A_PAGE : LOOKED_THROUGH, before, within, ...(kind && { kind }) }),
    before === null ? readErasures(ports.store).then((erasures) => unfinishedRestores(ports.store, erasures)) : [],
  ]);
  const name = about?.toLowerCase() ?? '';
  const found = shown.records.filter(({ subject }) => subject.toLowerCase().includes(name));
  const records = found.slice(0, RECORDS_ON_A_PAGE);
  const last = found.length > RECORDS_ON_A_PAGE ? records.at(-1) : undefined;
  const next = last === undefined ? shown.next : cursorBehind(last);
  return forViewers({ ...shown, records, next, unfinished, now: iso(ports.now()) });
}
