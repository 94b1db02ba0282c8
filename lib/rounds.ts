import { endProof, proofIncidents } from './incidents/proof.ts';
import { expired } from './incidents/acknowledge.ts';
import type { Head } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import type { ChannelId, CheckId, GeneralPolicy, Priority } from './domain/policy.ts';
import { type Instant, spell } from './domain/time.ts';
import { hush } from './alerts/hush.ts';
import { mutedBy } from './alerts/mute.ts';
import { announceOn, planDeliveries, type PlanContext } from './alerts/plan.ts';
import { isRoot, made } from './alerts/delivery.ts';
import { rosterOf } from './alerts/ways.ts';

/** What nobody can mend any more is told once: no reminder, no escalation. */
const TOLD_ONCE: ReadonlySet<CheckId> = new Set(['pitr-break', 'cluster-gone', 'alert-path', 'disagreement']);

/**
 * Pure: what the passing of time alone brings about, at every check and dispatch: acknowledgements that run out, silences that end, the next rung
 * of the escalation ladder, reminders. Escalation and reminders only where an acknowledgement can reach us (contract, clause 4).
 */
export function rounds(head: Head, context: PlanContext, revision: number): Head {
  const { now, general } = context;
  const silences = (head.silences ?? []).filter((silence) => silence.until > now);
  const mutes = { silences, maintenance: general.maintenance, now };
  const hushed = hush(expired(head.incidents, now), [], mutes);
  const deliveries = planDeliveries(head.deliveries, hushed.transitions, context);
  const kept = head.silences === undefined || silences.length === head.silences.length ? {} : { silences };
  const next = withProof(scheduledProof({ ...head, ...kept, incidents: hushed.incidents, deliveries }, context, revision), context);
  if (!context.acknowledgeable) return next;
  const waiting = (incident: Incident): boolean => awaits(incident) && mutedBy(incident, mutes) === null;
  return reminded(escalated(next, waiting, context), waiting, context);
}

/** A synthetic alert whose time is up ends, and with it the proof. */
function withProof(head: Head, context: PlanContext): Head {
  const ended = endProof(head, context.now);
  if (!ended) return head;
  return {
    ...head,
    proof: ended.proof,
    incidents: ended.incidents,
    deliveries: planDeliveries(head.deliveries, ended.transitions, context),
  };
}

/** Pure: begins a proof of the alert path, unless one is under way. */
export function beginProof(head: Head, context: PlanContext, revision: number): Head {
  if (head.proof?.verdict === 'running') return head;
  const incidents = proofIncidents(context.now, revision);
  const proof = {
    startedAt: context.now,
    endedAt: null,
    incidents: incidents.map(({ id }) => id),
    verdict: 'running',
    detail: '',
    ...(context.pagerdutyAsked && context.roster.some(({ id }) => id === 'pagerduty') ? { seenAtPagerDuty: false } : {}),
  } as const;
  const deliveries = planDeliveries(
    head.deliveries,
    incidents.map((incident) => ({ kind: 'opened', incident })),
    context,
  );
  return { ...head, proof, incidents: [...head.incidents, ...incidents], deliveries };
}

/** Pure: begins the proof that the policy's times ask for: one has come since the last, or since the installation. */
function scheduledProof(head: Head, context: PlanContext, revision: number): Head {
  const next = context.general.proofAfter?.(head.proof?.startedAt ?? head.createdAt) ?? null;
  return next !== null && next <= context.now ? beginProof(head, context, revision) : head;
}

/** What flaps and is well just now is held open, but “still failing” would be false. */
function awaits({ state, silencedBy, steadySince, check }: Incident): boolean {
  return state === 'open' && silencedBy === undefined && steadySince === undefined && !TOLD_ONCE.has(check);
}

/** When the clocks of escalation and reminders began: the telling, by whatever caused it. */
function began(incident: Incident): Instant {
  return incident.toldAt ?? incident.openedAt;
}

const LADDER: Readonly<Record<Priority, readonly (Priority | 'contacts')[]>> = {
  P0: ['contacts'],
  P1: ['P0', 'contacts'],
  P2: ['P1', 'P0', 'contacts'],
};

