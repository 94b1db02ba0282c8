import type { Drill, DrillMark, DrillPhase } from '../../domain/drill.ts';
import type { TestVerdict } from '../../domain/restore-test.ts';
import { type Duration, HOUR, type Instant, MINUTE, spell } from '../../domain/time.ts';
import { joined } from '../phase.ts';

/** How long each phase may take before the drill ends as could-not-verify. Null: people, or the end of an outage, are waited for. */
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

/** What a phase that makes no end within its time comes to; null while it has time. */
export function lateness({ phase, since, troubles, marks }: Drill, now: Instant): string | null {
  const limit = DEADLINES[phase];
  // An end that is asked for again and again does not begin anew each time.
  const began = phase === 'recover' ? (marks.endAsked ?? since) : since;
  if (limit === null || now - began < limit) return null;
  return `phase “${phase}” made no end within ${spell(limit)}${troubles === null ? '' : `; last trouble: ${troubles.last}`}`;
}

/** The next phase, with its clock started and its troubles forgotten. */
export function inPhase(drill: Drill, phase: DrillPhase, now: Instant): Drill {
  return { ...drill, phase, since: now, troubles: null, intent: null };
}

export function told(drill: Drill, at: Instant, what: string): Drill {
  return { ...drill, timeline: [...drill.timeline, { at, what }] };
}

/** A moment by its name, the first time only, with its line in the timeline. */
export function marked(drill: Drill, mark: DrillMark, at: Instant, what: string): Drill {
  return drill.marks[mark] === undefined ? told({ ...drill, marks: { ...drill.marks, [mark]: at } }, at, what) : drill;
}

export function wentWrong(drill: Drill, at: Instant, what: string): Drill {
  return drill.wrong.includes(what) ? drill : told({ ...drill, wrong: [...drill.wrong, what] }, at, what);
}

/** The verdict is known. An outage that was asked for is ended first, whatever else is so. */
export function concluded(drill: Drill, verdict: TestVerdict, why: string | null, now: Instant): Drill {
  const known = why === null ? drill : wentWrong(drill, now, why);
  const decided = { ...known, verdict: drill.verdict ?? verdict, why: why === null ? drill.why : joined(drill.why, why) };
  return inPhase(decided, isOutageOpen(drill) ? 'end' : 'clean', now);
}

/** An outage was asked for, or may have been, and is not known to be over. */
export function isOutageOpen({ marks }: Drill): boolean {
  return marks.outageAsked !== undefined && marks.complete === undefined;
}

/** The phase's act was meant by another process, which may have died in it. */
export function isSomebodyElses({ intent, phase }: Drill, owner: string): boolean {
  return intent !== null && intent.phase === phase && intent.owner !== owner;
}

export function isMeant({ intent, phase }: Drill): boolean {
  return intent !== null && intent.phase === phase;
}

/** What is about to be done is stored before it is done. */
export function meant(drill: Drill, owner: string, now: Instant): Drill {
  return { ...drill, intent: { phase: drill.phase, owner, at: now } };
}
