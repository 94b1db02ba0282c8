import { planDeliveries, type RouteContext } from '../route/plan-deliveries.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { correctedProof, endProof, proofIncidents } from './alert-path-findings.ts';

/** Pure: ends a proof and its synthetic alerts when their time is up, and corrects one that has ended by what became of its resolves. */
export function endedProof(head: Head, context: RouteContext): Head {
  const ended = endProof(head, context.now, context.general.channels, context.roster);
  const proof = correctedProof(head, context.general);
  if (!ended) return proof === undefined || proof === head.proof ? head : { ...head, proof };
  return {
    ...head,
    proof: ended.proof,
    incidents: ended.incidents,
    deliveries: planDeliveries(head.deliveries, ended.transitions, context),
  };
}

/** Pure: begins a proof of the alert path to the default recipients and to those of each team, unless one is running. */
export function beginProof(head: Head, context: RouteContext, revision: number): Head {
  if (head.proof?.verdict === 'running') return head;
  const teams = [...new Set(context.roster.map(({ team }) => team))].toSorted(byName);
  const started = (teams.includes(undefined) ? teams : [undefined, ...teams]).map((team) => startedFor(team, context, revision));
  const incidents = started.flatMap((one) => one.incidents);
  const proof = {
    startedAt: context.now,
    endedAt: null,
    incidents: incidents.map(({ id }) => id),
    verdict: 'running',
    detail: '',
    // Whom the last one reached holds until this one has ended.
    ...(head.proof?.reached && { reached: head.proof.reached }),
    ...(context.pagerdutyAsked && context.roster.some(({ id }) => traitsOf(context.general, id).tracksIncidents)
      ? { atPagerDuty: {} }
      : {}),
  } as const;
  const deliveries = [...head.deliveries, ...started.flatMap((one) => one.deliveries)];
  return { ...head, proof, incidents: [...head.incidents, ...incidents], deliveries };
}

/** The default recipients first. */
function byName(one: string | undefined, other: string | undefined): number {
  return (one ?? '').localeCompare(other ?? '');
}

type Started = { readonly incidents: readonly Incident[]; readonly deliveries: readonly Delivery[] };

/** The synthetic alerts to one team, or to the default recipients. Those to a team use only its own channels: the default channels have theirs. */
function startedFor(team: string | undefined, context: RouteContext, revision: number): Started {
  const { now, general } = context;
  const roster = context.roster.filter((entry) => entry.team === team);
  const all = proofIncidents(now, revision, team);
  const incidents =
    team === undefined ? all : all.filter(({ priority }) => general.routes[priority].some((id) => roster.some((own) => own.id === id)));
  const opened = incidents.map((incident) => ({ kind: 'opened', incident }) as const);
  return { incidents, deliveries: planDeliveries([], opened, { ...context, roster }) };
}

/** Pure: begins a proof if a time that the policy schedules has passed since the last one, or since the installation. */
export function scheduledProof(head: Head, context: RouteContext, revision: number): Head {
  const next = context.general.proofAfter?.(head.proof?.startedAt ?? head.createdAt) ?? null;
  return next !== null && next <= context.now ? beginProof(head, context, revision) : head;
}
