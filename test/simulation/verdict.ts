import { failingAddress } from '../../lib/domain/incidents/channel-address.ts';
import { POINTLESS_WHEN_RESOLVED } from '../../lib/domain/incidents/delivery.ts';
import { type Finding, subjectKey } from '../../lib/domain/findings/finding.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { CHANNEL_IDS, type ChannelId } from '../support/channel-ids.ts';
import type { CheckId, GeneralPolicy } from '../../lib/domain/policy/policy.ts';
import { DAY, HOUR, type Instant, iso } from '../../lib/domain/time.ts';
import { checksThat } from '../../lib/evaluate/checks/registry.ts';
import { possiblySilenced } from './silences.ts';
import type { Message, Providers } from './providers.ts';
import type { Machine } from './wire.ts';
import { ALARM_KEY, CLAIMS_END, FAIR, isRoot, type Observer } from './observer.ts';

/** An incident that is open is with every channel of its priority that has been in order long enough. Asked after a call that nothing disturbed. */
export function openIncidentsAreNotified(observer: Observer, providers: Providers, head: Head, general: GeneralPolicy): void {
  const now = observer.timeline.now();
  // A text that its sender may have died of is waited for as long as after a failure: two are worse than one a while later.
  const foulAt = (id: ChannelId): Instant =>
    id === 'sms' ? Math.max(observer.conditions.lastDisturbedAt.sms, observer.lastDisturbedAt) : observer.conditions.lastDisturbedAt[id];
  const fair = (id: ChannelId): boolean => observer.conditions.condition[id] === 'fine' && now - foulAt(id) >= FAIR;
  if (now - observer.lastDisturbedAt < CLAIMS_END) return;
  for (const incident of head.incidents) {
    const since = observer.observedIncidents.get(incident.id)?.raisedAt ?? now;
    if (incident.state === 'resolved' || incident.resource.part !== undefined || now - since < CLAIMS_END) continue;
    // An incident that resolved after somebody had acknowledged it is sent to nobody else.
    const inHand = incident.state === 'acknowledged' && observer.observedIncidents.get(incident.id)?.silenced;
    if (inHand || possiblySilenced(observer.silences, incident, now - CLAIMS_END, now)) continue;
    for (const channel of CHANNEL_IDS.filter((id) => general.routes[incident.priority].includes(id))) {
      if (
        !fair(channel) ||
        (channel === 'pagerduty' && observer.lostPages.has(incident.id)) ||
        (channel === 'sms' && mayBeLost(observer, incident, general)) ||
        (RINGING.has(channel) && isInHandOfSomebody(observer, incident, general))
      )
        continue;
      if (!isNotified(providers, channel, incident.id))
        observer.broken.push(`never notified: ${incident.id} (${incident.priority}) is open, and ${channel} has been in order for long`);
    }
  }
}

const NOTIFIED_ONCE = checksThat('notifiedOnce');
const RINGING: ReadonlySet<ChannelId> = new Set(['pagerduty', 'sms']);

/**
 * No phone rings for what somebody has acknowledged. When that runs out, the first reminder makes good what it cancelled; of what is notified once there is
 * none, so that what an acknowledgement cancelled stays so.
 */
function isInHandOfSomebody(
  { observedIncidents, timeline }: Observer,
  { id, check, state, priority }: Incident,
  { remindEvery }: GeneralPolicy,
): boolean {
  const endedAt = observedIncidents.get(id)?.acknowledgementEndedAt ?? Number.NEGATIVE_INFINITY;
  if (NOTIFIED_ONCE.has(check) && endedAt > 0) return true;
  return state === 'acknowledged' || timeline.now() - endedAt < remindEvery[priority] + CLAIMS_END;
}

/** Nothing waits as a second past message for anybody. Asked after a call that nothing disturbed. */
export function pastMessagesAreOne({ broken }: Observer, { deliveries }: Head): void {
  const waiting = deliveries.filter(
    ({ kind, state, ambiguous, claim }) => kind === 'past' && state === 'owed' && !ambiguous && claim === null,
  );
  const recipients = Map.groupBy(waiting, ({ channel, team, recipient }) => `${channel}@${team ?? ''}/${recipient}`);
  for (const [whose, own] of recipients) if (own.length > 1) broken.push(`past: ${own.length} past messages wait for ${whose}`);
}

