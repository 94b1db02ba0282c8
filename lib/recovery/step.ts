import type { PhaseDeadlines } from '../domain/recovery-plan.ts';
import type { RestoreTest, TestPhase } from '../domain/restore-test.ts';
import { type Instant, spell } from '../domain/time.ts';
import { concluded } from './phase.ts';
import { choose } from './step-choose.ts';
import { clean } from './step-clean.ts';
import { request } from './step-request.ts';
import { restore } from './step-restore.ts';
import { validate } from './step-validate.ts';
import type { Step, StepContext } from './world.ts';

const STEPS: Readonly<Record<TestPhase, (test: RestoreTest, context: StepContext) => Promise<Step>>> = {
  choose,
  request,
  restore,
  validate,
  clean,
};

/** Moves a test on by one step. Throws what Atlas or the driver threw: the caller counts it as trouble. */
export async function step(test: RestoreTest, context: StepContext): Promise<Step> {
  const late = lateness(test, context.plan.deadlines, context.now());
  if (late !== null && test.phase === 'clean') return { kind: 'ended', test: { ...test, uncleaned: late } };
  if (late !== null) return { kind: 'moved', test: concluded(test, 'could-not-verify', late, context.now()) };
  return STEPS[test.phase](test, context);
}

/** Each phase has its own clock: what makes no progress could not be verified, which is neither failed nor passed. */
function lateness(test: RestoreTest, deadlines: PhaseDeadlines, now: Instant): string | null {
  const since = test.phases[test.phase] ?? test.startedAt;
  if (now - since < deadlines[test.phase]) return null;
  const last = test.troubles === null ? '' : `; last trouble: ${test.troubles.last}`;
  return `phase “${test.phase}” made no end within ${spell(deadlines[test.phase])}${last}`;
}
