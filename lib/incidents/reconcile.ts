import { addressIn } from '../domain/address.ts';
import { type Finding, subjectKey } from '../domain/finding.ts';
import type { Incident, Transition, TransitionKind } from '../domain/incident.ts';
import { PRIORITY_OF, type Severity } from '../domain/policy.ts';
import type { Instant } from '../domain/time.ts';
import { type FlappingContext, held, unsteady } from './flapping.ts';

export type Reconciled = { readonly incidents: readonly Incident[]; readonly transitions: readonly Transition[] };

export type ReconcileContext = FlappingContext & {
  /** The revision that this reconciliation will be stored under: with the opening it makes an incident's id unique for ever. */
  readonly revision: number;
  /** Projects that are configured to be watched; null: all. */
  readonly projectIds: readonly string[] | null;
  /** These findings are some of all: nothing is said of what they do not name. */
  readonly partial?: true;
  /** Pure: the team that a new incident about this, or one that rises to this priority, belongs to; undefined: the default recipients. */
  readonly teamFor?: (about: Pick<Incident, 'check' | 'resource' | 'priority'>) => string | undefined;
};

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * Pure: (previous incidents, findings, now) → next incidents and the transitions between. An incident is one episode of a failing finding: it
 * keeps its id while open, its severity only rises, and only `ok` or `exempt` ends it. Unknown, or no finding at all, leaves it open.
 */
export function reconcile(previous: readonly Incident[], findings: readonly Finding[], context: ReconcileContext): Reconciled {
  const byKey = keyed(findings, previous);
  const transitions: Transition[] = [];
  const kept = previous.map((incident) => {
    const next =
      incident.state === 'resolved'
        ? incident
        : held(incident, advance(incident, byKey.get(keyOf(incident)) ?? null, context), previous, context);
    const kind = change(incident, next);
    if (kind !== null) transitions.push({ kind, incident: next });
    return next;
  });
  const open = new Set(kept.filter((incident) => incident.state !== 'resolved').map((incident) => keyOf(incident)));
  const opened = [...byKey].filter(([key, finding]) => opens(finding) && !open.has(key)).map(([, finding]) => openedBy(finding, context));
  return {
    incidents: [...kept, ...opened],
    transitions: [...transitions, ...opened.map((incident) => ({ kind: 'opened', incident }) as const)],
  };
}

/** By what they are about. Only of the checks that fail anywhere, or whose incidents are open: a key costs as much as its finding, and most are well. */
function keyed(findings: readonly Finding[], incidents: readonly Incident[]): ReadonlyMap<string, Finding> {
  const matter = new Set(incidents.flatMap(({ state, check }) => (state === 'resolved' ? [] : [check])));
  for (const { verdict, check } of findings) if (verdict === 'failing') matter.add(check);
  const byKey = new Map<string, Finding>();
  for (const finding of findings) if (matter.has(finding.check)) byKey.set(subjectKey(finding.check, finding.resource), finding);
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

/** An incident of before its finding began to count has nothing to compare with. */
function hasMore(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  return before !== undefined && after !== undefined && after.some((name) => !before.includes(name));
}

function opens(finding: Finding): boolean {
  return finding.verdict === 'failing' && finding.saidBy === null;
}

function advance(incident: Incident, finding: Finding | null, context: ReconcileContext): Incident {
  if (finding === null) return unjudged(incident, context);
  switch (finding.verdict) {
    case 'unknown':
      return unsteady(incident);
    case 'ok':
      return ended(incident, 'recovered', context.now, finding);
    case 'exempt':
      return ended(incident, finding.summary, context.now);
    case 'failing':
      return finding.saidBy === null ? worsened(incident, finding, context) : unsteady(incident);
  }
}

/** Not read is not well; but what these findings are not about, as every check's are not about channels, goes on as it was. */
function unjudged(incident: Incident, context: ReconcileContext): Incident {
  if (unwatched(incident, context)) return ended(incident, 'no longer watched', context.now);
  return context.partial || addressIn(incident) !== null ? incident : unsteady(incident);
}

function unwatched(incident: Incident, { projectIds }: ReconcileContext): boolean {
  const { projectId } = incident.resource;
  return projectIds !== null && projectId !== null && !projectIds.includes(projectId);
}

/** The finding's newer words where it is as severe as the incident or more; a milder one keeps the incident as it was. */
function worsened({ steadySince: _steadySince, ...incident }: Incident, finding: Finding, { now, teamFor }: ReconcileContext): Incident {
  const severity = finding.severity ?? incident.severity;
  if (RANK[severity] < RANK[incident.severity]) return incident;
  const { resource, summary, evidence, action, startedAt, counted } = finding;
  const [rises, priority] = [RANK[severity] > RANK[incident.severity], PRIORITY_OF[severity]];
  // A rise is new, and so is one more of a kind: whoever acknowledged has not seen it.
  const news = rises || hasMore(incident.counted, counted);
  // Some teams take what is urgent alone.
  const team = incident.team ?? (rises ? teamFor?.({ check: incident.check, resource, priority }) : undefined);
  return {
    ...(news ? afresh(incident, now) : incident),
    ...(team !== undefined && { team }),
    ...(counted && { counted }),
    resource,
    severity,
    priority,
    summary: summary + (incident.flapping ?? ''),
    evidence,
    action,
    startedAt: startedAt ?? incident.startedAt,
  };
}

/** The ladder of the higher priority is climbed from its foot, by clocks that begin with the rise. */
function afresh({ escalation: _escalation, remindedAt: _remindedAt, ...incident }: Incident, now: Instant): Incident {
  return { ...incident, state: 'open', acknowledgement: null, toldAt: now };
}

function ended(incident: Incident, resolution: string, now: Instant, finding?: Finding): Incident {
  const evidence = finding && finding.evidence.length > 0 ? finding.evidence : incident.evidence;
  const words = finding ? `${resolution}: ${finding.summary}` : resolution;
  return { ...incident, evidence, state: 'resolved', resolvedAt: Math.max(now, incident.openedAt), resolution: words };
}

function openedBy(finding: Finding, context: ReconcileContext): Incident {
  const { check, resource, summary, evidence, action, startedAt, counted } = finding;
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
    evidence,
    action,
    startedAt,
    acknowledgement: null,
    ...(team !== undefined && { team }),
    ...(counted && { counted }),
  };
}

/** PagerDuty's dedup_key (≤ 255 characters): check, resource, opening, revision. */
function incidentId({ check, resource }: Finding, { now, revision }: ReconcileContext): string {
  const about = resource.clusterId ?? resource.projectId ?? resource.part ?? 'organisation';
  return `${check}-${about}-${now.toString(36)}-${revision.toString(36)}`;
}
