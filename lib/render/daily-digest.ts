import type { TrailTip } from '../domain/audit/audit-entry.ts';
import { newDelivery } from '../domain/incidents/delivery.ts';
import { type RouteContext } from '../route/plan-deliveries.ts';
import { suppressedBy, type SuppressionRules } from '../route/suppressed-by.ts';
import { fit, plural } from '../domain/text.ts';
import { lossInWords, reachInWords } from '../domain/findings/restorable-words.ts';
import { currentRows } from './current-rows.ts';
import { headlineInWords, headlineOf } from './headline.ts';
import { restorableNow } from './incidents-json.ts';
import type { Head, Silence } from '../domain/incidents/head.ts';
import { titleOf } from '../domain/incidents/incident-title.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { DAY, HOUR, type Instant, iso } from '../domain/time.ts';
import { expiringProofs } from './expiring-proofs.ts';
import type { ClusterRow, RecordedFinding, RecordedView } from '../domain/findings/recorded-view.ts';

/**
 * Pure: once a day at the policy's hour (plan 1.3: backup status is verified daily), the digest, on the channels that take it. It also shows that
 * Restorewatch still runs.
 * A day's digest is due from its hour until the next day's is, so that a check that was missed at that hour loses none; of days that passed
 * without any check only the last is sent. The first run only notes the day, so that an installation does not begin with one.
 */
export function withDigest(head: Head, view: () => RecordedView, context: RouteContext, tip?: TrailTip): Head {
  const { now, general, roster } = context;
  if (general.digestHour === null) return head;
  const day = iso(now - general.digestHour * HOUR).slice(0, 10);
  if (head.digestDay === undefined) return { ...head, digestDay: day };
  if (head.digestDay >= day) return head;
  const [first = '', ...rest] = digestLines(head, view(), now, general);
  const text = [first, ...(tip ? [rootLine(tip)] : []), ...rest];
  const channels = roster.filter(({ id, team }) => team === undefined && traitsOf(general, id).digest);
  const deliveries = channels.flatMap(({ id, recipients }) =>
    Array.from({ length: recipients }, (_, recipient): Delivery => ({
      ...newDelivery([], { channel: id, recipient, kind: 'digest', reroute: null }, now),
      key: `digest/${id}/${recipient}/${day}`,
      text,
    })),
  );
  return { ...head, digestDay: day, deliveries: [...head.deliveries, ...deliveries] };
}

/**
 * The root of the log as it was when the check began. It leaves with the digest because somebody who holds the store and `EVIDENCE_KEY` could write the
 * whole log anew: whoever keeps these messages sees it (docs/evidence.md).
 */
function rootLine({ number, hash }: TrailTip): string {
  return `Log: entry ${number}, SHA-256 ${hash}`;
}

/** Limits of lines of each kind, of characters a line, and of characters in all: Slack accepts some 13,200 with their markup. */
const OPEN_NAMED = 20;
const DIGEST_ONLY_NAMED = 10;
const CHANGES_NAMED = 10;
const SILENCES_NAMED = 20;
const LONGEST = 300;
const MOST = 8_000;

type DigestPolicy = Pick<GeneralPolicy, 'maintenance' | 'restoreTests' | 'proofAfter' | 'channels'>;

/** The headline, what changed, whose reach is furthest back, proofs about to expire, what is open and what is silenced. The first line is the subject. */
export function digestLines(
  head: Head,
  view: RecordedView,
  now: Instant,
  general: DigestPolicy = { maintenance: [], channels: {} },
): readonly string[] {
  const rows = currentRows(head, view);
  const byId = new Map(rows.map((row) => [row.clusterId, row]));
  const open = head.incidents.filter((incident) => incident.state !== 'resolved').toSorted(byUrgency);
  const lines = [
    headlineInWords(headlineOf(head, rows, general, now)),
    lastDay(head, now),
    furthestBack(rows, now),
    expiringProofs(head, now, general),
    ...limited(
      open.map((incident) => openInWords(incident, byId, now)),
      OPEN_NAMED,
      'on the page',
    ),
    ...limited(
      rows.flatMap((row) => row.findings.flatMap((finding) => (finding.digestOnly ? [onlyHere(finding, row)] : []))),
      DIGEST_ONLY_NAMED,
      'on the page',
    ),
    ...silenceLines(head, open, { silences: head.silences, maintenance: general.maintenance, now }),
    ...limited(changesOfDay(head, now), CHANGES_NAMED, 'changed, on the page'),
  ];
  const { shown, more } = fit(lines, MOST, LONGEST);
  return more === 0 ? shown : [...shown, `… and ${plural(more, 'more line')} on the page`];
}

