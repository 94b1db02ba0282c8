import type { Head, Silence } from '../domain/incidents/head.ts';
import type { Incident, TimelineEntry } from '../domain/incidents/incident.ts';
import { firstAndLast } from '../domain/incidents/past-incident.ts';
import { cut } from '../domain/text.ts';
import { type Instant, iso } from '../domain/time.ts';
import { suppressedBy } from '../route/suppressed-by.ts';

/** Entries of one incident: the first and the newest stay. The head holds them, and a storm has thousands of incidents. */
const ENTRIES_MOST = 60;
const SUMMARY_MOST = 200;

type Changed = { readonly at: Instant; readonly by: string | null };

/**
 * Pure: the head after a change, with what the change did to each incident in its timeline. Opening, acknowledgements, accepted messages and the end
 * have fields of their own that keep when they happened (`timelineOf`, lib/render/history). All the rest would be lost with the next change.
 */
export function recordTimeline(before: Head, after: Head, changed: Changed): Head {
  if (before.incidents === after.incidents && before.silences === after.silences) return after;
  const earlier = new Map(before.incidents.map((incident) => [incident.id, incident]));
  const silences = silencesBetween(before, after, changed);
  let isNew = false;
  const incidents = after.incidents.map((incident) => {
    const was = earlier.get(incident.id);
    const changes = was === incident ? [] : changesOf(was, incident, changed);
    const entries = was === undefined || incident.state === 'resolved' ? changes : [...changes, ...silences(incident)];
    if (entries.length === 0) return incident;
    isNew = true;
    return { ...incident, timeline: firstAndLast([...(incident.timeline ?? []), ...entries], ENTRIES_MOST) };
  });
  return isNew ? { ...after, incidents } : after;
}

function changesOf(was: Incident | undefined, incident: Incident, { at, by }: Changed): readonly TimelineEntry[] {
  const silenced = silencedIn(was, incident, at);
  if (was === undefined) return silenced;
  const escalation = incident.escalation && (was.escalation?.at === incident.escalation.at ? undefined : incident.escalation);
  return [
    ...raisedIn(was, incident, at),
    ...(incident.flapping !== undefined && was.flapping === undefined ? [entry(at, 'held open, since it comes and goes')] : []),
    ...givenBackIn(was, incident, { at, by }),
    ...silenced,
    ...(escalation ? [entry(escalation.at, `nobody acknowledged it: escalated, step ${escalation.rung}`)] : []),
  ];
}

/** The first rise also records as what the incident opened, since its own priority is the present one. */
function raisedIn(was: Incident, { priority, change, summary }: Incident, at: Instant): readonly TimelineEntry[] {
  const when = change?.at ?? at;
  if (priority !== was.priority) {
    const opened = (was.timeline ?? []).some(({ what }) => what.startsWith(OPENED));
    const raised = entry(when, `raised from ${was.priority} to ${priority}: ${cut(summary, SUMMARY_MOST)}`);
    return opened ? [raised] : [entry(was.openedAt, `${OPENED} ${was.priority}`), raised];
  }
  return change !== undefined && change.at !== was.change?.at ? [entry(when, cut(change.words, SUMMARY_MOST))] : [];
}

/** How the entry about the opening begins. */
export const OPENED = 'opened as';

/** An acknowledgement that ended while the incident goes on; one that a rise ended is told by the rise. */
function givenBackIn(was: Incident, incident: Incident, { at, by }: Changed): readonly TimelineEntry[] {
  const held = was.acknowledgement;
  if (held === null || incident.state !== 'open' || incident.priority !== was.priority) return [];
  if (held.until <= at) return [entry(at, `the acknowledgement by ${held.by} expired`)];
  return [{ at, what: `the acknowledgement by ${held.by} was withdrawn`, by }];
}

function silencedIn(was: Incident | undefined, { silencedBy, state }: Incident, at: Instant): readonly TimelineEntry[] {
  if (silencedBy === was?.silencedBy || state === 'resolved') return [];
  return [entry(at, silencedBy === undefined ? 'silenced no longer' : `nobody notified: ${silencedBy}`)];
}

/** What a change of the silences means to one open incident. A silence that ran out is none: nobody did anything. */
function silencesBetween(before: Head, after: Head, { at, by }: Changed): (incident: Incident) => readonly TimelineEntry[] {
  if (before.silences === after.silences) return () => [];
  const made = missingIn(after.silences, before.silences);
  const ended = missingIn(before.silences, after.silences).filter(({ until }) => until > at);
  const covers = (silence: Silence, incident: Incident): boolean =>
    suppressedBy(incident, { silences: [silence], maintenance: [], now: at }) !== null;
  return (incident) => [
    ...made
      .filter((silence) => covers(silence, incident))
      .map((silence) => ({ at, what: `silenced until ${iso(silence.until)}: ${silence.why}`, by: silence.by })),
    ...ended.filter((silence) => covers(silence, incident)).map(() => ({ at, what: 'the silence was ended', by })),
  ];
}

function missingIn(silences: readonly Silence[], others: readonly Silence[]): readonly Silence[] {
  const known = new Set(others.map(({ id }) => id));
  return silences.filter(({ id }) => !known.has(id));
}

function entry(at: Instant, what: string): TimelineEntry {
  return { at, what, by: null };
}
