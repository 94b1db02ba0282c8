import { made } from './alerts/delivery.ts';
import { type PlanContext } from './alerts/plan.ts';
import { mutedBy, type Mutes } from './alerts/mute.ts';
import type { Head } from './domain/head.ts';
import type { Delivery } from './domain/incident.ts';
import type { MaintenanceWindow } from './domain/policy.ts';
import { DAY, type Instant, iso, spell } from './domain/time.ts';
import type { ClusterRow, RecordedView } from './domain/view.ts';

/**
 * Pure: once a day at the policy's hour (plan 1.3: backup status is verified daily), the digest for Slack and email; it also proves that we live.
 * The first run only notes the day, so that an installation does not begin with one.
 */
export function withDigest(head: Head, view: () => RecordedView, context: PlanContext): Head {
  const { now, general, roster } = context;
  if (general.digestHour === null) return head;
  const day = iso(now).slice(0, 10);
  const due = new Date(now).getUTCHours() >= general.digestHour;
  if (head.digestDay === undefined) return { ...head, digestDay: due ? day : iso(now - DAY).slice(0, 10) };
  if (!due || head.digestDay >= day) return head;
  const text = digestLines(head, view(), now, general.maintenance);
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

/** Counts, what changed, the oldest recovery point, what is open and what is silenced. The first line is the subject. */
export function digestLines(
  head: Head,
  view: RecordedView,
  now: Instant,
  maintenance: readonly MaintenanceWindow[] = [],
): readonly string[] {
  const count = (verdict: ClusterRow['verdict']): number => view.clusters.filter((row) => row.verdict === verdict).length;
  const open = head.incidents.filter((incident) => incident.state !== 'resolved');
  const opened = head.incidents.filter((incident) => incident.openedAt > now - DAY).length;
  const ended = head.incidents.filter((incident) => incident.resolvedAt !== null && incident.resolvedAt > now - DAY).length;
  const mutes: Mutes = { silences: head.silences ?? [], maintenance, now };
  const silenced = open.filter((incident) => incident.silencedBy !== undefined || mutedBy(incident, mutes) !== null);
  return [
    `${count('ok')} restorable, ${count('failing')} not, ${count('unknown')} unknown, ${count('exempt')} exempt`,
    `In the last 24 h: ${opened} incident(s) began, ${ended} ended; ${head.days.at(-1)?.runs ?? 0} check(s) today.`,
    oldestPoint(view, now),
    ...open
      .slice(0, 20)
      .map(
        (incident) =>
          `Open: ${incident.priority} ${incident.check} on ${incident.resource.name}${incident.resource.projectName ? ` (${incident.resource.projectName})` : ''}: ${incident.summary}`,
      ),
    ...(open.length > 20 ? [`… and ${open.length - 20} more on the page`] : []),
    ...(silenced.length > 0
      ? [`Silenced: ${silenced.length}, of which P0: ${silenced.filter(({ priority }) => priority === 'P0').length}`]
      : []),
    ...mutes.silences
      .filter(({ from, until }) => from <= now && now < until)
      .slice(0, 20)
      .map(
        ({ match, until, by, why }) =>
          `Silence: ${Object.entries(match)
            .map(([field, value]) => `${field} ${value}`)
            .join(', ')} until ${iso(until)} by ${by}: ${why}`,
      ),
  ];
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