/**
 * Below P0 no text is better than two: one that was begun, or claimed by whoever could not say what came of it, is not sent again. Of its rise to
 * P0 they who may have that text are told by an escalation, which ends once somebody has acknowledged the P0; when that runs out, by a reminder.
 */
function mayBeLost(
  { claimsLeftAt, smsAttempted, observedIncidents, timeline }: Observer,
  { id, priority, state }: Incident,
  { remindEvery }: GeneralPolicy,
): boolean {
  const life = observedIncidents.get(id);
  if (life === undefined) return false;
  const begun = smsAttempted.has(id) && life.mayBeNotified;
  if (priority === 'P0') {
    const isInHand = state === 'acknowledged' || timeline.now() - life.acknowledgementEndedAt < remindEvery.P0 + CLAIMS_END;
    return begun && isInHand && life.raisedAt > life.openedAt;
  }
  return begun || claimsLeftAt >= life.raisedAt;
}

function isNotified({ alerts, messages }: Providers, channel: ChannelId, id: string): boolean {
  if (channel === 'pagerduty') return alerts.some((alert) => alert.incident === id);
  const notifies = (message: Message): boolean => isRoot(message.kind) || (channel === 'sms' && message.kind === 'remind');
  return messages.some((message) => message.channel === channel && notifies(message) && message.incidents.includes(id));
}

/** What holds once every provider has worked and every cron has run for a while. */
export function allIsWell(observer: Observer, providers: Providers, head: Head): void {
  for (const [id, life] of observer.observedIncidents) {
    if (life.resolvedAt !== null) endsEverywhere(observer, providers, id);
    // What a channel takes late says itself that the channel was in trouble.
    const isOverAboutChannel = life.resolvedAt !== null && failingAddress(life.incident) !== null;
    if (!isNotifiedAnywhere(providers, id) && !isOverAboutChannel && !life.mayBeNotified && !life.silenced && !observer.lostPages.has(id))
      observer.broken.push(`silent: nobody was ever notified of ${id}`);
  }
  const open = new Set(head.incidents.filter(({ state }) => state !== 'resolved').map(({ id }) => id));
  for (const { key, incident, state } of providers.alerts) {
    if (state !== 'resolved' && !key.startsWith(ALARM_KEY) && !open.has(incident))
      observer.broken.push(`left open: PagerDuty still has ${key}`);
  }
  for (const { key, state, nextTryAt, claim } of head.deliveries) {
    if (claim !== null || (nextTryAt !== null && state !== 'accepted' && state !== 'cancelled'))
      observer.broken.push(`owed: ${key} is ${state}`);
  }
  for (const id of observer.lostPages)
    if (open.has(id) && !isNotified(providers, 'pagerduty', id))
      observer.broken.push(`lost: PagerDuty was not notified again of ${id}, which it lost`);
  proofEnds(observer, providers, head);
  alarmsEnd(observer, providers);
}

/** A proof of the alert path ends, and one that passed reached everybody whom it was sent to. */
function proofEnds({ broken }: Observer, providers: Providers, { proof, deliveries }: Head): void {
  if (!proof) return;
  if (proof.verdict === 'running') broken.push('proof: it never ends');
  const reached = new Set(providers.messages.map(({ key }) => key));
  const sent = deliveries.filter(({ kind, incidents }) => kind === 'trigger' && incidents.some((id) => proof.incidents.includes(id)));
  for (const { key } of sent)
    if (proof.verdict === 'passed' && !reached.has(key)) broken.push(`proof: it passed, and ${key} never arrived`);
}

function isNotifiedAnywhere(providers: Providers, id: string): boolean {
  return CHANNEL_IDS.some((channel) => isNotified(providers, channel, id));
}

function endsEverywhere(observer: Observer, { messages }: Providers, id: string): void {
  for (const channel of ['slack', 'email'] as const) {
    const own = messages.filter((message) => message.channel === channel && message.incidents.includes(id));
    const received = own.find(
      (message) =>
        isRoot(message.kind) &&
        message.kind !== 'past' &&
        !own.some((end) => end.kind === 'resolve' && end.recipient === message.recipient),
    );
    if (received && POINTLESS_WHEN_RESOLVED.has(received.kind))
      observer.broken.push(`no end: ${channel} was notified of ${id}, never of its end`);
  }
}

