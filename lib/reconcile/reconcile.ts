import { failingAddress } from '../domain/incidents/channel-address.ts';
import { type Finding, subjectKey } from '../domain/findings/finding.ts';
import type { Incident, Transition, TransitionKind } from '../domain/incidents/incident.ts';
import { PRIORITY_OF, type Severity } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time.ts';
import { setUp } from '../evaluate/checks/set-up.ts';
import { incidentId } from './incident-id.ts';
import { type FlappingContext, holdIfFlapping, restartSteadyTime } from './flapping.ts';

export type Reconciled = { readonly incidents: readonly Incident[]; readonly transitions: readonly Transition[] };

export type ReconcileContext = FlappingContext & {
  /** The revision that this will be stored under. With the time of opening it makes the id of an incident unique for ever. */
  readonly revision: number;
  /** Projects that are watched; null for all. */
  readonly projectIds: readonly string[] | null;
  /** Clusters that Atlas is deleting: nothing new opens about them, and what is open stays until they are gone (docs/contract.md, clause 10). */
  readonly beingDeleted?: ReadonlySet<string>;
  /** The findings are only a part of what a check finds: incidents that they do not name stay as they are. */
  readonly partial?: true;
  /** Pure: the team of a new incident, or of one that rises to this priority; undefined for the default recipients. */
  readonly teamFor?: (about: Pick<Incident, 'check' | 'resource' | 'priority'>) => string | undefined;
};

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * Pure: (previous incidents, findings, now) → next incidents and the transitions between. An incident is one episode of a failing finding: it
 * keeps its id while open, its severity only rises, and only `ok`, `exempt`, or an info finding that is a part of the set-up ends it. Unknown, or no finding at all, leaves it open.
 */
export function reconcile(previous: readonly Incident[], findings: readonly Finding[], context: ReconcileContext): Reconciled {
  const byKey = keyed(findings, previous);
  const transitions: Transition[] = [];
  const kept = previous.map((incident) => {
    const next =
      incident.state === 'resolved'
        ? incident
        : holdIfFlapping(incident, advance(incident, byKey.get(keyOf(incident)) ?? null, context), previous, context);
    const kind = change(incident, next);
    if (kind !== null) transitions.push({ kind, incident: next });
    return next;
  });
  const open = new Set(kept.filter((incident) => incident.state !== 'resolved').map((incident) => keyOf(incident)));
  const opened = [...byKey]
    .filter(([key, finding]) => opens(finding, context) && !open.has(key))
    .map(([, finding]) => openedBy(finding, context));
  return {
    incidents: [...kept, ...opened],
    transitions: [...transitions, ...opened.map((incident) => ({ kind: 'opened', incident }) as const)],
  };
}

/** Findings by their subject. Only those of checks that fail anywhere or have open incidents: a key costs as much as its finding, and most are ok. */
function keyed(findings: readonly Finding[], incidents: readonly Incident[]): ReadonlyMap<string, Finding> {
  const relevant = new Set(incidents.flatMap(({ state, check }) => (state === 'resolved' ? [] : [check])));
  for (const { verdict, check } of findings) if (verdict === 'failing') relevant.add(check);
  const byKey = new Map<string, Finding>();
  for (const finding of findings) if (relevant.has(finding.check)) byKey.set(subjectKey(finding.check, finding.resource), finding);
  return byKey;
}

function keyOf(incident: Incident): string {
  return subjectKey(incident.check, incident.resource);
}

function change(before: Incident, after: Incident): TransitionKind | null {
  if (before.state === 'resolved') return null;
  if (after.state === 'resolved') return 'resolved';
  if (RANK[after.severity] > RANK[before.severity]) return 'raised';
  if (hasMore(before.counted, after.counted)) return 'renewed';
  return after.flapping !== undefined && before.flapping === undefined ? 'flapping' : null;
}

/** False if the finding did not count anything when the incident was stored. */
function hasMore(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  return before !== undefined && after !== undefined && after.some((name) => !before.includes(name));
}

function opens(finding: Finding, context: ReconcileContext): boolean {
  return finding.verdict === 'failing' && finding.explainedBy === null && !finding.digestOnly && !isBeingDeleted(finding, context);
}

function advance(incident: Incident, finding: Finding | null, context: ReconcileContext): Incident {
  if (isBeingDeleted(incident, context)) return unwatched(incident, context) ? ended(incident, 'no longer watched', context.now) : incident;
  if (finding === null) return withoutFinding(incident, context);
  switch (finding.verdict) {
    case 'unknown':
      return restartSteadyTime(incident);
    case 'ok':
      return ended(incident, 'recovered', context.now, finding);
    case 'exempt':
      return ended(incident, finding.summary, context.now);
    case 'failing':
      // What opens no incident keeps none open.
      if (finding.digestOnly) return ended(incident, 'recovered', context.now, finding);
      // What is left was found by the first check, so that the incident was about something else, which is over.
      if (finding.explainedBy === setUp.id) return ended(incident, 'recovered but for the set-up', context.now, finding);
      return finding.explainedBy === null ? worsened(incident, finding, context) : restartSteadyTime(incident);
  }
}

