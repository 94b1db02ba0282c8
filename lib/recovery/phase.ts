import type { RestoreTest, TestPhase, TestVerdict } from '../domain/restore-test.ts';
import type { Instant } from '../domain/time.ts';

/** Two reasons in one sentence. */
export function joined(why: string | null, more: string): string {
  return why === null ? more : `${why}; ${more}`;
}

/** The next phase, with its clock started and its troubles forgotten. */
export function inPhase(test: RestoreTest, phase: TestPhase, now: Instant): RestoreTest {
  return { ...test, phase, phases: { ...test.phases, [phase]: now }, troubles: null };
}

/** The verdict is known; what was restored is still to be cleaned up, where anything was. */
export function concluded(test: RestoreTest, verdict: TestVerdict, why: string | null, now: Instant): RestoreTest {
  return { ...inPhase(test, 'clean', now), verdict, why };
}
