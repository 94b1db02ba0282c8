import { type EvidenceLine, verdictOf } from '../../domain/recovery/evidence.ts';
import type { RestorePlan } from '../../domain/policy/recovery-plan.ts';
import type { RestoreTest, TestVerdict } from '../../domain/recovery/restore-test.ts';
import { leadsTo } from './restore-interlock.ts';
import type { StepContext } from './test-phase.ts';

export const NO_LINES: RestoreTest['counts'] = { passed: 0, failed: 0, noted: 0, 'could-not-verify': 0 };
/** Lines that the head keeps of the evidence, for where the whole is not shown. */
const WORST_KEPT = 10;

/** The databases that the plan restricts itself to. */
export function only({ databases }: Pick<RestorePlan, 'databases'>): { readonly only?: readonly string[] } {
  return databases === null ? {} : { only: databases };
}

/** Why the sandbox's address must not be read from; null where it leads to the target that was restored into. */
export async function addressTrouble(
  uri: string | null,
  test: RestoreTest,
  { recovery, plan, deadline }: StepContext,
): Promise<string | null> {
  if (uri === null) return `${plan.target.uri ?? 'SANDBOX_MONGODB_URI'} is not set: nothing can be read from the sandbox`;
  const target = await recovery.atlas.findCluster(test.targetName.project, test.targetName.cluster, deadline);
  if (target === null || target.clusterId !== test.target?.clusterId)
    return 'the target that was restored into is gone, or another cluster bears its name';
  if (leadsTo(recovery.deployments.hostsOf(uri), target)) return null;
  return `${plan.target.uri ?? 'SANDBOX_MONGODB_URI'} does not lead to ${target.name}: its hosts are not among those that Atlas names for it`;
}

/** The test with these lines counted, and the worst of all kept. */
export function noted(test: RestoreTest, lines: readonly EvidenceLine[]): RestoreTest {
  const counts = { ...NO_LINES, ...test.counts };
  for (const { verdict } of lines) counts[verdict] += 1;
  const bad = lines.filter(({ verdict }) => verdict === 'failed' || verdict === 'could-not-verify');
  const worst = [...test.worst, ...bad].toSorted((a, b) => Number(b.verdict === 'failed') - Number(a.verdict === 'failed'));
  return { ...test, counts, worst: worst.slice(0, WORST_KEPT) };
}

/** What all lines so far come to. */
export function verdictIn({ counts }: RestoreTest): TestVerdict {
  const verdicts = (['passed', 'failed', 'noted', 'could-not-verify'] as const).filter((verdict) => counts[verdict] > 0);
  return verdictOf(verdicts.map((verdict) => ({ verdict })));
}

/** What the worst line says; null if none is bad and one passed. */
export function whyOf({ counts, worst }: RestoreTest): string | null {
  const [first] = worst;
  if (!first) return counts.passed > 0 ? null : 'nothing could be compared or read';
  const more = counts.failed + counts['could-not-verify'] - 1;
  return `${first.namespace === null ? '' : `${first.namespace}: `}${first.what}: expected ${first.expected}, found ${first.found}${more > 0 ? ` (and ${more} more)` : ''}`;
}
