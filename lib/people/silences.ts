import type { AuditDraft } from '../domain/audit/audit-entry.ts';
import { maintenanceWindow, openWindow } from '../config/policy/maintenance-windows.ts';
import type { Head, Silence, StoredWindow } from '../domain/incidents/head.ts';
import { PRIORITIES, type SilenceMatch } from '../domain/policy/policy.ts';
import { clean, cut } from '../domain/text.ts';
import { DAY, type Duration, type Instant, MINUTE } from '../domain/time.ts';
import { CHECK_IDS } from '../evaluate/checks/registry.ts';
import { nearest } from '../domain/nearest.ts';
import { grown, lengthProblems, SILENCES_MOST, unlessRefused, WINDOWS_MOST } from '../record/head-bounds.ts';
import { openHead } from '../ports/change-head.ts';
import type { Ports } from '../ports/ports.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { suppressedBy } from '../route/suppressed-by.ts';
import { unknownNames } from './unknown-names.ts';

export type SilencePorts = Pick<Ports, 'store' | 'now' | 'newId' | 'policy' | 'log' | 'withoutSecrets'>;

/** What somebody asks for on the page or the command line, before it is checked. */
type Match = { readonly [Field in keyof SilenceMatch]?: string };
export type SilenceRequest = Omit<Silence, 'id' | 'match'> & { readonly match: Match };
export type WindowRequest = Omit<StoredWindow, 'id' | 'match'> & { readonly match: Match };

type Added<Made> = { readonly made: Made } | { readonly problems: readonly string[] };

/** A longer silence is an exemption and belongs in restorewatch.config.ts, with a reason. */
const LONGEST: Duration = 30 * DAY;

/** Every problem with a requested silence, in words for the person who asked; empty if it may be stored. */
export function silenceProblems({ match, by, why, from, until }: SilenceRequest, now: Instant): readonly string[] {
  const { check, priority } = match;
  const ends = Number.isFinite(until);
  const rules: readonly (readonly [boolean, string])[] = [
    [Object.keys(filled(match)).length > 0, 'match: name a project, cluster, check or priority; a silence over everything is not offered'],
    [
      check === undefined || CHECK_IDS.some((id) => id === check),
      `check: there is none of this name; the nearest are ${nearest(check ?? '', CHECK_IDS).join(', ')}`,
    ],
    [priority === undefined || PRIORITIES.some((one) => one === priority), 'priority: P0, P1 or P2'],
    [by.trim() !== '', 'by: say who asks'],
    [why.trim().length >= 3, 'why: say why, in words'],
    [ends, 'until: a silence has an end'],
    [!ends || until > now, 'until: lies in the past'],
    [!ends || until > from, 'until: lies before its beginning'],
    [!ends || until - from <= LONGEST, 'until: at most 30 days; what is longer is an exemption in restorewatch.config.ts'],
  ];
  return rules.filter(([fine]) => !fine).map(([, problem]) => problem);
}

/** Characters of what people write. Atlas's names have 64 at most, its ids 24. */
const MOST = { project: 200, cluster: 200, check: 100, priority: 10, by: 100, why: 300, cron: 200, timeZone: 100 };

/** Before anything is looked up or compared: a name of 500,000 characters has no nearest one. */
function tooLong({ match, ...request }: SilenceRequest | WindowRequest): readonly string[] {
  const { by, why } = request;
  const calendar = 'cron' in request ? { cron: request.cron, timeZone: request.timeZone } : {};
  return lengthProblems({ ...match, by, why, ...calendar }, MOST);
}

/** The silence of a request that has no problems. */
export function silenceOf({ match, by, why, from, until }: SilenceRequest, id: string): Silence {
  // Proof: `silenceProblems` has compared check and priority with their lists.
  return { id, match: filled(match) as SilenceMatch, ...namesOf(by, why), from, until };
}

function filled(match: Match): Match {
  return Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined && value !== ''));
}

function namesOf(by: string, why: string): Pick<Silence, 'by' | 'why'> {
  return { by: clean(by).slice(0, MOST.by), why: clean(why).slice(0, MOST.why) };
}

/** Stores a silence, or says everything that is wrong with it and changes nothing. `from`: the address that it came from. Throws `StoreError`. */
export async function addSilence(ports: SilencePorts, asked: SilenceRequest, from: string | null = null): Promise<Added<Silence>> {
  const request = { ...asked, why: ports.withoutSecrets(asked.why) };
  const { by, match } = request;
  const long = tooLong(request);
  if (long.length > 0) return refusedTo(ports, 'silence', by, long);
  const ledger = await openHead(ports);
  const now = ports.now();
  const problems = [...silenceProblems(request, now), ...(await unknownNames(ports.store, ledger.head(), match))];
  if (problems.length > 0) return refusedTo(ports, 'silence', by, problems);
  const made = silenceOf(request, ports.newId());
  const apply = (head: Head): Head => withSilence(head, made, now);
  const stored = await unlessRefused(() => ledger.update({ apply, actor: { by, from } }));
  return 'problems' in stored ? refusedTo(ports, 'silence', by, stored.problems) : { made };
}

/** The head with the silence, and without those that have ended. Throws `ActRefused`. */
function withSilence(head: Head, made: Silence, now: Instant): Head {
  // A swap whose answer was lost is applied again, to a head that has it already.
  if (head.silences.some(({ id }) => id === made.id)) return head;
  const held = head.silences.filter(({ until }) => until > now);
  const problems = held.length < SILENCES_MOST ? [] : [tooMany(SILENCES_MOST)];
  return grown(head, { ...head, silences: [...held, made] }, problems);
}