/** The alarm that goes out without the store ends with the first run that can write again, for its day and the day before. */
function alarmsEnd({ firstCheckAfterAlarm, broken }: Observer, { alerts }: Providers): void {
  for (const { key, state } of alerts) {
    const firstCheck = firstCheckAfterAlarm.get(key) ?? null;
    if (state === 'resolved' || firstCheck === null) continue;
    if ([firstCheck, firstCheck - DAY].some((at) => key === `${ALARM_KEY}${iso(at).slice(0, 10)}`))
      broken.push(`left open: PagerDuty still has ${key}`);
  }
}

/** Who rang the alarm ends it with the first call that goes well, were it a dispatch. Asked after one. */
export function ownAlarmsEnd({ lastAlarmSender, broken, conditions, timeline }: Observer, { alerts }: Providers, machine: Machine): void {
  const now = timeline.now();
  if (conditions.condition.pagerduty !== 'fine' || now - conditions.lastDisturbedAt.pagerduty < FAIR) return;
  for (const { key, state } of alerts) {
    const recent = [now, now - DAY].some((at) => key === `${ALARM_KEY}${iso(at).slice(0, 10)}`);
    if (state !== 'resolved' && recent && lastAlarmSender.get(key) === machine)
      broken.push(`left open: ${key}, though ${machine.name}, which rang it, can write again`);
  }
}

/** What depends on the world alone; `rpo` and `pitr-break` also report what earlier runs saw. */
const COMPARED: ReadonlySet<CheckId> = new Set([
  'backup-age',
  'backup-off',
  'pitr-gap',
  'snapshot-size',
  'cluster-gone',
  'visibility',
  'monitor',
]);

/** A cluster whose backups were seen to come back is given until its first one is due (flex: a day and two hours) from when that was seen. */
function awaited({ world, timeline, completeAt }: Observer, check: CheckId, { clusterId }: Incident['resource']): boolean {
  const since = timeline.now() - 27 * HOUR;
  const seenAfter = (to: Instant): Instant => completeAt.find((at) => at > to) ?? timeline.now();
  const back = world.episodes.some(
    ({ of, fault, to }) => of === clusterId && (fault === 'backupOff' || fault === 'paused') && to !== null && seenAfter(to) > since,
  );
  return check === 'backup-age' && back;
}

/** Whether a wider blindness covers the incident: it opens and ends none of the narrower ones, which hang on whether they were seen before it. */
function coveredBy(findings: readonly Finding[], { check, resource }: Pick<Incident, 'check' | 'resource'>): boolean {
  if (check !== 'visibility') return false;
  return findings.some(({ check: other, verdict, explainedBy, resource: around }) => {
    if (other !== 'visibility' || verdict !== 'failing' || explainedBy !== null) return false;
    if (around.projectId === null) return resource.projectId !== null;
    return around.clusterId === null && resource.clusterId !== null && around.projectId === resource.projectId;
  });
}

/** The state that many runs in disorder came to against that of an ideal schedule: who is failing, what is open, and how bad it is. */
export function converges(
  observer: Observer,
  actual: readonly Incident[],
  ideal: { readonly incidents: readonly Incident[]; readonly findings: readonly Finding[] },
): void {
  // What another check says, and what cannot be read, keeps the incident that was there, which hangs on what was seen before.
  const reported = new Set(
    ideal.findings
      .filter(({ verdict, explainedBy }) => verdict === 'unknown' || explainedBy !== null)
      .map(({ check, resource }) => subjectKey(check, resource)),
  );
  const dark = observer.world.episodes.find(({ to, fault }) => to === null && fault === 'blackout')?.of;
  const hidden = ({ projectId, clusterId }: Incident['resource']): boolean =>
    dark === 'all' ? projectId !== null : dark === projectId && clusterId !== null;
  const open = (incidents: readonly Incident[]): readonly string[] =>
    incidents
      .filter(
        ({ state, check, resource }) =>
          state !== 'resolved' &&
          COMPARED.has(check) &&
          !reported.has(subjectKey(check, resource)) &&
          !hidden(resource) &&
          !coveredBy(ideal.findings, { check, resource }) &&
          !awaited(observer, check, resource),
      )
      .map(({ check, resource, severity }) => `${subjectKey(check, resource)} ${severity}`)
      .toSorted();
  const [mine, theirs] = [open(actual), open(ideal.incidents)];
  for (const extra of mine.filter((one) => !theirs.includes(one)))
    observer.broken.push(`diverged: ${extra} is open, and by an ideal schedule is not`);
  for (const missing of theirs.filter((one) => !mine.includes(one)))
    observer.broken.push(`diverged: ${missing} is not open, and by an ideal schedule is`);
}
