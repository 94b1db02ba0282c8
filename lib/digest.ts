import { made } from './alerts/delivery.ts';
import { type PlanContext } from './alerts/plan.ts';
import { mutedBy, type Mutes } from './alerts/mute.ts';
import { fit } from './alerts/plain.ts';
import { changesOf } from './changes.ts';
import type { Head, Silence } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import type { GeneralPolicy } from './domain/policy.ts';
import { DAY, HOUR, type Instant, iso, spell } from './domain/time.ts';
import { fadingProofs } from './fading-proofs.ts';
import type { ClusterRow, RecordedView } from './domain/view.ts';

/**
 * Pure: once a day at the policy's hour (plan 1.3: backup status is verified daily), the digest for Slack and email; it also proves that we live.
 * A day's digest is due from its hour until the next day's is, so that a check that was missed at that hour loses none; of days that passed
 * without any check only the last is told. The first run only notes the day, so that an installation does not begin with one.
 */
export function withDigest(head: Head, view: () => RecordedView, context: PlanContext): Head {
  const { now, general, roster } = context;
  if (general.digestHour === null) return head;
  const day = iso(now - general.digestHour * HOUR).slice(0, 10);
  if (head.digestDay === undefined) return { ...head, digestDay: day };
  if (head.digestDay >= day) return head;
  const text = digestLines(head, view(), now, general);
  const channels = roster.filter(({ id, team }) => team === undefined && (id === 'slack' || id === 'email'));
  const deliveries = channels.flatMap(({ id, recipients }) =>
    Array.from({ length: recipients }, (_, recipient): Delivery => ({
      ...made([], { channel: id, recipient, kind: 'digest', reroute: null }, now),
      key: `digest/${id}/${recipient}/${day}`,
      text,
    })),
  );
  return { ...head, digestDay: day, deliveries: [...head.deliveries, ...deliveries] };
}

/** What a digest names at most of each kind, how much of each, and in all: Slack takes some 13,200 characters with their markup, and nobody reads more. */
const OPEN_NAMED = 20;
const CHANGES_NAMED = 10;
const SILENCES_NAMED = 20;
const LONGEST = 300;
const MOST = 8_000;

type Told = Pick<GeneralPolicy, 'maintenance' | 'restoreTests' | 'proofAfter'>;

/** Counts, what changed, the oldest recovery point, proofs about to expire, what is open and what is silenced. The first line is the subject. */
export function digestLines(head: Head, view: RecordedView, now: Instant, general: Told = { maintenance: [] }): readonly string[] {
  const count = (verdict: ClusterRow['verdict']): number => view.clusters.filter((row) => row.verdict === verdict).length;
  const open = head.incidents.filter((incident) => incident.state !== 'resolved').toSorted(byUrgency);
  const opened = head.incidents.filter((incident) => incident.openedAt > now - DAY).length;
  const ended = head.incidents.filter((incident) => incident.resolvedAt !== null && incident.resolvedAt > now - DAY).length;
  const lines = [
    `${count('ok')} restorable, ${count('failing')} not, ${count('unknown')} unknown, ${count('exempt')} exempt`,
    `In the last 24 h: ${opened} incident(s) began, ${ended} ended; ${head.days.at(-1)?.runs ?? 0} check(s) today.`,
    oldestPoint(view, now),
    fadingProofs(head, now, general),
    ...named(open.map(openInWords), OPEN_NAMED, 'on the page'),
    ...silencesNow(head, open, { silences: head.silences ?? [], maintenance: general.maintenance, now }),
    ...named(
      changesOf(head, now).map(({ at, text }) => `${iso(at)} ${text}`),
      CHANGES_NAMED,
      'changed, on the page',
    ),
  ];
  const { shown, more } = fit(lines, MOST, LONGEST);
  return more === 0 ? shown : [...shown, `… and ${more} more lines on the page`];
}

function byUrgency(one: Incident, other: Incident): number {
  return one.priority.localeCompare(other.priority) || one.openedAt - other.openedAt;
}

function openInWords({ priority, check, resource, summary }: Incident): string {
  return `Open: ${priority} ${check} on ${resource.name}${resource.projectName ? ` (${resource.projectName})` : ''}: ${summary}`;
}

function named(lines: readonly string[], most: number, where: string): readonly string[] {
  return lines.length > most ? [...lines.slice(0, most), `… and ${lines.length - most} more ${where}`] : lines;
}

function silencesNow({ silences = [] }: Head, open: readonly Incident[], mutes: Mutes): readonly string[] {
  const silenced = open.filter((incident) => incident.silencedBy !== undefined || mutedBy(incident, mutes) !== null);
  const holding = silences.filter(({ from, until }) => from <= mutes.now && mutes.now < until);
  return [
    ...(silenced.length > 0
      ? [`Silenced: ${silenced.length}, of which P0: ${silenced.filter(({ priority }) => priority === 'P0').length}`]
      : []),
    ...named(holding.map(silenceInWords), SILENCES_NAMED, 'silences on the page'),
  ];
}

function silenceInWords({ match, until, by, why }: Silence): string {
  const what = Object.entries(match).map(([field, value]) => `${field} ${value}`);
  return `Silence: ${what.join(', ')} until ${iso(until)} by ${by}: ${why}`;
}

function oldestPoint(view: RecordedView, now: Instant): string {
  const asked = view.clusters.filter((row) => row.verdict !== 'exempt');
  const none = asked.filter((row) => row.newestRecoveryPoint === null).length;
  const oldest = asked.reduce<ClusterRow | null>(
    (worst, row) =>
      row.newestRecoveryPoint !== null && row.newestRecoveryPoint < (worst?.newestRecoveryPoint ?? Number.POSITIVE_INFINITY) ? row : worst,
    null,
  );
  const words = oldest?.newestRecoveryPoint
    ? `Oldest newest recovery point: ${oldest.name} (${oldest.projectName}), ${spell(now - oldest.newestRecoveryPoint)} old.`
    : 'No recovery point is known.';
  return none === 0 ? words : `${words} Without any: ${none}.`;
}
