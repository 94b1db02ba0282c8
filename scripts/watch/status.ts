import { clean } from '../../lib/domain/text.ts';
import { type Instant, short, withShortTimes } from '../../lib/domain/time.ts';
import { alertPath } from '../../lib/evaluate/checks/alert-path.ts';
import { STANDING_IN_WORDS } from '../../lib/domain/findings/standing.ts';
import type { PageModel } from '../../lib/render/first-page/page-model.ts';
import type { ClusterJson, FindingJson, IncidentJson } from '../../lib/render/status-json.ts';
import { readPage } from '../../lib/wire/recorded-state.ts';
import { NAMES_MOST, table } from '../terminal/table.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';

/** The states of monitoring plugins, by their exit codes (https://www.monitoring-plugins.org/doc/guidelines.html). */
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
const COLOURS = ['green', 'yellow', 'red', 'magenta'] as const;

/** `restorewatch status`: what the page answers, from the recorded state alone. */
export async function status({ style }: Pick<Terminal, 'style'>): Promise<Answer> {
  const model = await readPage({ rows: Number.MAX_SAFE_INTEGER, findings: 'all' });
  const code = stateOf(model.status);
  const state = STATES[code];
  const now = Date.parse(model.status.generatedAt);
  const incidents = model.status.incidents.filter((incident) => incident.state !== 'resolved');
  const lines = [
    `${style(['bold', COLOURS[code]], state)}: ${code === 0 ? '' : worstOpen(incidents)}${model.headline}`,
    ...model.banners.map(({ text }) => text),
    ...(model.status.clusters.length === 0 ? [] : ['', ...clusterTable(model.status)]),
    ...(incidents.length === 0 ? [] : ['', ...incidentTable(incidents, now)]),
    ...(model.wider.length === 0
      ? []
      : ['', ...model.wider.flatMap(({ names, summary }) => names.map((name) => clean(`${name}: ${summary}`)))]),
  ];
  return { data: { state, ...model.status }, text: withShortTimes(lines.join('\n'), now), code };
}

/** Pure: what is known to be critical, then what cannot be known, then what is to be warned of. A stale run is never OK. */
function stateOf({ lastRun, stale, clusters, findings: wider, incidents }: PageModel['status']): 0 | 1 | 2 | 3 {
  const open = incidents.filter((one) => one.state !== 'resolved' && !isSynthetic(one)).map(({ severity }) => severity);
  const real = wider.filter((one) => !isSynthetic(one));
  const failing = [...clusters.flatMap(({ findings }) => findings), ...real].filter(({ verdict }) => verdict === 'failing');
  const severities = [...open, ...failing.map(({ severity }) => severity)];
  if (severities.includes('critical')) return 2;
  if (lastRun === null || stale) return 3;
  if (severities.includes('warning')) return 1;
  return [...clusters, ...real].some(({ verdict }) => verdict === 'unknown') ? 3 : 0;
}

/** A proof of the alert path has a P0 and a P1 of its own for some minutes; what its end says about the path is real. */
function isSynthetic({ check, resource }: Pick<IncidentJson, 'check' | 'resource'>): boolean {
  return check === alertPath.id && resource.part !== undefined && resource.part !== 'proof';
}

/** What is open and the most urgent, for line 1: a monitoring plugin shows nothing else. */
function worstOpen(incidents: readonly IncidentJson[]): string {
  const [first] = incidents.filter((one) => !isSynthetic(one)).toSorted((a, b) => a.priority.localeCompare(b.priority));
  return first === undefined ? '' : `${clean(`${whereOf(first.resource)}: ${first.summary}`)}; `;
}

function clusterTable({ clusters, generatedAt }: PageModel['status']): readonly string[] {
  const rows = clusters.toSorted((a, b) => urgency(a).localeCompare(urgency(b)));
  return table(
    ['STANDING', 'PRIORITY', 'CLUSTER', 'PROJECT', 'RESTORABLE TO', 'WHY'],
    rows.map((row) => [
      STANDING_IN_WORDS[row.standing],
      worst(row)?.priority ?? '',
      row.name,
      row.projectName,
      restorableUntil(row, Date.parse(generatedAt)),
      worst(row)?.summary ?? '',
    ]),
    NAMES_MOST,
  );
}

/** The finding that a person should read first: the most urgent one that fails, else one that is not known. */
function worst({ findings }: ClusterJson): FindingJson | undefined {
  const failing = findings
    .filter(({ verdict }) => verdict === 'failing')
    .toSorted((a, b) => order(a.priority).localeCompare(order(b.priority)));
  return failing[0] ?? findings.find(({ verdict }) => verdict === 'unknown' || verdict === 'exempt');
}

/** In the page's order, which has the failing first, those with the most urgent finding before the others. */
function urgency(row: ClusterJson): string {
  return row.verdict === 'failing' ? order(worst(row)?.priority) : row.verdict === 'unknown' ? 'Q' : 'R';
}

function order(priority: string | null | undefined): string {
  return priority ?? 'P9';
}

function restorableUntil({ restorableUntil: until }: ClusterJson, now: Instant): string {
  return until === null ? '-' : `${short(Date.parse(until.at), now)} by ${until.by === 'pitr' ? 'PITR' : 'snapshot'}`;
}

function incidentTable(incidents: readonly IncidentJson[], now: Instant): readonly string[] {
  const rows = incidents.toSorted((a, b) => a.priority.localeCompare(b.priority));
  return table(
    ['OPEN', 'SINCE', 'WHERE', 'WHO HAS IT', 'WHAT'],
    rows.map((row) => [row.priority, short(Date.parse(row.openedAt), now), whereOf(row.resource), whoHas(row), row.summary]),
    NAMES_MOST,
  );
}

function whereOf({ name, projectName, clusterId }: IncidentJson['resource']): string {
  return clusterId !== null && projectName !== null ? `${name} (${projectName})` : name;
}

function whoHas({ acknowledgement, silencedBy }: IncidentJson): string {
  if (acknowledgement !== null) return `${acknowledgement.by}, until ${acknowledgement.until}`;
  return silencedBy === null ? 'nobody yet' : 'nobody is told: silenced';
}
