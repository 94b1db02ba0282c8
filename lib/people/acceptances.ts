import type { AuditDraft } from '../domain/audit/audit-entry.ts';
import { exempt } from '../domain/findings/finding.ts';
import { type Acceptance, acceptanceInWords } from '../domain/incidents/acceptance.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { clean, cut } from '../domain/text.ts';
import type { Instant } from '../domain/time.ts';
import { openHead, openSession } from '../ports/change-head.ts';
import { errorInWords, type Ports, routeContext } from '../ports/ports.ts';
import { applyFindings } from '../reconcile/apply-findings.ts';
import { ACCEPTANCES_MOST, grown, lengthProblems, unlessRefused } from '../record/head-bounds.ts';

export type AcceptRequest = {
  /** The id of an incident. */
  readonly incidentId: string;
  readonly by: string;
  readonly why: string;
  /** The address that it came from; absent: it is not known. */
  readonly from?: string | null;
};

/** `unknown`: there is no such incident. `resolved`: it has ended. `refused`: it cannot be accepted, or the request is wrong. */
export type AcceptResult =
  | { readonly outcome: 'accepted'; readonly made: Acceptance; readonly notify: () => Promise<void> }
  | { readonly outcome: 'unknown' | 'resolved' | 'refused'; readonly problems: readonly string[] };

/** Characters of what people write, as of silences. */
const MOST = { by: 100, why: 300 };

/**
 * Accepts what an incident about a weakened setting says now: the incident ends at once, with the reason, and every channel that was notified of it is told.
 * Stored with its entry in the audit trail before it is answered. Throws `StoreError`.
 */
export async function acceptIncident(ports: Ports, request: AcceptRequest): Promise<AcceptResult> {
  const { ledger, change, send } = await openSession(ports);
  const { incidentId, by, from = null } = request;
  const incident = ledger.head().incidents.find(({ id }) => id === incidentId);
  const wrong = problemsOf(incident, request);
  if (incident === undefined || wrong !== null) return refused(ports, request, wrong ?? noSuch());
  const made = acceptanceOf(incident, request, ports);
  const apply = (head: Head, revision: number): Head => withAcceptance(head, made, { ports, incident, revision });
  const stored = await unlessRefused(() => change({ apply, actor: { by, from } }));
  if ('problems' in stored) return refused(ports, request, { outcome: 'refused', problems: stored.problems });
  if (!stored.acceptances?.some(({ id }) => id === made.id)) return refused(ports, request, hasEnded());
  return {
    outcome: 'accepted',
    made,
    notify: () => send().catch((cause: unknown) => ports.log(`acceptance: ${errorInWords(cause)}`, cause)),
  };
}

type Refusal = Exclude<AcceptResult, { readonly outcome: 'accepted' }>;

function noSuch(): Refusal {
  return { outcome: 'unknown', problems: ['There is no such incident.'] };
}

function hasEnded(): Refusal {
  return { outcome: 'resolved', problems: ['This incident has ended meanwhile.'] };
}

function problemsOf(incident: Incident | undefined, { by, why }: AcceptRequest): Refusal | null {
  const long = lengthProblems({ by, why }, MOST);
  const problems = [
    ...long,
    ...(by.trim() === '' ? ['by: say who accepts it'] : []),
    ...(why.trim().length < 3 ? ['why: say why, in words'] : []),
  ];
  if (problems.length > 0) return { outcome: 'refused', problems };
  if (incident === undefined) return noSuch();
  if (incident.state === 'resolved') return hasEnded();
  if ((incident.acceptable ?? []).length > 0) return null;
  return {
    outcome: 'refused',
    problems: [`An incident of ${incident.check} that says this cannot be accepted: mend it, or change the policy.`],
  };
}

function acceptanceOf(
  { check, resource, acceptable = [] }: Incident,
  { by, why }: AcceptRequest,
  { now, newId, withoutSecrets }: Ports,
): Acceptance {
  return { id: newId(), check, resource, parts: acceptable, by: clean(by), why: withoutSecrets(clean(why)), at: now() };
}

type Accepting = { readonly ports: Ports; readonly incident: Incident; readonly revision: number };

/** The head with the acceptance, in which the incident has ended; the same head if the incident has ended meanwhile. Throws `ActRefused`. */
function withAcceptance(head: Head, made: Acceptance, { ports, incident, revision }: Accepting): Head {
  const before = head.acceptances ?? [];
  // A swap whose answer was lost is applied again, to a head that has it already.
  if (before.some(({ id }) => id === made.id)) return head;
  if (!head.incidents.some(({ id, state }) => id === incident.id && state !== 'resolved')) return head;
  const problems =
    before.length < ACCEPTANCES_MOST ? [] : [`there are ${ACCEPTANCES_MOST} already; end some, or write them into restorewatch.config.ts`];
  const next = grown(head, { ...head, acceptances: [...before, made] }, problems);
  const { check, resource } = made;
  const finding = exempt({ check, resource, summary: `${acceptanceInWords(made)}: ${incident.summary}` });
  return applyFindings(next, [finding], (current) => routeContext(ports, made.at, current), { revision }).head;
}

function refused({ log }: Ports, { incidentId, by }: AcceptRequest, refusal: Refusal): Refusal {
  const words = cut(clean(refusal.problems.join('; ')), 500);
  log(`audit: acceptance of ${cut(clean(incidentId), 100)} asked for by ${cut(clean(by), MOST.by)} refused: ${words}`);
  return refusal;
}

type EndPorts = Pick<Ports, 'store' | 'now' | 'newId' | 'policy' | 'log'>;

/** Takes an acceptance back; the next check notifies of what is still weakened. False if there is none of this id. Throws `StoreError`. */
export async function endAcceptance(ports: EndPorts, id: string, by: string, from: string | null = null): Promise<boolean> {
  const ledger = await openHead(ports);
  if (!ledger.head().acceptances?.some((one) => one.id === id)) {
    ports.log(
      `audit: refused: to end acceptance ${cut(clean(id), 100)}, asked for by ${cut(clean(by), MOST.by)}: there is none of this id`,
    );
    return false;
  }
  const trail = (before: Head, after: Head): readonly AuditDraft[] =>
    ended(before, after).map((one) => actOf(one, { at: ports.now(), by, from }));
  await ledger.update({ apply: (head) => without(head, id), trail });
  return true;
}

/** Nothing where it ended by itself, or somebody else ended it, a moment earlier. */
function ended(before: Head, after: Head): readonly Acceptance[] {
  return (before.acceptances ?? []).filter(({ id }) => !after.acceptances?.some((kept) => kept.id === id));
}

function actOf(
  { id, check, resource, why }: Acceptance,
  who: { readonly at: Instant; readonly by: string; readonly from: string | null },
): AuditDraft {
  return { ...who, what: 'acceptance-ended', about: id, details: { check, resource: resource.name, why } };
}

function without({ acceptances = [], ...head }: Head, id: string): Head {
  const kept = acceptances.filter((one) => one.id !== id);
  return kept.length === 0 ? head : { ...head, acceptances: kept };
}
