import { failing, type Finding, ok } from '../domain/finding.ts';
import type { AlertProof, Head } from '../domain/head.ts';
import { addressOf } from '../domain/address.ts';
import type { Delivery, Incident, Transition } from '../domain/incident.ts';
import type { GeneralPolicy } from '../domain/policy.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { DAY, type Duration, type Instant, iso, MINUTE, spell } from '../domain/time.ts';

const check = 'alert-path';
const ACTION = 'Run `npm run prove-alerts`: a synthetic P0 and P1, marked as a test, travel the real channels.';

/** Until then every channel is to have accepted the synthetic alerts, and they end by themselves. */
export const PROOF_LASTS: Duration = 10 * MINUTE;
/** That the path was never proven shows on the page from the start, and is a P2 after a week (issue: alert-path proof). */
const NEVER_AFTER: Duration = 7 * DAY;

/** A pass tells nothing of today for longer than this, where policy sets no times for the next. */
const OLD_AFTER: Duration = 35 * DAY;

/** Pure: a synthetic P0 and P1, marked as a test, that travel the real line to the default recipients, or to a team's. */
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

/** Pure: ends a proof whose time is up: passed where every message of it was accepted. Null while none is to end. */
export function endProof(
  head: Head,
  now: Instant,
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
  return { proof: { ...proof, ...judged(triggers, proof), endedAt: now }, incidents, transitions };
}

function judged(triggers: readonly Delivery[], { atPagerDuty }: AlertProof): Pick<AlertProof, 'verdict' | 'detail'> {
  if (triggers.length === 0) return { verdict: 'failed', detail: 'no channel is configured' };
  const missing = triggers.filter((delivery) => delivery.state !== 'accepted');
  if (missing.length > 0) return { verdict: 'failed', detail: missing.map((delivery) => refusedBy(delivery)).join('; ') };
  const told = `accepted by ${namesOf(triggers)}`;
  if (atPagerDuty === undefined) return { verdict: 'passed', detail: told };
  const pages = triggers.filter(({ channel, closedThere }) => channel === 'pagerduty' && closedThere === undefined);
  const absent = pages.filter(({ key }) => atPagerDuty[key] === 'missing');
  if (absent.length > 0) return { verdict: 'failed', detail: `${told}, but PagerDuty’s API shows no such incident of ${namesOf(absent)}` };
  const unasked = pages.filter(({ key }) => atPagerDuty[key] === undefined);
  // Acceptance has to do where its API is silent, as it does for every other channel.
  return {
    verdict: 'passed',
    detail: unasked.length === 0 ? told : `${told}; PagerDuty’s API could not be asked about ${namesOf(unasked)}`,
  };
}

function namesOf(deliveries: readonly Delivery[]): string {
  return [...new Set(deliveries.map(({ channel, team }) => addressOf(channel, team)))].join(', ');
}

function refusedBy({ channel, team, state, lastError }: Delivery): string {
  return `${addressOf(channel, team)}: ${state}${lastError === null ? '' : ` (${lastError})`}`;
}

/**
 * Pure: the last proof, as it stands now. The verdict is given when its alerts are told to end: one whose end PagerDuty refuses has rung a phone
 * that goes on ringing.
 */
export function corrected({ proof, deliveries }: Head): AlertProof | undefined {
  if (proof?.verdict !== 'passed') return proof;
  const refused = deliveries.filter(
    ({ channel, kind, state, incidents }) =>
      channel === 'pagerduty' && kind === 'resolve' && state === 'rejected' && incidents.some((id) => proof.incidents.includes(id)),
  );
  if (refused.length === 0) return proof;
  return { ...proof, verdict: 'failed', detail: `it was not ended again: ${refused.map((delivery) => refusedBy(delivery)).join('; ')}` };
}

/**
 * What the age and the verdict of the last proof come to. One under way says nothing yet: what the last one said is forgotten with it, so an open
 * incident waits for the new verdict.
 */
export function proofFindings(head: Head, now: Instant, general: Pick<GeneralPolicy, 'proofAfter'>): readonly Finding[] {
  const resource = { ...ORGANISATION, name: 'the alert path', part: 'proof' };
  const proof = corrected(head);
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
  if (!proof && now - head.createdAt > NEVER_AFTER) {
    return [
      failing({
        check,
        resource,
        severity: 'info',
        summary: `the alert path was never proven in ${spell(now - head.createdAt)}: nobody knows whether the phone rings`,
        action: ACTION,
        startedAt: head.createdAt,
      }),
    ];
  }
  if (proof?.verdict === 'passed' && now > oldFrom(proof, general)) {
    const summary = `the alert path was last proven ${iso(proof.startedAt)}, ${spell(now - proof.startedAt)} ago: nobody knows whether the phone still rings`;
    return [failing({ check, resource, severity: 'info', summary, action: ACTION, startedAt: oldFrom(proof, general) })];
  }
  return [ok({ check, resource, summary: proof ? `last proven ${iso(proof.startedAt)}` : 'not proven yet' })];
}

/** From when on a proof proves nothing any more: two of the policy's periods after it, or 35 days where there are none. Pure. */
export function oldFrom({ startedAt }: AlertProof, { proofAfter }: Pick<GeneralPolicy, 'proofAfter'>): Instant {
  const next = proofAfter?.(startedAt) ?? null;
  const afterNext = next === null ? null : (proofAfter?.(next) ?? null);
  if (next === null || afterNext === null) return startedAt + OLD_AFTER;
  // Times need not be evenly spaced: not before the second of them has passed.
  return Math.max(afterNext, startedAt + 2 * (afterNext - next));
}
