import { exempt, failing, type Finding, ok } from '../domain/findings/finding.ts';
import { isPage } from '../domain/incidents/closed-pages.ts';
import type { AlertProof, Head } from '../domain/incidents/head.ts';
import { addressOf, FIRST_CONTACT } from '../domain/incidents/channel-address.ts';
import type { Delivery, Incident, Transition } from '../domain/incidents/incident.ts';
import type { Roster } from '../route/route.ts';
import { type ChannelTable, traitsOf } from '../domain/policy/channel-traits.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import { DAY, type Duration, type Instant, iso, MINUTE, spell } from '../domain/time.ts';
import { alertPath } from '../evaluate/checks/alert-path.ts';

const check = alertPath.id;
const ACTION = 'Run `restorewatch alerts prove`: a synthetic P0 and P1, marked as a test, travel the real channels.';

/** After this time every channel must have accepted the synthetic alerts, and they are resolved. */
export const PROOF_LASTS: Duration = 10 * MINUTE;
/** A proof that passed is too old after this time, if the policy schedules no other (docs/contract.md, clause 12). */
const OLD_AFTER: Duration = 30 * DAY;

/** Pure: a synthetic P0 and P1, marked as a test, that travel the real channels to the default recipients or to those of a team. */
export function proofIncidents(now: Instant, revision: number, team?: string): readonly Incident[] {
  return (['P0', 'P1'] as const).map((priority) => ({
    id: `${check}-${priority.toLowerCase()}-${team === undefined ? '' : `${team}-`}${now.toString(36)}-${revision.toString(36)}`,
    check,
    resource: {
      ...ORGANISATION,
      name: team === undefined ? 'the alert path' : `the alert path of team ${team}`,
      part: partOf(priority, team),
    },
    severity: priority === 'P0' ? 'critical' : 'warning',
    priority,
    state: 'open',
    openedAt: now,
    resolvedAt: null,
    resolution: null,
    summary: `TEST: this is a test of the ${priority} alert path. No backup is in danger`,
    evidence: [['test', 'sent to prove that alerts arrive; it ends by itself in 10 minutes']],
    action: 'Nothing. If you are on call, acknowledge it to show that it reached you.',
    startedAt: now,
    acknowledgement: null,
    ...(team !== undefined && { team }),
  }));
}

function partOf(priority: string, team: string | undefined): string {
  return team === undefined ? priority : `${priority}@${team}`;
}

/** Pure: ends a proof whose time is up; it has passed if every message of it was accepted. Null if there is none to end. */
export function endProof(
  head: Head,
  now: Instant,
  channels: ChannelTable,
  roster: Roster = [],
): { readonly proof: AlertProof; readonly incidents: readonly Incident[]; readonly transitions: readonly Transition[] } | null {
  const { proof } = head;
  if (!proof || proof.verdict !== 'running' || now - proof.startedAt < PROOF_LASTS) return null;
  const ids = new Set(proof.incidents);
  const triggers = head.deliveries.filter((delivery) => delivery.kind === 'trigger' && delivery.incidents.some((id) => ids.has(id)));
  const transitions: Transition[] = [];
  const incidents = head.incidents.map((incident) => {
    if (!ids.has(incident.id) || incident.state === 'resolved') return incident;
    const ended: Incident = { ...incident, state: 'resolved', resolvedAt: now, resolution: 'the test is over' };
    transitions.push({ kind: 'resolved', incident: ended });
    return ended;
  });
  const reached = reachedBy(head.deliveries, ids, roster);
  return { proof: { ...proof, ...verdictOf(triggers, proof, channels), endedAt: now, reached }, incidents, transitions };
}

/** The recipients whose message of a proof was accepted, masked; also the contacts to whom it climbed because nobody acknowledged it. */
function reachedBy(deliveries: readonly Delivery[], proof: ReadonlySet<string>, roster: Roster): readonly string[] {
  const accepted = deliveries.filter(
    ({ state, kind, incidents }) => state === 'accepted' && kind !== 'resolve' && incidents.some((id) => proof.has(id)),
  );
  const names = accepted.flatMap(({ channel, team, recipient }) => {
    const entry = roster.find((one) => one.id === channel && one.team === team);
    const place = recipient < FIRST_CONTACT ? recipient : (entry?.recipients ?? 0) + recipient - FIRST_CONTACT;
    return entry?.names?.[place] ?? [];
  });
  return [...new Set(names)];
}