/**
 * No finding is about this incident. Its subject is then not known to be well, so the steady time of a flapping incident starts again. Partial findings,
 * and incidents about channels, which no check evaluates, change nothing.
 */
function withoutFinding(incident: Incident, context: ReconcileContext): Incident {
  if (unwatched(incident, context)) return ended(incident, 'no longer watched', context.now);
  return context.partial || failingAddress(incident) !== null ? incident : restartSteadyTime(incident);
}

function isBeingDeleted({ resource: { clusterId } }: Pick<Incident, 'resource'>, { beingDeleted }: ReconcileContext): boolean {
  return clusterId !== null && (beingDeleted?.has(clusterId) ?? false);
}

function unwatched(incident: Incident, { projectIds }: ReconcileContext): boolean {
  const { projectId } = incident.resource;
  return projectIds !== null && projectId !== null && !projectIds.includes(projectId);
}

/** Takes over the newer words of the finding if it is at least as severe as the incident; a milder finding changes nothing. */
function worsened({ steadySince: _steadySince, ...before }: Incident, finding: Finding, { now, teamFor }: ReconcileContext): Incident {
  const severity = finding.severity ?? before.severity;
  // What can be restored stays with the summary that it was read with: together they are true of one moment.
  if (RANK[severity] < RANK[before.severity]) return before;
  const { notifiedOnce: _notifiedOnce, inShort: _inShort, acceptable: _acceptable, ...incident } = before;
  const { resource, summary, inShort, evidence, restorable, action, startedAt, counted, notifiedOnce, acceptable } = finding;
  const [rises, priority] = [RANK[severity] > RANK[incident.severity], PRIORITY_OF[severity]];
  // A higher severity is new to the person who acknowledged. One more of the same kind is an update to whoever has it in hand, and rings no phone.
  const isNew = rises || (incident.state === 'open' && hasMore(incident.counted, counted));
  // Some teams are responsible for urgent incidents only.
  const team = incident.team ?? (rises ? teamFor?.({ check: incident.check, resource, priority }) : undefined);
  return {
    ...(isNew ? reopened(incident, now) : incident),
    ...(team !== undefined && { team }),
    ...(counted && { counted }),
    ...(notifiedOnce && { notifiedOnce }),
    ...(acceptable && { acceptable }),
    resource,
    severity,
    priority,
    summary: summary + (incident.flapping ?? ''),
    ...(inShort && { inShort }),
    evidence,
    ...(restorable && { restorable }),
    ...(isNew && { change: { at: now, words: changeInWords(incident, finding) } }),
    action,
    startedAt: startedAt ?? incident.startedAt,
  };
}

const NAMED = 3;

/** What is new to whoever was notified before. */
function changeInWords(before: Incident, { severity: found, counted = [] }: Finding): string {
  const severity = found ?? before.severity;
  if (RANK[severity] > RANK[before.severity]) return `raised from ${before.severity} to ${severity}`;
  const further = counted.filter((name) => !before.counted?.includes(name));
  const more = further.length - NAMED;
  return `new is ${further.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Escalation and reminders begin anew with the priority. */
function reopened({ escalation: _escalation, remindedAt: _remindedAt, ...incident }: Incident, now: Instant): Incident {
  return { ...incident, state: 'open', acknowledgement: null, notifiedAt: now };
}

function ended(incident: Incident, resolution: string, now: Instant, finding?: Finding): Incident {
  const evidence = finding && finding.evidence.length > 0 ? finding.evidence : incident.evidence;
  const words = finding ? (finding.ending ?? `${resolution}: ${finding.summary}`) : resolution;
  return { ...incident, evidence, state: 'resolved', resolvedAt: Math.max(now, incident.openedAt), resolution: words };
}

function openedBy(finding: Finding, context: ReconcileContext): Incident {
  const { check, resource, summary, inShort, evidence, restorable, action, startedAt, counted, notifiedOnce, acceptable } = finding;
  const severity = finding.severity ?? 'warning';
  const priority = PRIORITY_OF[severity];
  const team = context.teamFor?.({ check, resource, priority });
  return {
    id: incidentId(finding, context),
    check,
    resource,
    severity,
    priority,
    state: 'open',
    openedAt: context.now,
    resolvedAt: null,
    resolution: null,
    summary,
    ...(inShort && { inShort }),
    evidence,
    ...(restorable && { restorable }),
    action,
    startedAt,
    acknowledgement: null,
    ...(team !== undefined && { team }),
    ...(counted && { counted }),
    ...(notifiedOnce && { notifiedOnce }),
    ...(acceptable && { acceptable }),
  };
}
