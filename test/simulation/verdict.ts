import { POINTLESS_WHEN_RESOLVED } from '../../lib/alerts/delivery.ts';
import { type Finding, subjectKey } from '../../lib/domain/finding.ts';
import type { Head } from '../../lib/domain/head.ts';
import type { Incident } from '../../lib/domain/incident.ts';
import { CHANNEL_IDS, type ChannelId, type CheckId, type GeneralPolicy } from '../../lib/domain/policy.ts';
import { DAY, HOUR, type Instant, iso } from '../../lib/domain/time.ts';
import { maybeMuted } from './mutes.ts';
import type { Message, Providers } from './providers.ts';
import type { Machine } from './wire.ts';
import { ALARM_KEY, CLAIMS_END, FAIR, isRoot, type Witness } from './witness.ts';

/** An incident that is open is with every channel of its priority that has been in order long enough. Asked after a call that nothing disturbed. */
export function openAreTold(witness: Witness, providers: Providers, head: Head, general: GeneralPolicy): void {
  const now = witness.timeline.now();
  // A text that its sender may have died of is waited for as long as after a failure: two are worse than one a while later.
  const foulAt = (id: ChannelId): Instant => (id === 'sms' ? Math.max(witness.sky.foulAt.sms, witness.upsetAt) : witness.sky.foulAt[id]);
  const fair = (id: ChannelId): boolean => witness.sky.weather[id] === 'fine' && now - foulAt(id) >= FAIR;
  if (now - witness.upsetAt < CLAIMS_END) return;
  for (const incident of head.incidents) {
    const since = witness.lives.get(incident.id)?.raisedAt ?? now;
    if (incident.state === 'resolved' || incident.resource.part !== undefined || now - since < CLAIMS_END) continue;
    // What ended while somebody had it in hand already is told to nobody else.
    const inHand = incident.state === 'acknowledged' && witness.lives.get(incident.id)?.hushed;
    if (inHand || maybeMuted(witness.mutes, incident, now - CLAIMS_END, now)) continue;
    for (const channel of general.routes[incident.priority]) {
      if (
        !fair(channel) ||
        (channel === 'pagerduty' && witness.forgotten.has(incident.id)) ||
        (channel === 'sms' && mayBeLost(witness, incident, general))
      )
        continue;
      if (!isTold(providers, channel, incident.id))
        witness.broken.push(`never told: ${incident.id} (${incident.priority}) is open, and ${channel} has been in order for long`);
    }
  }
}

/**
 * Below P0 no text is better than two: one that was begun, or claimed by whoever could not say what came of it, is not sent again. Of its rise to
 * P0 they who may have that text are told by an escalation, which ends once somebody has acknowledged the P0; when that runs out, by a reminder.
 */
function mayBeLost(
  { claimsLeftAt, texted, lives, timeline }: Witness,
  { id, priority, state }: Incident,
  { remindEvery }: GeneralPolicy,
): boolean {
  const life = lives.get(id);
  if (life === undefined) return false;
  const begun = texted.has(id) && life.mayBeTold;
  if (priority === 'P0') {
    const isInHand = state === 'acknowledged' || timeline.now() - life.freedAt < remindEvery.P0 + CLAIMS_END;
    return begun && isInHand && life.raisedAt > life.openedAt;
  }
  return begun || claimsLeftAt >= life.raisedAt;
}

function isTold({ alerts, messages }: Providers, channel: ChannelId, id: string): boolean {
  if (channel === 'pagerduty') return alerts.some((alert) => alert.incident === id);
  const tells = (message: Message): boolean => isRoot(message.kind) || (channel === 'sms' && message.kind === 'remind');
  return messages.some((message) => message.channel === channel && tells(message) && message.incidents.includes(id));
}

/** What holds once every provider has worked and every cron has run for a while. */
export function allIsWell(witness: Witness, providers: Providers, head: Head): void {
  for (const [id, life] of witness.lives) {
    if (life.resolvedAt !== null) endsEverywhere(witness, providers, id);
    if (!isToldAnywhere(providers, id) && !life.mayBeTold && !life.hushed && !witness.forgotten.has(id))
      witness.broken.push(`silent: nobody was ever told of ${id}`);
  }
  const open = new Set(head.incidents.filter(({ state }) => state !== 'resolved').map(({ id }) => id));
  for (const { key, incident, state } of providers.alerts) {
    if (state !== 'resolved' && !key.startsWith(ALARM_KEY) && !open.has(incident))
      witness.broken.push(`left open: PagerDuty still has ${key}`);
  }
  for (const { key, state, nextTryAt, claim } of head.deliveries) {
    if (claim !== null || (nextTryAt !== null && state !== 'accepted' && state !== 'cancelled'))
      witness.broken.push(`owed: ${key} is ${state}`);
  }
  for (const id of witness.forgotten)
    if (open.has(id) && !isTold(providers, 'pagerduty', id))
      witness.broken.push(`lost: PagerDuty was not told again of ${id}, which it lost`);
  proofEnds(witness, providers, head);
  alarmsEnd(witness, providers);
}