function verdictOf(
  triggers: readonly Delivery[],
  { atPagerDuty }: AlertProof,
  channels: ChannelTable,
): Pick<AlertProof, 'verdict' | 'detail'> {
  if (triggers.length === 0) return { verdict: 'failed', detail: 'no channel is configured' };
  const missing = triggers.filter((delivery) => delivery.state !== 'accepted');
  if (missing.length > 0) return { verdict: 'failed', detail: missing.map((delivery) => stateInWords(delivery)).join('; ') };
  const accepted = `accepted by ${namesOf(triggers)}`;
  if (atPagerDuty === undefined) return { verdict: 'passed', detail: accepted };
  const pages = triggers.filter((delivery) => isPage(delivery, channels) && delivery.closedAtPagerDuty === undefined);
  const absent = pages.filter(({ key }) => atPagerDuty[key] === 'missing');
  if (absent.length > 0)
    return { verdict: 'failed', detail: `${accepted}, but PagerDuty’s API shows no such incident of ${namesOf(absent)}` };
  const unasked = pages.filter(({ key }) => atPagerDuty[key] === undefined);
  // If the API does not answer, the acceptance has to do, as it does for every other channel.
  return {
    verdict: 'passed',
    detail: unasked.length === 0 ? accepted : `${accepted}; PagerDuty’s API could not be asked about ${namesOf(unasked)}`,
  };
}

function namesOf(deliveries: readonly Delivery[]): string {
  return [...new Set(deliveries.map(({ channel, team }) => addressOf(channel, team)))].join(', ');
}

/** What became of a synthetic alert. */
export const STATE_IN_WORDS: Readonly<Record<Delivery['state'], string>> = {
  owed: 'not taken so far',
  accepted: 'delivered',
  rejected: 'refused',
  cancelled: 'not sent',
  unknown: 'may have arrived',
};

function stateInWords({ channel, team, state, lastError }: Delivery): string {
  return `${addressOf(channel, team)}: ${STATE_IN_WORDS[state]}${lastError === null ? '' : ` (${lastError})`}`;
}

/**
 * Pure: the last proof as it stands now. Its verdict is given before its resolves are sent. If PagerDuty refuses a resolve afterwards, the proof has
 * failed: the phone goes on ringing.
 */
export function correctedProof({ proof, deliveries }: Head, general: Pick<GeneralPolicy, 'channels'>): AlertProof | undefined {
  if (proof?.verdict !== 'passed') return proof;
  const refused = deliveries.filter(
    ({ channel, kind, state, incidents }) =>
      traitsOf(general, channel).tracksIncidents &&
      kind === 'resolve' &&
      state === 'rejected' &&
      incidents.some((id) => proof.incidents.includes(id)),
  );
  if (refused.length === 0) return proof;
  return { ...proof, verdict: 'failed', detail: `it was not ended again: ${refused.map((delivery) => stateInWords(delivery)).join('; ')}` };
}

/**
 * Pure: what follows from the age and the verdict of the last proof. A running proof gives no finding. It has replaced the proof before it, so an
 * open incident waits for the new verdict. That the path was never proven, `set-up` reports.
 */
export function proofFindings(head: Head, now: Instant, general: Pick<GeneralPolicy, 'proofAfter' | 'channels'>): readonly Finding[] {
  const resource = { ...ORGANISATION, name: 'the alert path', part: 'proof' };
  const proof = correctedProof(head, general);
  if (proof?.verdict === 'running') return [];
  if (proof?.verdict === 'failed') {
    return [
      failing({
        check,
        resource,
        severity: 'warning',
        summary: `the last proof of the alert path failed at ${iso(proof.endedAt ?? proof.startedAt)}: ${proof.detail}`,
        action: ACTION,
        startedAt: proof.startedAt,
      }),
    ];
  }
  if (!proof) return [exempt({ check, resource, summary: 'never proven: nobody knows whether the phone rings' })];
  if (now > tooOldFrom(proof, general)) {
    const summary = `the alert path was last proven ${iso(proof.startedAt)}, ${spell(now - proof.startedAt)} ago: nobody knows whether the phone still rings`;
    return [failing({ check, resource, severity: 'info', summary, action: ACTION, startedAt: tooOldFrom(proof, general) })];
  }
  return [ok({ check, resource, summary: `last proven ${iso(proof.startedAt)}` })];
}

/** Pure: when a proof becomes too old: two periods of the policy after it, or 30 days if the policy schedules none. */
export function tooOldFrom({ startedAt }: AlertProof, { proofAfter }: Pick<GeneralPolicy, 'proofAfter'>): Instant {
  const next = proofAfter?.(startedAt) ?? null;
  const afterNext = next === null ? null : (proofAfter?.(next) ?? null);
  if (next === null || afterNext === null) return startedAt + OLD_AFTER;
  // The scheduled times need not be evenly spaced, so it is never too old before the second of them has passed.
  return Math.max(afterNext, startedAt + 2 * (afterNext - next));
}
