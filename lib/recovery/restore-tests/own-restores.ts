import type { AtlasEvent, Facts, ProjectFacts } from '../../domain/facts/facts.ts';
import type { Located, Proof, RecoveryState } from '../../domain/recovery/restore-test.ts';
import { type Duration, type Instant, MINUTE } from '../../domain/time.ts';

/** Longest time between the end of a job and the event about it. */
const APART: Duration = 5 * MINUTE;
/** Atlas gives whole seconds, by its own clock. */
const CLOCKS_DIFFER: Duration = MINUTE;

/** One restore of ours, whose events may be in the feed. */
type Own = { readonly source: Located; readonly from: Instant; readonly end: Instant | null };

/**
 * Pure: the facts without the events of our own restore tests that name their source. A restore breaks the PITR of its target. Which of the two clusters
 * Atlas's event names is not documented (docs/facts/atlas.md §6), and a test must not look like a break of its source. A test has one request and one end:
 * every other event belongs to somebody else's restore and is kept.
 */
export function withoutOwnRestores(facts: Facts, state: RecoveryState | undefined): Facts {
  const own = state ? ownRestores(state) : [];
  if (own.length === 0 || !facts.projects.known) return facts;
  const projects = facts.projects.value.map((project) => withoutOwn(project, own, facts.startedAt));
  return { ...facts, projects: { ...facts.projects, value: projects } };
}

function ownRestores({ tests, proofs }: RecoveryState): readonly Own[] {
  // While a test still cleans up, its proof exists already; the test knows more.
  const ended = proofs.filter(({ id }) => !tests.some((test) => test.id === id));
  const underWay = tests.flatMap(({ source, requestedAt: from, restoredAt: end }) => (from === null ? [] : [{ source, from, end }]));
  return [...underWay, ...ended.flatMap((proof) => restoreOf(proof))];
}

/** A test that ended before the restore was done has an event of the end only where the restore itself failed. */
function restoreOf({ source, startedAt, restoredAt, endedAt, verdict, point, measured }: Proof): readonly Own[] {
  const failed = verdict === 'failed' && point !== null ? endedAt : null;
  const end = restoredAt ?? failed;
  if (end === null) return [];
  return [{ source, from: measured.restore === null ? startedAt : end - measured.restore, end }];
}

function withoutOwn(project: ProjectFacts, own: readonly Own[], now: Instant): ProjectFacts {
  if (!project.events.known) return project;
  const { value } = project.events;
  const taken = new Set<AtlasEvent>();
  for (const restore of own) {
    const from = restore.from - CLOCKS_DIFFER;
    // While it runs, every event up to now may be its end. The event may be a moment later than the beginning of the run that read it.
    const to = (restore.end ?? now) + APART;
    const near = value.events.filter(
      (event) => !taken.has(event) && isAbout(event, restore.source, project.id) && event.at >= from && event.at <= to,
    );
    const asked = nearest(near, ['CPS_RESTORE_REQUESTED_AUDIT'], restore.from);
    const ended = nearest(near, ['CPS_RESTORE_SUCCESSFUL', 'CPS_RESTORE_FAILED'], restore.end ?? restore.from);
    for (const event of [asked, ended]) if (event) taken.add(event);
  }
  if (taken.size === 0) return project;
  const events = value.events.filter((event) => !taken.has(event));
  return { ...project, events: { ...project.events, value: { ...value, events } } };
}

function isAbout({ clusterId, clusterName }: AtlasEvent, source: Located, projectId: string): boolean {
  return clusterId === null ? projectId === source.projectId && clusterName === source.name : clusterId === source.clusterId;
}

function nearest(events: readonly AtlasEvent[], types: readonly string[], at: Instant): AtlasEvent | undefined {
  return events.filter(({ type }) => types.includes(type)).toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
}
