import { clean, cut } from '../../../domain/text.ts';
import type { FollowUp } from '../../../domain/recovery/drill.ts';
import type { Head } from '../../../domain/incidents/head.ts';
import type { LogRecord } from '../../../domain/recovery/log-record.ts';
import { DAY, type Instant, SECOND } from '../../../domain/time.ts';
import { openSession } from '../../../ports/change-head.ts';
import { type Ports } from '../../../ports/ports.ts';
import { grown } from '../../../record/head-bounds.ts';
import { withRecoveryIncidents } from '../../findings/recovery-findings.ts';
import { drillsIn, latestEnded, withFollowUp, withoutFollowUp } from '../../state/drills-in-head.ts';
import { type DrillReport, reportOf } from '../drill-report.ts';
import { DrillError } from '../drill-ports.ts';
import { typedWithout } from '../../../domain/redact.ts';

/** The time for sending notifications at the end of a command. */
export const SEND_WITHIN = 30 * SECOND;
/** Records that are read of one drill; nobody adds as many. */
const ADDED_MOST = 200;

/** Each is a finding in every run. */
const FOLLOW_UPS_MOST = 500;

type Addition = { readonly text: string; readonly by: string; readonly drill?: string | undefined };

/** Adds a lesson to the report of a drill, or of the last drill. It is a record of its own, since records never change. Throws `DrillError`, `StoreError`. */
export async function addLesson(ports: PortsWithSecrets, addition: Addition): Promise<string> {
  return append(ports, addition, { key: 'lesson', change: (head) => head });
}

/** Adds a follow-up, which is a finding until it is closed; returns its id. Throws `DrillError`, `ActRefused` where there are too many, `StoreError`. */
export async function addFollowUp(ports: PortsWithSecrets, { due, ...addition }: Addition & Pick<FollowUp, 'due'>): Promise<string> {
  const id = `follow-up-${ports.newId().slice(0, 8)}`;
  await append(ports, addition, {
    key: 'follow-up',
    details: { 'follow-up id': id, ...(due !== null && { due: new Date(due).toISOString().slice(0, 10) }) },
    change: (head, drill, text, now) => {
      const problems = drillsIn(head).followUps.length < FOLLOW_UPS_MOST ? [] : [tooManyFollowUps()];
      return grown(head, withFollowUp(head, { id, drill, text, since: now, due } satisfies FollowUp), problems);
    },
  });
  return id;
}

function tooManyFollowUps(): string {
  return `drill: there are ${FOLLOW_UPS_MOST} open follow-ups already; close some with --close`;
}

/** Closes a follow-up. Throws `DrillError` where there is none of this id, `StoreError`. */
export async function closeFollowUp(ports: PortsWithSecrets, id: string, by: string): Promise<void> {
  const { head } = await ports.store.readHead();
  const open = head ? drillsIn(head).followUps : [];
  const found = open.find((one) => one.id === id);
  if (!found)
    throw new DrillError(
      `drill: no follow-up ${cut(clean(id), 60)} is open; ${open.length === 0 ? 'none is' : `there are ${open.map((one) => one.id).join(', ')}`}`,
    );
  const { text, drill } = found;
  const change = (current: Head): Head => withoutFollowUp(current, id);
  await append(ports, { text, by, drill }, { key: 'closed follow-up', details: { 'follow-up id': id }, change });
}

type Appending = {
  readonly key: 'lesson' | 'follow-up' | 'closed follow-up';
  readonly details?: Readonly<Record<string, string>>;
  readonly change: (head: Head, drill: string, text: string, now: Instant) => Head;
};

async function append(ports: PortsWithSecrets, { text, by, drill }: Addition, { key, details = {}, change }: Appending): Promise<string> {
  const words = storableText(text, ports.secrets);
  if (words === '') throw new DrillError(`drill: the ${key} says nothing`);
  const session = await openSession(ports, ports.now() + SEND_WITHIN);
  const about = drill ?? latestEnded(drillsIn(session.ledger.head()))?.id;
  if (about === undefined) throw new DrillError('drill: no drill has ended yet that this could be about');
  const corrected = await ports.store.record(about);
  if (corrected?.kind !== 'drill') throw new DrillError(`drill: there is no drill ${cut(clean(about), 80)} in the log`);
  const now = ports.now();
  const record: LogRecord = {
    id: `correction-${ports.newId()}`,
    kind: 'correction',
    startedAt: now,
    endedAt: now,
    subject: corrected.subject,
    by: storableText(by, ports.secrets),
    verdict: 'noted',
    summary: `${key}: ${words}`,
    measured: {},
    evidence: [],
    details: { [key]: words, ...details },
    corrects: about,
  };
  await session.change({
    apply: (head, revision) => withRecoveryIncidents(change(head, about, words, now), ports, revision),
    records: () => [record],
  });
  await session.send();
  return record.id;
}

/** The report of a drill in the log, with what was added since; null where there is none. Throws `StoreError`. */
export async function readReport({ store }: Pick<Ports, 'store'>, id: string): Promise<DrillReport | null> {
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

/** Ports for what people type: the head keeps it, and no store redacts the head, so the secrets are taken out before. */
export type PortsWithSecrets = Ports & { readonly secrets: readonly string[] };

/** Characters of one text that people add. */
const LONGEST = 2_000;

/** Pure: what a person typed as it may be stored: one line, not too long, without our secrets and without the credentials of any address. */
export function storableText(text: string, secrets: readonly string[]): string {
  return cut(typedWithout(secrets)(clean(text)), LONGEST);
}
