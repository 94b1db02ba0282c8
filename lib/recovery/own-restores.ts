import type { AtlasEvent, Facts, ProjectFacts } from '../domain/facts.ts';
import type { Located, Proof, RecoveryState } from '../domain/restore-test.ts';
import { type Duration, type Instant, MINUTE } from '../domain/time.ts';

/** Between the end of a job by its own time and the event that tells of it. */
const APART: Duration = 5 * MINUTE;
/** Atlas tells whole seconds, and its clock is not ours. */
const CLOCKS_DIFFER: Duration = MINUTE;

/** What one restore of ours may have left in the feed. */
type Own = { readonly source: Located; readonly from: Instant; readonly end: Instant | null };

/**
 * Pure: the facts without the events of our own restore tests that name their source. A restore breaks the PITR of the cluster that it goes into; which of
 * the two clusters Atlas's event names is not documented (facts/atlas-api §6), and a test must not look like a break of what it tests. A test has one
 * request and one end: whatever else there is, is somebody else's restore, and is left.
 */
export function withoutOwnRestores(facts: Facts, state: RecoveryState | undefined): Facts {
  const own = state ? ownRestores(state) : [];
  if (own.length === 0 || !facts.projects.known) return facts;
  const projects = facts.projects.value.map((project) => withoutOwn(project, own, facts.startedAt));
  return { ...facts, projects: { ...facts.projects, value: projects } };
}

function ownRestores({ tests, proofs }: RecoveryState): readonly Own[] {
  // A verdict may be told while its test still cleans up: the test knows more.
  const ended = proofs.filter(({ id }) => !tests.some((test) => test.id === id));
  return [
    ...tests.flatMap(({ source, requestedAt, restoredAt }) =>
      requestedAt === null ? [] : [{ source, from: requestedAt, end: restoredAt }],
    ),
    ...ended.flatMap((proof) => restoreOf(proof)),
  ];
}

/** A test that ended before it was restored left an end only where the restore itself failed. */
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
    // While it runs, whatever has come up to now may be its end; the event may have been read a moment later than the run began.
    const to = (restore.end ?? now) + APART;
    const near = value.events.filter(
      (event) => !taken.has(event) && isAbout(event, restore.source, project.id) && event.at >= from && event.at <= to,
    );
    const asked = nearest(
      near.filter(({ type }) => type === 'CPS_RESTORE_REQUESTED_AUDIT'),
      restore.from,
    );
    const ended = nearest(
      near.filter(({ type }) => ENDS.has(type)),
      restore.end ?? restore.from,
    );
    for (const event of [asked, ended]) if (event) taken.add(event);
  }
  if (taken.size === 0) return project;
  const events = value.events.filter((event) => !taken.has(event));
  return { ...project, events: { ...project.events, value: { ...value, events } } };
}

const ENDS: ReadonlySet<string> = new Set(['CPS_RESTORE_SUCCESSFUL', 'CPS_RESTORE_FAILED']);

function isAbout({ clusterId, clusterName }: AtlasEvent, source: Located, projectId: string): boolean {
  return clusterId === null ? projectId === source.projectId && clusterName === source.name : clusterId === source.clusterId;
}

function nearest(events: readonly AtlasEvent[], at: Instant): AtlasEvent | undefined {
  return events.toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
}
