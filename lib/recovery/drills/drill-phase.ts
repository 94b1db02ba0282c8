import type { Drill, DrillMark, DrillPhase } from '../../domain/recovery/drill.ts';
import type { TestVerdict } from '../../domain/recovery/restore-test.ts';
import { type Duration, HOUR, type Instant, MINUTE, spell } from '../../domain/time.ts';
import { joined, moved } from '../state/step-outcome.ts';
import type { DrillOutcome } from './drill-ports.ts';

/** How long each phase may take before the drill ends as could-not-verify. Null where people, or the end of an outage, are waited for. */
const DEADLINES: Readonly<Record<DrillPhase, Duration | null>> = {
  prepare: 30 * MINUTE,
  act: 30 * MINUTE,
  start: 30 * MINUTE,
  observe: HOUR,
  // An outage is ended however long it takes.
  end: null,
  recover: 2 * HOUR,
  plant: 30 * MINUTE,
  damage: 30 * MINUTE,
  // The moment may not be restorable before Atlas has the oplog that holds it.
  request: HOUR,
  restore: 12 * HOUR,
  compare: HOUR,
  steps: null,
  clean: 30 * MINUTE,
};

/** Says that the phase made no end within its time; null while there is time. */
export function lateness({ phase, since, troubles, marks }: Drill, now: Instant): string | null {
  const limit = DEADLINES[phase];
  // The first request for the end counts, however often it is repeated.
  const began = phase === 'recover' ? (marks.endAsked ?? since) : since;
  if (limit === null || now - began < limit) return null;
  return `phase “${phase}” made no end within ${spell(limit)}${troubles === null ? '' : `; last trouble: ${troubles.last}`}`;
}

/** The next phase, with its clock started and its troubles forgotten. */
export function inPhase(drill: Drill, phase: DrillPhase, now: Instant): Drill {
  return { ...drill, phase, since: now, troubles: null, intent: null };
}

export function logged(drill: Drill, at: Instant, what: string): Drill {
  return { ...drill, timeline: [...drill.timeline, { at, what }] };
}

/** Keeps the moment and a line of the timeline; a mark that was set before stays as it is. */
export function marked(drill: Drill, mark: DrillMark, at: Instant, what: string): Drill {
  return drill.marks[mark] === undefined ? logged({ ...drill, marks: { ...drill.marks, [mark]: at } }, at, what) : drill;
}

export function wentWrong(drill: Drill, at: Instant, what: string): Drill {
  return drill.wrong.includes(what) ? drill : logged({ ...drill, wrong: [...drill.wrong, what] }, at, what);
}

/** The verdict is known. An outage that was asked for is ended before the clean-up. */
export function concluded(drill: Drill, verdict: TestVerdict, why: string | null, now: Instant): Drill {
  const known = why === null ? drill : wentWrong(drill, now, why);
  const decided = { ...known, verdict: drill.verdict ?? verdict, why: why === null ? drill.why : joined(drill.why, why) };
  return inPhase(decided, isOutageOpen(drill) ? 'end' : 'clean', now);
}

export function failed(drill: Drill, why: string, now: Instant): DrillOutcome {
  return moved(concluded(drill, 'failed', why, now));
}

export function unverified(drill: Drill, why: string, now: Instant): DrillOutcome {
  return moved(concluded(drill, 'could-not-verify', why, now));
}

/** An outage was asked for, or may have been, and is not known to be over. */
export function isOutageOpen({ marks }: Drill): boolean {
  return marks.outageAsked !== undefined && marks.complete === undefined;
}

/** Is it stored that the phase's act was about to be done? */
export function isIntended({ intent, phase }: Drill): boolean {
  return intent?.phase === phase;
}

/** The phase's act was about to be done by another process, which may have been killed in it. */
export function isIntendedByAnother(drill: Drill, owner: string): boolean {
  return isIntended(drill) && drill.intent?.owner !== owner;
}

/** What is about to be done is stored before it is done. */
export function intended(drill: Drill, owner: string, now: Instant): Drill {
  return { ...drill, intent: { phase: drill.phase, owner, at: now } };
}

/** From one moment to another; null where one of them is not known. */
export function spanBetween(from: Instant | undefined, until: Instant | undefined): Duration | null {
  return from === undefined || until === undefined ? null : Math.max(0, until - from);
}
