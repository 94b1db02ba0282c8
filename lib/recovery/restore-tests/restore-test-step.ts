import type { Manifest } from '../../domain/recovery/evidence.ts';
import type { RestoreTest, TestPhase } from '../../domain/recovery/restore-test.ts';
import type { RestorePlan } from '../../domain/policy/recovery-plan.ts';
import { ended, moved, waits } from '../state/step-outcome.ts';
import { addressTrouble, noted, only, verdictIn, whyOf } from './restored-data.ts';
import { sourceAddressesOf, sourcesOf, targetRefusals } from './restore-interlock.ts';
import { choose, request, restore } from './step-restore.ts';
import { search, searchAtDeadline } from './step-search.ts';
import { concluded, inPhase, lateness, type StepContext, type TestOutcome, unverified } from './test-phase.ts';

const STEPS: Readonly<Record<TestPhase, (test: RestoreTest, context: StepContext) => Promise<TestOutcome>>> = {
  choose,
  request,
  restore,
  validate,
  search,
  clean,
};

/** Takes a test's next step. Throws what Atlas or the driver threw: the caller counts it as trouble. */
export async function step(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  const late = lateness(test, context.plan, context.now());
  if (late === null) return STEPS[test.phase](test, context);
  if (test.phase === 'search') return searchAtDeadline(test, context);
  return test.phase === 'clean' ? uncleaned(test, late) : unverified(test, late, context.now());
}

/** Leaves the sandbox as policy wants it. The verdict is known already: what cannot be cleaned up is recorded, and does not change the verdict. */
async function clean(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  const { recovery, plan, plans, deadline } = context;
  if (plan.afterwards === 'keep' || test.jobId === null) return ended(test);
  const { targetName } = test;
  const target = await recovery.atlas.findCluster(targetName.project, targetName.cluster, deadline);
  // Atlas may still be working on the cluster: the phase's own deadline ends the waiting.
  if (target !== null && target.stateName !== 'IDLE') return waits(test);
  const reasons = targetRefusals({ target, targetName, sources: sourcesOf(plans), sourceAddresses: sourceAddressesOf(plans, recovery) });
  if (target === null || reasons.length > 0) return uncleaned(test, reasons.join('; '));
  if (plan.afterwards === 'pause') {
    await recovery.atlas.pause(target, true, deadline);
    return ended(test);
  }
  const uri = recovery.sandboxAddress(plan.target.uri);
  const wrong = await addressTrouble(uri, test, context);
  if (uri === null || wrong !== null) return uncleaned(test, wrong ?? '');
  await recovery.deployments.drop(uri, { deadline, ...only(plan) });
  return ended(test);
}

function uncleaned(test: RestoreTest, why: string): TestOutcome {
  return ended({ ...test, uncleaned: why });
}

/** Reads what was restored, as far as the time goes; the next step goes on at `cursor`. Read-only. */
async function validate(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  const { recovery, plan, now, deadline, rpo } = context;
  const { deployments } = recovery;
  const uri = recovery.sandboxAddress(plan.target.uri);
  const wrong = await addressTrouble(uri, test, context);
  if (uri === null || wrong !== null) return unverified(test, wrong, now());
  const recoveryPoint = test.point?.at ?? now();
  const isFirst = test.cursor === null && test.evidenceBlobs.length === 0;
  const access = isFirst ? [await deployments.writeAccess(uri, { deadline })] : [];
  const { before, after } = await context.manifestsAround(recoveryPoint);
  const settings = { ...plan.validation, assertions: assertionsOf(plan, test) };
  const asked = { before, after, recoveryPoint, rpo, settings, source: test.source.name };
  const part = await deployments.validate(uri, asked, { deadline, from: test.cursor, ...only(plan) });
  const lines = [...access, ...part.lines];
  const next = noted({ ...test, cursor: part.next, newestDocument: latest(test.newestDocument, part.newest) }, lines);
  if (part.next !== null) return lines.length === 0 ? waits(next) : moved(next, lines);
  const [verdict, why] = [verdictIn(next), whyOf(next) ?? uncompared(before, after)];
  const validated = { ...next, validatedAt: now() };
  // What is wrong already needs no index.
  if (verdict !== 'passed') return moved(concluded(validated, verdict, why, now()), lines);
  return moved({ ...inPhase(validated, 'search', now()), why }, lines);
}

function assertionsOf({ validation }: RestorePlan, { source }: RestoreTest): RestorePlan['validation']['assertions'] {
  return validation.assertions.filter(({ cluster }) => cluster === undefined || cluster === source.name);
}

function latest(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.max(one, other);
}

/** A restore that was read, but not compared with the source, is proven for no more than that. */
function uncompared(before: Manifest | null, after: Manifest | null): string | null {
  if (before !== null && after !== null) return null;
  const side = before === null ? 'before' : 'after';
  const missing = before === after ? 'none of the source is kept' : `there is none from ${side} the point`;
  return `readable, but not compared with a manifest: ${missing}`;
}
