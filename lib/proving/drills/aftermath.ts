import { clean, cut } from '../../alerts/plain.ts';
import { prepared } from '../../alerts/deliver.ts';
import type { FollowUp } from '../../domain/drill.ts';
import type { Head } from '../../domain/head.ts';
import type { LogRecord } from '../../domain/record.ts';
import { DAY, type Instant, SECOND } from '../../domain/time.ts';
import { courierOf, type Parts } from '../../parts.ts';
import { sendAll } from '../../send.ts';
import { opened } from '../daily.ts';
import { withRecoveryIncidents } from '../findings.ts';
import { drillsIn, latestEnded, withFollowUp, withoutFollowUp } from '../../recovery/drills/state.ts';
import { type DrillReport, reportOf } from '../../recovery/drills/report.ts';
import { DrillError } from '../../recovery/drills/world.ts';
import { said, type SpokenParts } from './said.ts';

const SEND_WITHIN = 30 * SECOND;
/** More than anybody adds to one drill. */
const ADDED_MOST = 200;

type Addition = { readonly text: string; readonly by: string; readonly drill?: string | undefined };

/** Adds a lesson to a drill's report, the last one's where none is named: a record of its own, since what was written stays. Throws `DrillError`, `StoreError`. */
export async function addLesson(parts: SpokenParts, addition: Addition): Promise<string> {
  return append(parts, addition, { key: 'lesson', change: (head) => head });
}

/** Adds a follow-up, which is a finding until it is closed; its id. Throws `DrillError`, `StoreError`. */
export async function addFollowUp(parts: SpokenParts, { due, ...addition }: Addition & { readonly due: Instant | null }): Promise<string> {
  const id = `follow-up-${parts.newId().slice(0, 8)}`;
  await append(parts, addition, {
    key: 'follow-up',
    details: { 'follow-up id': id, ...(due !== null && { due: new Date(due).toISOString().slice(0, 10) }) },
    change: (head, drill, text, now) => withFollowUp(head, { id, drill, text, since: now, due } satisfies FollowUp),
  });
  return id;
}

/** Closes a follow-up. Throws `DrillError` where there is none of this id, `StoreError`. */
export async function closeFollowUp(parts: SpokenParts, id: string, by: string): Promise<void> {
  const { head } = await parts.store.readHead();
  const open = head ? drillsIn(head).followUps : [];
  const found = open.find((one) => one.id === id);
  if (!found)
    throw new DrillError(
      `drill: no follow-up ${cut(clean(id), 60)} is open; ${open.length === 0 ? 'none is' : `there are ${open.map((one) => one.id).join(', ')}`}`,
    );
  await append(
    parts,
    { text: found.text, by, drill: found.drill },
    {
      key: 'closed follow-up',
      details: { 'follow-up id': id },
      change: (current) => withoutFollowUp(current, id),
    },
  );
}

type Appending = {
  readonly key: 'lesson' | 'follow-up' | 'closed follow-up';
  readonly details?: Readonly<Record<string, string>>;
  readonly change: (head: Head, drill: string, text: string, now: Instant) => Head;
};

async function append(parts: SpokenParts, { text, by, drill }: Addition, { key, details = {}, change }: Appending): Promise<string> {
  const words = said(text, parts.secrets);
  if (words === '') throw new DrillError(`drill: the ${key} says nothing`);
  const ledger = await opened(parts);
  const about = drill ?? latestEnded(drillsIn(ledger.head()))?.id;
  if (about === undefined) throw new DrillError('drill: no drill has ended yet that this could be about');
  const corrected = await parts.store.record(about);
  if (corrected?.kind !== 'drill') throw new DrillError(`drill: there is no drill ${cut(clean(about), 80)} in the log`);
  const now = parts.now();
  const record: LogRecord = {
    id: `correction-${parts.newId()}`,
    kind: 'correction',
    startedAt: now,
    endedAt: now,
    subject: corrected.subject,
    by: said(by, parts.secrets),
    verdict: 'noted',
    summary: `${key}: ${words}`,
    measured: {},
    evidence: [],
    details: { [key]: words, ...details },
    corrects: about,
  };
  const courier = { ...courierOf(parts, parts.newId()), deadline: now + SEND_WITHIN };
  await ledger.update({
    apply: (head, revision) => prepared(withRecoveryIncidents(change(head, about, words, now), parts, revision), courier),
    records: () => [record],
  });
  await sendAll(ledger, courier);
  return record.id;
}

/** The report of a drill in the log, with what was added since; null where there is none. Throws `StoreError`. */
export async function readReport({ store }: Pick<Parts, 'store'>, id: string): Promise<DrillReport | null> {
  const record = await store.record(id);
  if (record?.kind !== 'drill') return null;
  const { records } = await store.listRecords({ limit: ADDED_MOST, before: null, correcting: [id] });
  return reportOf(record, records);
}

/** The last moment of a day, "2026-12-01", in UTC; null for what is not one. */
export function endOfDay(text: string): Instant | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const begin = Date.parse(`${text}T00:00:00Z`);
  // 2026-02-30 is not a day, though some engines read it as one.
  return Number.isNaN(begin) || new Date(begin).toISOString().slice(0, 10) !== text ? null : begin + DAY - 1;
}