function lastDay({ incidents, days }: Head, now: Instant): string {
  const opened = incidents.filter(({ openedAt }) => openedAt > now - DAY).length;
  const ended = incidents.filter(({ resolvedAt }) => resolvedAt !== null && resolvedAt > now - DAY).length;
  return `In the last 24 h: ${plural(opened, 'incident')} began, ${ended} ended; ${plural(days.at(-1)?.runs ?? 0, 'check')} today.`;
}

/** The incidents that began or ended in the last 24 hours, newest first. */
function changesOfDay({ incidents }: Head, now: Instant): readonly string[] {
  const isRecent = (at: Instant | null): at is Instant => at !== null && at > now - DAY;
  const changes = incidents.flatMap(({ resource, check, summary, openedAt, resolvedAt, resolution }) => [
    ...(isRecent(openedAt) ? [{ at: openedAt, text: `${resource.name}, ${check} began: ${summary}` }] : []),
    ...(isRecent(resolvedAt) ? [{ at: resolvedAt, text: `${resource.name}, ${check} ended: ${resolution ?? 'recovered'}` }] : []),
  ]);
  return changes.toSorted((a, b) => b.at - a.at).map(({ at, text }) => `${iso(at)} ${text}`);
}

function byUrgency(one: Incident, other: Incident): number {
  return one.priority.localeCompare(other.priority) || one.openedAt - other.openedAt;
}

function openInWords(incident: Incident, rows: ReadonlyMap<string, ClusterRow>, now: Instant): string {
  return `Open: ${incident.priority} ${incident.check} on ${titleOf(incident, restorableNow(incident, rows), now)}`;
}

/** A finding that has no incident. */
function onlyHere({ check, summary }: RecordedFinding, { name, projectName }: ClusterRow): string {
  return `Noted: ${check} on ${name} (${projectName}): ${summary}`;
}

function limited(lines: readonly string[], most: number, where: string): readonly string[] {
  return lines.length > most ? [...lines.slice(0, most), `… and ${lines.length - most} more ${where}`] : lines;
}

function silenceLines({ silences }: Head, open: readonly Incident[], rules: SuppressionRules): readonly string[] {
  const silenced = open.filter((incident) => incident.silencedBy !== undefined || suppressedBy(incident, rules) !== null);
  const holding = silences.filter(({ from, until }) => from <= rules.now && rules.now < until);
  return [
    ...(silenced.length > 0
      ? [`Silenced: ${silenced.length}, of which P0: ${silenced.filter(({ priority }) => priority === 'P0').length}`]
      : []),
    ...limited(holding.map(silenceInWords), SILENCES_NAMED, 'silences on the page'),
  ];
}

function silenceInWords({ match, until, by, why }: Silence): string {
  const what = Object.entries(match).map(([field, value]) => `${field} ${value}`);
  return `Silence: ${what.join(', ')} until ${iso(until)} by ${by}: ${why}`;
}

/** The cluster of which most would be lost. */
function furthestBack(rows: readonly ClusterRow[], now: Instant): string {
  const promised = rows.filter((row) => row.verdict !== 'exempt');
  if (rows.length > 0 && promised.length === 0) return 'No cluster is promised to be restorable: all are exempt.';
  const dated = promised.flatMap((row) => (row.restorable.until ? [{ row, at: row.restorable.until.at }] : []));
  const none = promised.length - dated.length;
  const [worst] = dated.toSorted((a, b) => a.at - b.at);
  const words = worst ? `Furthest back: ${reachOf(worst.row, now)}.` : 'No moment is known to which a cluster can be restored.';
  return none === 0 || !worst ? words : `${words} To no known moment: ${plural(none, 'cluster')}.`;
}

function reachOf({ name, projectName, restorable, window }: ClusterRow, now: Instant): string {
  const loss = lossInWords({ ...restorable, window }, now);
  const reach = reachInWords({ ...restorable, window }, now);
  return `${name} (${projectName}), ${reach}${loss === null ? '' : `; the last ${loss} of writes would be lost`}`;
}
