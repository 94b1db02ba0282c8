import { maintenanceWindow, openWindow } from './config/maintenance.ts';
import type { Head, Silence, StoredWindow } from './domain/head.ts';
import type { MaintenanceWindow } from './domain/policy.ts';
import { silenceOf, silenceProblems, type SilenceRequest } from './incidents/silence.ts';
import { clean, cut } from './alerts/plain.ts';
import { type Instant, iso, MINUTE } from './domain/time.ts';
import { maintenanceOf } from './maintenance.ts';
import type { Parts } from './parts.ts';
import { openLedger } from './state/ledger.ts';

export type Silencing = { readonly made: Silence } | { readonly problems: readonly string[] };

/** Stores a silence, or says everything that is wrong with it and changes nothing. Throws `StoreError`. */
export async function addSilence(parts: Pick<Parts, 'store' | 'now' | 'newId' | 'log'>, request: SilenceRequest): Promise<Silencing> {
  const problems = silenceProblems(request, parts.now());
  if (problems.length > 0) {
    parts.log(`audit: silence asked for by ${clean(request.by)} refused: ${clean(problems.join('; '))}`);
    return { problems };
  }
  const made = silenceOf(request, parts.newId());
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  await ledger.update({ apply: (head) => ({ ...head, silences: [...(head.silences ?? []), made] }) });
  parts.log(`audit: silence ${made.id} made by ${clean(made.by)} until ${iso(made.until)}`);
  return { made };
}

/** A maintenance window that is asked for on the page or the command line. */
export type WindowRequest = Pick<StoredWindow, 'by' | 'why' | 'cron' | 'timeZone' | 'minutes'> & {
  readonly match: { readonly project?: string; readonly cluster?: string; readonly check?: string; readonly priority?: string };
};

export type WindowMaking = { readonly made: StoredWindow } | { readonly problems: readonly string[] };

const WINDOWS_MOST = 100;
const STARTS_LOOKED_AT = 10;

/** Stores a maintenance window, or says everything that is wrong with it and changes nothing. Throws `StoreError`. */
export async function addWindow(parts: Pick<Parts, 'store' | 'now' | 'newId' | 'log'>, request: WindowRequest): Promise<WindowMaking> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  const read = windowOf(request, parts.newId());
  const problems = 'problems' in read ? read.problems : [...neverEnding(read.made, parts.now()), ...tooMany(ledger.head())];
  if ('problems' in read || problems.length > 0) {
    parts.log(`audit: maintenance window asked for by ${clean(request.by)} refused: ${cut(clean(problems.join('; ')), 500)}`);
    return { problems };
  }
  const { made } = read;
  await ledger.update({ apply: (head) => ({ ...head, windows: [...(head.windows ?? []), made] }) });
  parts.log(`audit: maintenance window ${made.id} made by ${clean(made.by)}: ${made.cron} (${made.timeZone}), ${made.minutes} min`);
  return { made };
}

/** Held against the same rules as those of restorable.config.ts. */
function windowOf({ by, match, ...request }: WindowRequest, id: string): WindowMaking {
  const named = Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = maintenanceWindow.safeParse({ ...request, ...named });
  const nobody = by.trim() === '' ? ['by: say who asks'] : [];
  if (parsed.success && nobody.length === 0) {
    const { cron, timeZone, minutes, why, ...what } = parsed.data;
    const fields = Object.entries(what).filter(([, value]) => value !== undefined);
    return {
      made: { id, match: Object.fromEntries(fields), by: by.trim().slice(0, 100), why: why.slice(0, 300), cron, timeZone, minutes },
    };
  }
  const issues = parsed.error?.issues ?? [];
  return { problems: [...nobody, ...issues.map(({ path, message }) => `${path.join('.') || 'match'}: ${message}`)] };
}

/** One that begins again before it is over would be a silence without an end; starts need not be regular, so some are looked at. */
function neverEnding({ match, cron, timeZone, minutes, why }: StoredWindow, now: Instant): readonly string[] {
  const { nextStart } = openWindow({ ...match, cron, timeZone, minutes, why });
  let start = nextStart(now);
  for (let looked = 0; looked < STARTS_LOOKED_AT; looked += 1) {
    const next = start === null ? null : nextStart(start);
    if (start === null || next === null || next - start > minutes * MINUTE) return [];
    start = next;
  }
  return ['minutes: it would begin again before it is over; what is never told is an exemption in restorable.config.ts'];
}

function tooMany({ windows = [] }: Head): readonly string[] {
  return windows.length < WINDOWS_MOST ? [] : [`there are ${WINDOWS_MOST} already; end some, or write them into restorable.config.ts`];
}

/**
 * Ends a silence, or a maintenance window that somebody made, now; what it hid and still fails is told by the next run. False where there is none
 * of this id. Throws `StoreError`.
 */
export async function endSilence(parts: Pick<Parts, 'store' | 'now' | 'newId' | 'log'>, id: string, by: string): Promise<boolean> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  const { silences = [], windows = [] } = ledger.head();
  if (![...silences, ...windows].some((one) => one.id === id)) {
    parts.log(`audit: refused: to end silence ${cut(clean(id), 100)}, asked for by ${clean(by)}: there is none of this id`);
    return false;
  }
  await ledger.update({ apply: (head) => without(head, id) });
  parts.log(`audit: silence ${id} ended by ${clean(by)}`);
  return true;
}

function without(head: Head, id: string): Head {
  const kept = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] => all.filter((one) => one.id !== id);
  return { ...head, ...(head.silences && { silences: kept(head.silences) }), ...(head.windows && { windows: kept(head.windows) }) };
}

export type Quiet = { readonly silences: readonly Silence[]; readonly maintenance: readonly MaintenanceWindow[] };

/** The silences that hold or will hold, and the maintenance windows of policy and of people. Throws `StoreError`. */
export async function listSilences(parts: Pick<Parts, 'store' | 'now' | 'policy'>): Promise<Quiet> {
  const { head } = await parts.store.readHead();
  const silences = (head?.silences ?? []).filter((silence) => silence.until > parts.now());
  return { silences, maintenance: maintenanceOf(head, parts.policy.general) };
}
