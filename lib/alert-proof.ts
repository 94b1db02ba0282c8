import { planDeliveries, type PlanContext } from './alerts/plan.ts';
import type { Head } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import { corrected, endProof, proofIncidents } from './incidents/proof.ts';

/** Pure: a synthetic alert whose time is up ends, and with it the proof; one that has ended is corrected by how its end was taken. */
export function endedProof(head: Head, context: PlanContext): Head {
  const ended = endProof(head, context.now);
  const proof = corrected(head);
  if (!ended) return proof === undefined || proof === head.proof ? head : { ...head, proof };
  return {
    ...head,
    proof: ended.proof,
    incidents: ended.incidents,
    deliveries: planDeliveries(head.deliveries, ended.transitions, context),
  };
}

/** Pure: begins a proof of the alert path, of the default recipients and of each team's own, unless one is under way. */
export function beginProof(head: Head, context: PlanContext, revision: number): Head {
  if (head.proof?.verdict === 'running') return head;
  const teams = [...new Set(context.roster.map(({ team }) => team))].toSorted(byName);
  const parties = (teams.includes(undefined) ? teams : [undefined, ...teams]).map((team) => partyOf(team, context, revision));
  const incidents = parties.flatMap((party) => party.incidents);
  const proof = {
    startedAt: context.now,
    endedAt: null,
    incidents: incidents.map(({ id }) => id),
    verdict: 'running',
    detail: '',
    ...(context.pagerdutyAsked && context.roster.some(({ id }) => id === 'pagerduty') ? { atPagerDuty: {} } : {}),
  } as const;
  const deliveries = [...head.deliveries, ...parties.flatMap((party) => party.deliveries)];
  return { ...head, proof, incidents: [...head.incidents, ...incidents], deliveries };
}

/** The default recipients first. */
function byName(one: string | undefined, other: string | undefined): number {
  return (one ?? '').localeCompare(other ?? '');
}

type Party = { readonly incidents: readonly Incident[]; readonly deliveries: readonly Delivery[] };

/** The synthetic alerts of those recipients. A team's travel its own channels alone: the default ones are proven by theirs. */
function partyOf(team: string | undefined, context: PlanContext, revision: number): Party {
  const { now, general } = context;
  const roster = context.roster.filter((entry) => entry.team === team);
  const all = proofIncidents(now, revision, team);
  const incidents =
    team === undefined ? all : all.filter(({ priority }) => general.routes[priority].some((id) => roster.some((own) => own.id === id)));
  const opened = incidents.map((incident) => ({ kind: 'opened', incident }) as const);
  return { incidents, deliveries: planDeliveries([], opened, { ...context, roster }) };
}

/** Pure: begins the proof that the policy's times ask for: one has come since the last, or since the installation. */
export function scheduledProof(head: Head, context: PlanContext, revision: number): Head {
  const next = context.general.proofAfter?.(head.proof?.startedAt ?? head.createdAt) ?? null;
  return next !== null && next <= context.now ? beginProof(head, context, revision) : head;
}
