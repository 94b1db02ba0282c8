import type { Manifest } from '../../domain/recovery/evidence.ts';
import type { RestorePlan } from '../../domain/policy/recovery-plan.ts';
import type { RestoreTest, TestPhase, TestVerdict } from '../../domain/recovery/restore-test.ts';
import { type Duration, type Instant, spell } from '../../domain/time.ts';
import type { Window } from '../../domain/findings/recorded-view.ts';
import type { RecoveryAtlas } from '../../domain/recovery/atlas-recovery.ts';
import type { RecoveryPorts, TargetUser } from '../../ports/recovery-ports.ts';
import { moved, type StepOutcome } from '../state/step-outcome.ts';

/** What one step of a restore test is given. */
export type StepContext = {
  readonly recovery: RecoveryPorts & { readonly atlas: RecoveryAtlas };
  readonly plan: RestorePlan;
  readonly plans: readonly RestorePlan[];
  readonly others: readonly TargetUser[];
  /** The restorable window of the source as the last check saw it; null where PITR is off or unknown. */
  readonly window: Window | null;
  /** When the first manifest of the source that is kept was taken; null where none is. */
  readonly comparableFrom: Instant | null;
  /** Manifests of the source on either side of a moment. */
  readonly manifestsAround: (at: Instant) => Promise<{ readonly before: Manifest | null; readonly after: Manifest | null }>;
  readonly rpo: Duration;
  readonly owner: string;
  readonly now: () => Instant;
  /** No request may outlive it. */
  readonly deadline: Instant;
};

export type TestOutcome = StepOutcome<RestoreTest>;

/** The next phase, with its clock started and its troubles forgotten. */
export function inPhase(test: RestoreTest, phase: TestPhase, now: Instant): RestoreTest {
  return { ...test, phase, phases: { ...test.phases, [phase]: now }, troubles: null };
}

/** The verdict is known; the sandbox is still to be cleaned up, where anything was restored into it. */
export function concluded(test: RestoreTest, verdict: TestVerdict, why: string | null, now: Instant): RestoreTest {
  return { ...inPhase(test, 'clean', now), verdict, why };
}

export function failed(test: RestoreTest, why: string, now: Instant): TestOutcome {
  return moved(concluded(test, 'failed', why, now));
}

export function unverified(test: RestoreTest, why: string | null, now: Instant): TestOutcome {
  return moved(concluded(test, 'could-not-verify', why, now));
}

/** Each phase has its own clock. A phase that makes no end in time could not be verified, which is neither failed nor passed. Null while there is time. */
export function lateness({ phase, phases, startedAt, troubles }: RestoreTest, { deadlines }: RestorePlan, now: Instant): string | null {
  if (now - (phases[phase] ?? startedAt) < deadlines[phase]) return null;
  return `phase “${phase}” made no end within ${spell(deadlines[phase])}${troubles === null ? '' : `; last trouble: ${troubles.last}`}`;
}