function tooMany(most: number): string {
  return `there are ${most} already; end some, or write them into restorewatch.config.ts`;
}

function refusedTo(
  { log }: SilencePorts,
  what: 'silence' | 'maintenance window',
  by: string,
  problems: readonly string[],
): { readonly problems: readonly string[] } {
  const who = cut(clean(by), MOST.by);
  log(`audit: ${what} asked for by ${who} refused: ${cut(clean(problems.join('; ')), 500)}`);
  return { problems };
}

/** Starts need not be regular, so some are compared with the next. */
const STARTS_COMPARED = 10;

/** Stores a maintenance window, or says everything that is wrong with it and changes nothing. Throws `StoreError`. */
export async function addWindow(ports: SilencePorts, asked: WindowRequest, from: string | null = null): Promise<Added<StoredWindow>> {
  const request = { ...asked, why: ports.withoutSecrets(asked.why) };
  const { by } = request;
  const long = tooLong(request);
  if (long.length > 0) return refusedTo(ports, 'maintenance window', by, long);
  const ledger = await openHead(ports);
  const read = windowOf(request, ports.newId());
  const unknown = await unknownNames(ports.store, ledger.head(), request.match);
  const problems = [...('problems' in read ? read.problems : neverEnding(read.made, ports.now())), ...unknown];
  if ('problems' in read || problems.length > 0) return refusedTo(ports, 'maintenance window', by, problems);
  const { made } = read;
  const stored = await unlessRefused(() => ledger.update({ apply: (head) => withWindow(head, made), actor: { by, from } }));
  return 'problems' in stored ? refusedTo(ports, 'maintenance window', by, stored.problems) : { made };
}

/** Throws `ActRefused`. */
function withWindow(head: Head, made: StoredWindow): Head {
  if (head.windows.some(({ id }) => id === made.id)) return head;
  const problems = head.windows.length < WINDOWS_MOST ? [] : [tooMany(WINDOWS_MOST)];
  return grown(head, { ...head, windows: [...head.windows, made] }, problems);
}

/** Checked by the same rules as the windows of restorewatch.config.ts. */
function windowOf({ by, match, ...request }: WindowRequest, id: string): Added<StoredWindow> {
  const parsed = maintenanceWindow.safeParse({ ...request, ...filled(match) });
  const nobody = by.trim() === '' ? ['by: say who asks'] : [];
  if (parsed.success && nobody.length === 0) {
    const { cron, timeZone, minutes, why, ...what } = parsed.data;
    const fields = Object.entries(what).filter(([, value]) => value !== undefined);
    return { made: { id, match: Object.fromEntries(fields), ...namesOf(by, why), cron, timeZone, minutes } };
  }
  const issues = parsed.error?.issues ?? [];
  return { problems: [...nobody, ...issues.map(({ path, message }) => `${path.join('.') || 'match'}: ${message}`)] };
}

/** A window that begins again before it is over would be a silence without an end. */
function neverEnding({ match, cron, timeZone, minutes, why }: StoredWindow, now: Instant): readonly string[] {
  const { nextStart } = openWindow({ ...match, cron, timeZone, minutes, why });
  let start = nextStart(now);
  for (let compared = 0; compared < STARTS_COMPARED; compared += 1) {
    const next = start === null ? null : nextStart(start);
    if (start === null || next === null || next - start > minutes * MINUTE) return [];
    start = next;
  }
  return ['minutes: it would begin again before it is over; what is never told is an exemption in restorewatch.config.ts'];
}

/** Pure: the open incidents that a silence covers now. */
export function coveredIncidents({ incidents }: Pick<Head, 'incidents'>, silence: Silence, now: Instant): readonly Incident[] {
  const rules = { silences: [silence], maintenance: [], now };
  return incidents.filter((incident) => incident.state !== 'resolved' && suppressedBy(incident, rules) !== null);
}

/** Ends a silence or a window that somebody made; the next run notifies of what still fails. False if the id is unknown. Throws `StoreError`. */
export async function endSilence(ports: SilencePorts, id: string, by: string, from: string | null = null): Promise<boolean> {
  const ledger = await openHead(ports);
  const { silences, windows } = ledger.head();
  if (![...silences, ...windows].some((one) => one.id === id)) {
    ports.log(`audit: refused: to end silence ${cut(clean(id), 100)}, asked for by ${cut(clean(by), MOST.by)}: there is none of this id`);
    return false;
  }
  const trail = (before: Head, after: Head): readonly AuditDraft[] =>
    endedBetween(before, after).map(({ what, why }) => ({ at: ports.now(), what, by, from, about: id, details: { why } }));
  await ledger.update({ apply: (head) => without(head, id), trail });
  return true;
}

/** Nothing where somebody else ended it a moment earlier. */
function endedBetween(before: Head, after: Head): readonly { readonly what: 'silence-ended' | 'window-ended'; readonly why: string }[] {
  const gone = <T extends { readonly id: string }>(one: readonly T[], other: readonly T[]): readonly T[] =>
    one.filter(({ id }) => !other.some((kept) => kept.id === id));
  return [
    ...gone(before.silences, after.silences).map(({ why }) => ({ what: 'silence-ended' as const, why })),
    ...gone(before.windows, after.windows).map(({ why }) => ({ what: 'window-ended' as const, why })),
  ];
}

function without(head: Head, id: string): Head {
  const kept = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] => all.filter((one) => one.id !== id);
  return { ...head, silences: kept(head.silences), windows: kept(head.windows) };
}