/** Nobody acknowledged within the response time: the next rung that has anybody on it. */
function escalated(head: Head, waiting: (incident: Incident) => boolean, context: PlanContext): Head {
  const { now, general } = context;
  // The latest counts: an acknowledgement that ran out, or a rise, begins the response time anew.
  const waitedFrom = (incident: Incident): Instant => Math.max(incident.escalation?.at ?? 0, began(incident));
  const due = head.incidents.filter(
    (incident) => waiting(incident) && now - waitedFrom(incident) > general.responseTime[incident.priority],
  );
  const climbing = due.flatMap((incident) => nextRung(incident, head.deliveries, context));
  if (climbing.length === 0) return head;
  const rungs = new Map(climbing.map(({ incident, rung }) => [incident.id, rung]));
  const incidents = head.incidents.map((incident) =>
    rungs.has(incident.id) ? { ...incident, escalation: { rung: rungs.get(incident.id) ?? 0, at: now } } : incident,
  );
  const groups = Map.groupBy(climbing, ({ channels, contacts, incident }) => `${incident.priority}|${channels.join()}|${contacts}`);
  const messages = [...groups.values()].flatMap((group) => climb(group, head.deliveries, context));
  return { ...head, incidents, deliveries: [...head.deliveries, ...messages] };
}

type Climb = { readonly incident: Incident; readonly rung: number; readonly channels: readonly ChannelId[]; readonly contacts: boolean };

function nextRung(incident: Incident, deliveries: readonly Delivery[], { roster, general }: PlanContext): readonly Climb[] {
  const told = new Set(
    deliveries.filter((delivery) => isRoot(delivery) && delivery.incidents.includes(incident.id)).map((delivery) => delivery.channel),
  );
  const recipients = rosterOf(roster, incident.team);
  for (let rung = incident.escalation?.rung ?? 0; rung < LADDER[incident.priority].length; rung += 1) {
    const step = LADDER[incident.priority][rung];
    if (step === undefined) continue;
    const wanted = step === 'contacts' ? (['sms', 'email'] as const) : general.routes[step];
    const channels = wanted.filter((id) =>
      recipients.some((channel) => channel.id === id && (step === 'contacts' ? (channel.contacts ?? 0) > 0 : !told.has(id))),
    );
    if (channels.length > 0) return [{ incident, rung: rung + 1, channels, contacts: step === 'contacts' }];
  }
  return [];
}

function climb(group: readonly Climb[], deliveries: readonly Delivery[], context: PlanContext): readonly Delivery[] {
  const [first] = group;
  if (!first) return [];
  const reroute = `Nobody acknowledged it within ${spell(context.general.responseTime[first.incident.priority])}, so it comes to you.`;
  const incidents = group.map(({ incident }) => incident);
  return first.channels.flatMap((channel) =>
    announceOn(channel, incidents, { kind: 'escalate', reroute, contacts: first.contacts }, deliveries, context),
  );
}

/** One reminder a message, of those of its incidents that still wait. PagerDuty reminds by its own escalation policy. */
function reminded(head: Head, waiting: (incident: Incident) => boolean, { now, general }: PlanContext): Head {
  const due = new Map(
    head.incidents.filter((incident) => waiting(incident) && isDue(incident, general, now)).map((incident) => [incident.id, incident]),
  );
  if (due.size === 0) return head;
  const roots = head.deliveries.filter((delivery) => isRoot(delivery) && delivery.state === 'accepted' && delivery.channel !== 'pagerduty');
  const messages = roots.flatMap((root) => {
    const incidents = root.incidents.flatMap((id) => due.get(id) ?? []);
    return incidents.length === 0
      ? []
      : [
          made(
            incidents,
            {
              channel: root.channel,
              team: root.team,
              recipient: root.recipient,
              kind: 'remind',
              reroute: null,
              root: root.key,
              stamp: now,
            },
            now,
          ),
        ];
  });
  if (messages.length === 0) return head;
  const incidents = head.incidents.map((incident) => (due.has(incident.id) ? { ...incident, remindedAt: now } : incident));
  return { ...head, incidents, deliveries: [...withoutStale(head.deliveries, new Set(messages.map(({ root }) => root))), ...messages] };
}

function isDue(incident: Incident, general: GeneralPolicy, now: Instant): boolean {
  return now - Math.max(incident.remindedAt ?? 0, began(incident)) >= general.remindEvery[incident.priority];
}

/** A reminder that was not delivered before the next one of its thread is due is not worth delivering any more. */
function withoutStale(deliveries: readonly Delivery[], threads: ReadonlySet<string | null>): readonly Delivery[] {
  const isStale = ({ kind, claim, state, root }: Delivery): boolean =>
    kind === 'remind' && threads.has(root) && claim === null && state !== 'accepted' && state !== 'cancelled';
  return deliveries.map((delivery) => (isStale(delivery) ? { ...delivery, state: 'cancelled', nextTryAt: null } : delivery));
}