/** A proof of the alert path ends, and one that passed reached everybody whom it was sent to. */
function proofEnds({ broken }: Witness, providers: Providers, { proof, deliveries }: Head): void {
  if (!proof) return;
  if (proof.verdict === 'running') broken.push('proof: it never ends');
  const reached = new Set(providers.messages.map(({ key }) => key));
  const sent = deliveries.filter(({ kind, incidents }) => kind === 'trigger' && incidents.some((id) => proof.incidents.includes(id)));
  for (const { key } of sent)
    if (proof.verdict === 'passed' && !reached.has(key)) broken.push(`proof: it passed, and ${key} never arrived`);
}

function isToldAnywhere(providers: Providers, id: string): boolean {
  return CHANNEL_IDS.some((channel) => isTold(providers, channel, id));
}

function endsEverywhere(witness: Witness, { messages }: Providers, id: string): void {
  for (const channel of ['slack', 'email'] as const) {
    const own = messages.filter((message) => message.channel === channel && message.incidents.includes(id));
    const told = own.find(
      (message) =>
        isRoot(message.kind) &&
        message.kind !== 'past' &&
        !own.some((end) => end.kind === 'resolve' && end.recipient === message.recipient),
    );
    if (told && POINTLESS_WHEN_RESOLVED.has(told.kind)) witness.broken.push(`no end: ${channel} was told of ${id}, never of its end`);
  }
}

/** The alarm that goes out without the store ends with the first run that can write again, for its day and the day before. */
function alarmsEnd({ alarmsHeard, broken }: Witness, { alerts }: Providers): void {
  for (const { key, state } of alerts) {
    const heard = alarmsHeard.get(key) ?? null;
    if (state === 'resolved' || heard === null) continue;
    if ([heard, heard - DAY].some((at) => key === `${ALARM_KEY}${iso(at).slice(0, 10)}`))
      broken.push(`left open: PagerDuty still has ${key}`);
  }
}

/** Who rang the alarm ends it with the first call that goes well, were it a dispatch. Asked after one. */
export function ownAlarmsEnd({ alarmsBy, broken, sky, timeline }: Witness, { alerts }: Providers, machine: Machine): void {
  const now = timeline.now();
  if (sky.weather.pagerduty !== 'fine' || now - sky.foulAt.pagerduty < FAIR) return;
  for (const { key, state } of alerts) {
    const recent = [now, now - DAY].some((at) => key === `${ALARM_KEY}${iso(at).slice(0, 10)}`);
    if (state !== 'resolved' && recent && alarmsBy.get(key) === machine)
      broken.push(`left open: ${key}, though ${machine.name}, which rang it, can write again`);
  }
}

/** What depends on the world alone; `rpo` and `pitr-break` also tell of what somebody saw. */
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
function awaited({ world, timeline }: Witness, check: CheckId, { clusterId }: Incident['resource']): boolean {
  const since = timeline.now() - 27 * HOUR;
  const back = world.episodes.some(
    ({ of, trouble, to }) => of === clusterId && (trouble === 'backupOff' || trouble === 'paused') && to !== null && to > since,
  );
  return check === 'backup-age' && back;
}

/** The state that many runs in disorder came to against that of an ideal schedule: who is failing, what is open, and how bad it is. */
export function converges(
  witness: Witness,
  actual: readonly Incident[],
  ideal: { readonly incidents: readonly Incident[]; readonly findings: readonly Finding[] },
): void {
  // What another check says, and what cannot be read, keeps the incident that was there, which hangs on what was seen before.
  const said = new Set(
    ideal.findings
      .filter(({ verdict, saidBy }) => verdict === 'unknown' || saidBy !== null)
      .map(({ check, resource }) => subjectKey(check, resource)),
  );
  const dark = witness.world.episodes.find(({ to, trouble }) => to === null && trouble === 'blackout')?.of;
  const hidden = ({ projectId, clusterId }: Incident['resource']): boolean =>
    dark === 'all' ? projectId !== null : dark === projectId && clusterId !== null;
  const open = (incidents: readonly Incident[]): readonly string[] =>
    incidents
      .filter(
        ({ state, check, resource }) =>
          state !== 'resolved' &&
          COMPARED.has(check) &&
          !said.has(subjectKey(check, resource)) &&
          !hidden(resource) &&
          !awaited(witness, check, resource),
      )
      .map(({ check, resource, severity }) => `${subjectKey(check, resource)} ${severity}`)
      .toSorted();
  const [mine, theirs] = [open(actual), open(ideal.incidents)];
  for (const extra of mine.filter((one) => !theirs.includes(one)))
    witness.broken.push(`diverged: ${extra} is open, and by an ideal schedule is not`);
  for (const missing of theirs.filter((one) => !mine.includes(one)))
    witness.broken.push(`diverged: ${missing} is not open, and by an ideal schedule is`);
}
