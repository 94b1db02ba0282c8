import type { Verdict } from './domain/finding.ts';
import type { Head } from './domain/head.ts';
import type { ChannelId } from './domain/policy.ts';
import { iso, spell } from './domain/time.ts';
import type { ClusterRow, RecordedView } from './domain/view.ts';
import { changesOf } from './changes.ts';
import { peopleModel, type PeopleModel, type PeopleRequest } from './people-model.ts';
import { rowsNow } from './status/recovered-rows.ts';
import type { StatusJson } from './status/json.ts';
import { isStale, statusJson, type StatusRequest } from './status.ts';

/** What the status page renders. */
export type PageModel = {
  /** As /api/status gives it; its clusters are this page's rows, failing first. */
  readonly status: StatusJson;
  /** Answers "can we restore?": "38 restorable, 1 not, 1 unknown, 12 exempt". */
  readonly headline: string;
  /** Clusters by verdict, over all pages. */
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly banners: readonly Banner[];
  /** What changed in the last 24 hours, newest first. */
  readonly changes: readonly Change[];
  /** Findings on a project or the organisation that are not well and that no open incident tells already. */
  readonly wider: StatusJson['wider'];
  readonly nextRunAt: string | null;
  readonly people: PeopleModel;
  /** Sources of restore tests by policy, so that one that was never tested shows as well. */
  readonly restoreTests: readonly PlannedTest[];
};

/** A source of a restore test. */
export type PlannedTest = { readonly plan: string; readonly project: string; readonly cluster: string; readonly target: string };

/** `at` in ISO 8601, UTC. */
export type Change = { readonly at: string; readonly text: string };

export type Banner = { readonly kind: 'stale' | 'partial' | 'never' | 'monitor' | 'mute' | 'silenced'; readonly text: string };

export type PageRequest = StatusRequest & PeopleRequest & { readonly channels: readonly ChannelId[] };

/** Pure: (recorded run, now) → page. A stale run is never shown green. */
export function pageModel(head: Head | null, view: RecordedView | null, request: PageRequest): PageModel {
  const status = statusJson(head, view, { ...request, maintenance: request.general?.maintenance ?? [] });
  const people = peopleModel(head, status.incidents, request);
  const counts = countsOf(rowsNow(head, view));
  const last = head?.lastRun ?? null;
  return {
    status,
    headline: headlineOf(counts, status),
    counts,
    banners: bannersOf(head, request, people),
    changes: changesOf(head, request.now).map(({ at, text }) => ({ at: iso(at), text })),
    wider: untold(status),
    nextRunAt: last && iso(last.startedAt + request.checkInterval),
    people,
    restoreTests: plannedTests(request),
  };
}

function plannedTests({ general }: PageRequest): readonly PlannedTest[] {
  const plans = general?.restoreTests ?? [];
  return plans.flatMap(({ name, sources, target }) =>
    sources.map(({ project, cluster }) => ({ plan: name, project, cluster, target: target.cluster })),
  );
}

function countsOf(rows: readonly ClusterRow[]): PageModel['counts'] {
  const counts: Record<Verdict, number> = { ok: 0, failing: 0, unknown: 0, exempt: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
}

function headlineOf(counts: PageModel['counts'], { lastRun, stale }: StatusJson): string {
  if (lastRun === null) return 'Not known yet: no check has run';
  const words = `${counts.ok} restorable, ${counts.failing} not, ${counts.unknown} unknown, ${counts.exempt} exempt`;
  return stale ? `Not known now; when last checked: ${words}` : words;
}

function bannersOf(head: Head | null, request: PageRequest, { silencedP0 }: PeopleModel): readonly Banner[] {
  const banners: Banner[] = [];
  if (silencedP0 > 0)
    banners.push({ kind: 'silenced', text: `${silencedP0} P0 silenced: nobody is told of ${silencedP0 === 1 ? 'it' : 'them'} just now.` });
  if (request.channels.length === 0) {
    const text = 'Nobody can be told: no channel (PagerDuty, SMS, Slack, email) is configured. Set one in the environment.';
    banners.push({ kind: 'mute', text });
  }
  if (!head?.lastRun)
    return [{ kind: 'never', text: 'No check has run yet. Call /api/cron/check, or wait for the hourly cron.' }, ...banners];
  if (head.incidents.some((incident) => incident.check === 'monitor' && incident.state !== 'resolved')) {
    banners.unshift({ kind: 'monitor', text: 'The monitor itself is in trouble: see the incidents below.' });
  }
  if (isStale(head, request.now, request.checkInterval)) {
    const since = head.lastComplete ? `is ${spell(request.now - head.lastComplete.finishedAt)} old` : 'does not exist';
    banners.unshift({ kind: 'stale', text: `Stale: the last complete check ${since}. Nothing below is to be taken for the present.` });
  } else if (!head.lastRun.complete) {
    const text = 'Partial: the last check ran out of time. What it could not read is unknown; the next one starts there.';
    banners.unshift({ kind: 'partial', text });
  }
  return banners;
}

/** What an open incident says is not said twice; an unknown is said beside it, because the incident tells what was so before. */
function untold({ wider, incidents }: StatusJson): StatusJson['wider'] {
  const open = incidents.filter(({ state, resource }) => state !== 'resolved' && resource.clusterId === null);
  const told = new Set(open.map(({ check, resource }) => `${check} ${resource.name}`));
  const unwell = wider.filter(({ verdict }) => verdict === 'failing' || verdict === 'unknown');
  return unwell.filter((finding) => finding.verdict === 'unknown' || !told.has(`${finding.check} ${finding.about}`));
}
