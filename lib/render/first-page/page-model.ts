import type { Head } from '../../domain/incidents/head.ts';
import type { ChannelId } from '../../domain/policy/policy.ts';
import { cleanAll } from '../../domain/text.ts';
import { iso, spell } from '../../domain/time.ts';
import type { RecordedView } from '../../domain/findings/recorded-view.ts';
import { monitor } from '../../evaluate/checks/monitor.ts';
import { type ShownChecklist, shownChecklist } from '../checklist/checklist-json.ts';
import { currentRows } from '../current-rows.ts';
import { type AlikeFindings, alikeFindings } from './alike-findings.ts';
import { type CardGroup, incidentCards } from './card-groups.ts';
import { elsewhere, type ElsewhereLine } from './elsewhere.ts';
import type { IncidentCard } from './incident-cards.ts';
import { type RowGroup, rowGroups } from './listed-rows.ts';
import { type PageRow, pageRows } from '../page-rows.ts';
import { acknowledgementModel, type AcknowledgementModel, type AcknowledgementModelRequest } from '../dead-letters.ts';
import { headlineInWords } from '../headline.ts';
import { rankingOf } from '../ranking.ts';
import type { StatusJson } from '../status-json.ts';
import { isStale, statusOf, type StatusRequest } from '../status.ts';
import { unfinishedTests } from './unfinished-tests.ts';
import { widerFindings } from './wider-findings.ts';

/** What the status page renders. */
export type PageModel = {
  /** As /api/status gives it, with the findings that were asked for. */
  readonly status: StatusJson;
  /** Answers "can we restore?": `status.headline` in words. */
  readonly headline: string;
  readonly banners: readonly Banner[];
  /** What the headline cannot say in a number; null if there is nothing. */
  readonly doubt: string | null;
  readonly rows: readonly PageRow[];
  /** One card a cause, the most urgent first. */
  readonly cards: readonly CardGroup[];
  /** The clusters of `rows` as the list below the cards groups them: all of them, or of more than a page's only those that are not well. */
  readonly groups: readonly RowGroup[];
  /** The last of the incidents that ended in the last 24 hours, the last first. */
  readonly ended: readonly IncidentCard[];
  readonly endedInAll: number;
  /** Findings on a project or the organisation that are not well and that no open incident reports already. */
  readonly wider: readonly AlikeFindings[];
  readonly nextRunAt: string | null;
  readonly acknowledgements: AcknowledgementModel;
  /** Sources of restore tests by policy, so that one that was never tested shows as well. */
  readonly restoreTests: readonly PlannedTest[];
  /** docs/contract.md, clauses 12 and 13. */
  readonly checklist: ShownChecklist;
  /** Restore tests that somebody must finish. */
  readonly unfinished: readonly string[];
  /** What stands on other pages, in a line each. */
  readonly elsewhere: readonly ElsewhereLine[];
  /** By id: a channel's name as a row begins with it. */
  readonly channelNames: Readonly<Record<ChannelId, string>>;
};

/** A source of a restore test. */
export type PlannedTest = { readonly plan: string; readonly project: string; readonly cluster: string; readonly target: string };

export type Banner = { readonly kind: 'stale' | 'partial' | 'never' | 'monitor' | 'nobody-notified' | 'silenced'; readonly text: string };

export type PageRequest = StatusRequest & AcknowledgementModelRequest & { readonly channels: readonly ChannelId[] };

/** Pure: (recorded run, now) → page, with safe texts as `statusJson` has them. A stale run is never shown green. */
export function pageModel(head: Head | null, view: RecordedView | null, request: PageRequest): PageModel {
  return cleanAll(modelOf(head, view, request));
}

function modelOf(head: Head | null, view: RecordedView | null, request: PageRequest): PageModel {
  const { maintenance = [], restoreTests = [] } = request.general ?? {};
  const status = statusOf(head, view, { ...request, maintenance, restoreTests });
  const acknowledgements = acknowledgementModel(head, status.incidents, request);
  const last = head?.lastRun ?? null;
  const rows = currentRows(head, view);
  const wider = widerFindings(status);
  const names = channelNames(request);
  const { open, ended, endedInAll } = incidentCards({
    head,
    rows: rankingOf(head, view).rows,
    status,
    channelNames: names,
    now: request.now,
  });
  const shownRows = pageRows({ ...status, checkedAt: last?.startedAt ?? 0 }, rows, wider, request.now);
  const checklist = shownChecklist(head, { now: request.now, checkInterval: request.checkInterval, general: request.general ?? {} });
  const planned = plannedTests(request);
  const { deadLetters } = acknowledgements;
  return {
    // What is for information stands in `wider`, and gives the headline no colour.
    status: request.findings === 'unwell' ? { ...status, findings: status.findings.filter(isColoured) } : status,
    headline: headlineOf(status),
    doubt: doubtOf(status),
    banners: bannersOf(head, request, acknowledgements),
    rows: shownRows,
    cards: open,
    groups: rowGroups(shownRows, open, { isWhole: status.next === null }),
    ended,
    endedInAll,
    wider: alikeFindings(wider),
    nextRunAt: last && iso(last.startedAt + request.checkInterval),
    acknowledgements,
    restoreTests: planned,
    checklist,
    unfinished: unfinishedTests(status),
    elsewhere: elsewhere({ status, deadLetters, checklist, planned, now: request.now }),
    channelNames: names,
  };
}

function channelNames({ general }: PageRequest): PageModel['channelNames'] {
  const entries = Object.entries(general?.channels ?? {});
  return Object.fromEntries(entries.map(([id, { label }]) => [id, `${label.slice(0, 1).toUpperCase()}${label.slice(1)}`]));
}

function plannedTests({ general }: PageRequest): readonly PlannedTest[] {
  const plans = general?.restoreTests ?? [];
  return plans.flatMap(({ name, sources, target }) =>
    sources.map(({ project, cluster }) => ({ plan: name, project, cluster, target: target.cluster })),
  );
}

function headlineOf({ lastRun, stale, headline }: StatusJson): string {
  if (lastRun === null) return 'Not known yet: no check has run';
  const words = headlineInWords(headline);
  return stale ? `Not known now; when last checked: ${words}` : words;
}

/** Backups that were never restored are only promised. */
function doubtOf({ lastRun, headline: { kept, atRisk, cannot, unknown, proven } }: StatusJson): string | null {
  if (lastRun === null || proven > 0 || kept + atRisk + cannot + unknown === 0) return null;
  return 'No backup of these clusters has lately passed a restore test, so nobody knows whether they can really be restored.';
}

function bannersOf(head: Head | null, request: PageRequest, { silencedP0 }: AcknowledgementModel): readonly Banner[] {
  const banners: Banner[] = [];
  if (silencedP0 > 0)
    banners.push({ kind: 'silenced', text: `${silencedP0} P0 silenced: nobody is told of ${silencedP0 === 1 ? 'it' : 'them'} just now.` });
  if (request.channels.length === 0) {
    const labels = Object.values(request.general?.channels ?? {}).map(({ label }) => label);
    const text = `Nobody can be told: no channel (${labels.join(', ')}) is configured. Set one in the environment.`;
    banners.push({ kind: 'nobody-notified', text });
  }
  if (!head?.lastRun)
    return [{ kind: 'never', text: 'No check has run yet. Call /api/cron/check, or wait for the hourly cron.' }, ...banners];
  if (head.incidents.some((incident) => incident.check === monitor.id && incident.state !== 'resolved')) {
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

function isColoured({ verdict, severity }: StatusJson['findings'][number]): boolean {
  return verdict === 'unknown' || (verdict === 'failing' && severity !== 'info');
}
