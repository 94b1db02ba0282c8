import type { AccountReads, AccountUse, DailyFact, DailyName, DailyReads, DailyValues, OwnAccount } from '../facts/daily-facts.ts';
import type { Known } from '../facts/fact.ts';
import type { CheckId } from '../policy/policy.ts';
import { HOUR, type Duration, type Instant } from '../time.ts';
import type { ProjectMemory, Verdicts } from './memory.ts';

/** What memory holds of something that is read once a day. */
export type DailyNote<T> = {
  /** The start of the last run in which Atlas answered, be it with a refusal; null if none has. */
  readonly answeredAt: Instant | null;
  readonly last: Known<T> | null;
  /** Why the last attempt brought no value; null if it did. */
  readonly trouble: Trouble | null;
};

/** `role`: the one that the credentials lack; null if the read failed for another reason. `since`: the first run in a row that met it. */
export type Trouble = { readonly reason: string; readonly role: string | null; readonly since: Instant };

export type DailyNotes = { readonly [Name in DailyName]?: DailyNote<DailyValues[Name]> };
export type AccountNotes = Readonly<Partial<Record<AccountUse, DailyNote<OwnAccount>>>>;

/** When it was last read, and whether the next run is to read it whatever the time. */
export type DailyHint = { readonly answeredAt: Instant | null; readonly everyRun: boolean };
export type AccountHint = DailyHint & { readonly clientId: string | null };

/** A check whose findings rest on something that is read once a day. `setUp`: as in the check's definition. */
export type DailyCheck = { readonly id: CheckId; readonly reads: DailyName | 'accounts'; readonly setUp: boolean };

/**
 * An hour less than a day, so that a value which hourly checks read is never older than a day (docs/contract.md, clause 10: found within 24 h). The hour of
 * the day moves on by one with each reading.
 */
export const READ_EVERY: Duration = 23 * HOUR;

/**
 * Pure: must this run read it? The first run reads everything; later readings come at a point of the period that the id determines, so that an
 * organisation's projects are spread over the hours. A clock that was set back reads once more.
 */
export function isDue(hint: DailyHint | undefined, id: string, now: Instant): boolean {
  if (hint === undefined || hint.answeredAt === null || hint.everyRun) return true;
  const offset = hashOf(id) % READ_EVERY;
  return Math.floor((now - offset) / READ_EVERY) !== Math.floor((hint.answeredAt - offset) / READ_EVERY);
}

/** FNV-1a with 32 bits: stable over processes and versions. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

/** Pure: the hints for the next reading of a project. A failed read is tried again by every run; a refused one once a day, since roles change rarely. */
export function dailyHints(
  { daily: notes = {}, customerKeys, verdicts }: Pick<ProjectMemory, 'daily' | 'customerKeys' | 'verdicts'>,
  checks: readonly DailyCheck[],
): Readonly<Partial<Record<DailyName, DailyHint>>> {
  const names = Object.keys(notes) as DailyName[]; // Proof: the keys of `DailyNotes` are the names.
  return Object.fromEntries(
    names.flatMap((name) => {
      const note: DailyNote<unknown> | undefined = notes[name];
      if (note === undefined) return [];
      const hint = hintOf(note, name, verdicts, checks);
      // The check may have failed from the beginning for a reason that only waits to be set up, such as a rotation.
      const isInvalid = name === 'customerKeys' && (customerKeys?.invalid ?? null) !== null;
      return [[name, isInvalid ? { ...hint, everyRun: true } : hint]];
    }),
  );
}

export function accountHints(
  notes: AccountNotes,
  verdicts: Verdicts,
  checks: readonly DailyCheck[],
): Readonly<Partial<Record<AccountUse, AccountHint>>> {
  const uses = Object.keys(notes) as AccountUse[]; // Proof: as above.
  return Object.fromEntries(
    uses.flatMap((use) => {
      const note = notes[use];
      return note === undefined
        ? []
        : [[use, { ...hintOf(note, 'accounts', verdicts, checks), clientId: note.last?.value.clientId ?? null }]];
    }),
  );
}

function hintOf(note: DailyNote<unknown>, reads: DailyCheck['reads'], verdicts: Verdicts, checks: readonly DailyCheck[]): DailyHint {
  const isFailing = checks.some((check) => check.reads === reads && needsEveryRun(check, verdicts));
  return { answeredAt: note.answeredAt, everyRun: isFailing || (note.trouble !== null && note.trouble.role === null) };
}

/** While it fails or is in doubt. Not while it only waits to be set up: no incident depends on it, and most organisations lack something for years. */
function needsEveryRun({ id, setUp }: DailyCheck, verdicts: Verdicts): boolean {
  const note = verdicts[id];
  if (note?.verdict === 'unknown') return true;
  return note?.verdict === 'failing' && !(setUp && note.initial === true);
}

/** Pure: the notes after this run's reads. */
export function foldDaily(notes: DailyNotes, reads: DailyReads, now: Instant): DailyNotes {
  const names = Object.keys(reads) as DailyName[]; // Proof: the keys of `DailyReads` are the names.
  return names.reduce((folded, name) => withRead(folded, name, reads[name], now), notes);
}

function withRead<Name extends DailyName>(notes: DailyNotes, name: Name, read: DailyReads[Name], now: Instant): DailyNotes {
  return read === undefined ? notes : { ...notes, [name]: foldNote(notes[name], read, now) };
}

/** Pure: accounts that are no longer configured, or no longer signed in with, are forgotten. */
export function foldAccounts(notes: AccountNotes, reads: AccountReads, now: Instant): AccountNotes {
  const uses = Object.keys(reads) as AccountUse[]; // Proof: as above.
  return Object.fromEntries(
    uses.flatMap((use) => {
      const read = reads[use] ?? null;
      const note = read === null ? notes[use] : foldNote(read.ofAnother ? undefined : notes[use], read, now);
      return note === undefined ? [] : [[use, note]];
    }),
  );
}

function foldNote<T>(note: DailyNote<T> | undefined, read: DailyFact<T>, now: Instant): DailyNote<T> {
  if (read.known) return { answeredAt: now, last: read, trouble: null };
  const role = 'role' in read ? read.role : null;
  const before = note?.trouble ?? null;
  const since = before !== null && (before.role === null) === (role === null) ? before.since : now;
  return {
    answeredAt: role === null ? (note?.answeredAt ?? null) : now,
    last: note?.last ?? null,
    trouble: { reason: read.reason, role, since },
  };
}
