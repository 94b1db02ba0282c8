import type { AtlasEvent, Facts, ProjectFacts } from '../domain/facts.ts';
import type { Located, RecoveryState } from '../domain/restore-test.ts';
import { type Instant, MINUTE } from '../domain/time.ts';

/** Between the end of a job by its own time and the event that tells of it. */
const APART = 5 * MINUTE;

type Span = { readonly from: Instant; readonly to: Instant };

/**
 * Pure: the facts without the events of our own restore tests that name their source. A restore breaks the PITR of the cluster that it goes into; which of
 * the two clusters Atlas's event names is not documented (facts/atlas-api §6), and a test must not look like a break of what it tests.
 */
export function withoutOwnRestores(facts: Facts, state: RecoveryState | undefined): Facts {
  const spans = state && ownSpans(state);
  if (!spans || spans.size === 0 || !facts.projects.known) return facts;
  return { ...facts, projects: { ...facts.projects, value: facts.projects.value.map((project) => withoutOwn(project, spans)) } };
}

function ownSpans({ tests, proofs }: RecoveryState): ReadonlyMap<string, readonly Span[]> {
  const spans = new Map<string, readonly Span[]>();
  const add = ({ clusterId, projectId, name }: Located, span: Span): void => {
    for (const key of [clusterId, byName(projectId, name)]) spans.set(key, [...(spans.get(key) ?? []), span]);
  };
  for (const { source, requestedAt, restoredAt } of tests) if (requestedAt !== null) add(source, spanOf(requestedAt, restoredAt));
  for (const { source, startedAt, restoredAt } of proofs) if (restoredAt !== null) add(source, spanOf(startedAt, restoredAt));
  return spans;
}

function byName(projectId: string, name: string): string {
  return `${projectId}/${name}`;
}

/** The request's event, and the one of its end; while it runs, whatever comes. */
function spanOf(from: Instant, to: Instant | null): Span {
  return { from: from - APART, to: to === null ? Number.POSITIVE_INFINITY : to + APART };
}

function withoutOwn(project: ProjectFacts, spans: ReadonlyMap<string, readonly Span[]>): ProjectFacts {
  if (!project.events.known) return project;
  const isOwn = ({ type, at, clusterId, clusterName }: AtlasEvent): boolean => {
    const key = clusterId ?? (clusterName === null ? '' : byName(project.id, clusterName));
    return type.startsWith('CPS_RESTORE_') && (spans.get(key) ?? []).some(({ from, to }) => at >= from && at <= to);
  };
  const { value } = project.events;
  const events = value.events.filter((event) => !isOwn(event));
  return events.length === value.events.length ? project : { ...project, events: { ...project.events, value: { ...value, events } } };
}
