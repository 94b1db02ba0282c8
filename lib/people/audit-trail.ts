import { maskHosts, maskPeople } from '../domain/masked.ts';
import { cleanLines, withTexts } from '../domain/text.ts';
import { auditLine } from '../domain/audit/act-words.ts';
import type { AuditDraft, AuditEntry } from '../domain/audit/audit-entry.ts';
import { type Instant, iso } from '../domain/time.ts';
import { errorInWords, type Ports } from '../ports/ports.ts';
import type { Store, TrailRequest } from '../record/store.ts';
import { areRefusalsDue, takeRefusals } from './refused-sign-ins.ts';

export type { AuditEntry, TrailRequest };

export type TrailParts = Pick<Ports, 'store' | 'now' | 'log'>;

/** Exports of one person on one day that the trail has one by one: a program that reads the records every minute must not fill it. */
const EXPORTS_A_DAY = 50;
/** What this process wrote to a trail today. */
type Kept = {
  day: string;
  /** What is written once a day, and was. */
  readonly written: Set<string>;
  readonly exports: Map<string, number>;
};

const KEPT = new WeakMap<Store, Kept>();

function keptOf({ store }: TrailParts, at: Instant): Kept {
  const kept: Kept = KEPT.get(store) ?? { day: '', written: new Set(), exports: new Map() };
  KEPT.set(store, kept);
  const day = dayOf(at);
  if (kept.day !== day) {
    kept.day = day;
    kept.written.clear();
    kept.exports.clear();
  }
  return kept;
}

function dayOf(at: Instant): string {
  return iso(at).slice(0, 10);
}

/** Writes an act that changes nothing else to the audit trail, with a copy in the log. Throws `StoreError`. */
export async function recordAct({ store, log }: TrailParts, act: AuditDraft, once?: string): Promise<void> {
  const entries = await store.appendToTrail([act], once);
  if (entries.length > 0) log(auditLine(act));
}

/** Writes it once a day, whichever process comes first, and costs this process one command a day. Throws `StoreError`. */
async function recordOnceToday(ports: TrailParts, act: AuditDraft): Promise<void> {
  const kept = keptOf(ports, act.at);
  const once = `${act.what}|${dayOf(act.at)}|${act.by}`;
  if (kept.written.has(once)) return;
  await recordAct(ports, act, once);
  kept.written.add(once);
}

/**
 * Records that somebody has signed in: the first time of a day in UTC, over all processes. Never throws: a trail that cannot be written keeps nobody out,
 * and the log says so.
 */
export async function recordSignIn(ports: TrailParts, user: string, from: string | null): Promise<void> {
  const act = { at: ports.now(), what: 'sign-in', by: user, from, about: null, details: {} } as const;
  await orLogged(ports, () => recordOnceToday(ports, act));
}

/** Writes the refused sign-ins that this process counted and has not written yet, as one entry. Throws `StoreError`; then they stay counted. */
export async function writeRefusals(ports: TrailParts): Promise<void> {
  const at = ports.now();
  await takeRefusals(at, async (counts, since) => {
    const count = [...counts.values()].reduce((sum, one) => sum + one, 0);
    const reasons = Object.fromEntries([...counts].map(([reason, one]) => [reason, String(one)]));
    const details = { count: String(count), since: iso(since), ...reasons };
    await recordAct(ports, { at, what: 'sign-in-refused', by: null, from: null, about: null, details });
  });
}

/** The same at most once an hour and process, for crons: a stranger makes the store write nothing. Never throws. */
export async function writeRefusalsHourly(ports: TrailParts): Promise<void> {
  if (areRefusalsDue(ports.now())) await orLogged(ports, () => writeRefusals(ports));
}

/** `about`: what was taken out; records unless said. */
export type Exported = { readonly by: string; readonly from: string | null; readonly about?: 'evidence' };

/**
 * Records that somebody took records or evidence out as a file: each of a person's first `EXPORTS_A_DAY` of a day. Where nobody signs in nobody is known, and nothing
 * is recorded, since a stranger makes the store write nothing. Throws `StoreError`: what cannot be recorded is not handed out.
 */
export async function recordExport(ports: TrailParts, exported: Exported, file: AuditDraft['details']): Promise<void> {
  const { by, from, about = 'records' } = exported;
  const at = ports.now();
  const { exports } = keptOf(ports, at);
  const earlier = exports.get(by) ?? 0;
  if (earlier >= EXPORTS_A_DAY) return;
  exports.set(by, earlier + 1);
  await recordAct(ports, { at, what: 'export', by, from, about, details: file });
}

/** A part of the audit trail, newest first. `next`: the number before which the following part begins; null at the beginning of the trail. */
export type TrailPage = { readonly entries: readonly AuditEntry[]; readonly next: number | null };

/**
 * What anybody may read has nobody's address: neither where somebody did it from, nor a mail address or telephone number in a name or a text. An entry that
 * had one does not have its hash then. Throws `StoreError`.
 */
export async function readTrail(
  { store }: Pick<Ports, 'store'>,
  request: TrailRequest,
  { isPublic }: { readonly isPublic: boolean },
): Promise<TrailPage> {
  const entries = await store.trail(request);
  const last = entries.at(-1)?.number ?? 1;
  const shown = isPublic ? entries.map((entry) => ({ ...maskedForPublic(entry), from: null })) : entries;
  return { entries: shown, next: last > 1 && entries.length >= request.limit ? last : null };
}

/** The value with every mail address, telephone number and IP address in it masked, also one that invisible marks make unlike one until they are taken off. */
export function maskedForPublic<T>(value: T): T {
  return withTexts(value, (text) => maskHosts(maskPeople(cleanLines(text))));
}

async function orLogged({ log }: TrailParts, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log(`audit trail: not written: ${errorInWords(error)}`);
  }
}
