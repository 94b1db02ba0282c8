import { type EvidenceLine, type Manifest, verdictOf } from '../domain/evidence.ts';
import type { RestoreTest, TestVerdict } from '../domain/restore-test.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { leadsTo } from './interlock.ts';
import { concluded } from './phase.ts';
import type { Step, StepContext } from './world.ts';

const NOTHING: RestoreTest['counts'] = { passed: 0, failed: 0, noted: 0, 'could-not-verify': 0 };
/** Lines that are shown where the whole evidence is not. */
const WORST_KEPT = 10;

/** Reads what was restored, as far as the time goes; the next step goes on at `cursor`. Read-only. */
export async function validate(test: RestoreTest, context: StepContext): Promise<Step> {
  const { world, plan, now, deadline, rpo } = context;
  const uri = world.sandboxAddress(plan.target.uri);
  const wrong = await addressTrouble(uri, test, context);
  if (uri === null || wrong !== null) return { kind: 'moved', test: concluded(test, 'could-not-verify', wrong, now()) };
  const point = test.point?.at ?? now();
  const first = test.cursor === null && test.evidenceBlobs.length === 0;
  const access = first ? [await world.deployments.writeAccess(uri, { deadline })] : [];
  const { before, after } = await context.manifestsAround(point);
  const asked = {
    before,
    after,
    recoveryPoint: point,
    rpo,
    settings: { ...plan.validation, assertions: assertionsOf(plan, test) },
    source: test.source.name,
  };
  const part = await world.deployments.validate(uri, asked, { deadline, from: test.cursor, ...only(plan) });
  const lines = [...access, ...part.lines];
  const next = noted({ ...test, cursor: part.next, newestDocument: latest(test.newestDocument, part.newest) }, lines);
  if (part.next !== null) return { kind: lines.length === 0 ? 'waits' : 'moved', test: next, lines };
  return {
    kind: 'moved',
    test: { ...concluded(next, verdictIn(next), whyOf(next) ?? uncompared(before, after), now()), validatedAt: now() },
    lines,
  };
}

/** What is said about this source, or about every one. */
function assertionsOf({ validation }: RestorePlan, { source }: RestoreTest): RestorePlan['validation']['assertions'] {
  return validation.assertions.filter(({ cluster }) => cluster === undefined || cluster === source.name);
}

/** The databases that the plan restricts itself to. */
export function only({ databases }: Pick<RestorePlan, 'databases'>): { readonly only?: readonly string[] } {
  return databases === null ? {} : { only: databases };
}

/** Why the sandbox's address must not be read from; null where it leads to the target that was restored into. */
export async function addressTrouble(
  uri: string | null,
  test: RestoreTest,
  { world, plan, deadline }: StepContext,
): Promise<string | null> {
  if (uri === null) return `${plan.target.uri ?? 'SANDBOX_MONGODB_URI'} is not set: nothing can be read from the sandbox`;
  const target = await world.atlas.findCluster(test.targetName.project, test.targetName.cluster, deadline);
  if (target === null || target.clusterId !== test.target?.clusterId)
    return 'the target that was restored into is gone, or another cluster bears its name';
  if (leadsTo(world.deployments.hostsOf(uri), target)) return null;
  return `${plan.target.uri ?? 'SANDBOX_MONGODB_URI'} does not lead to ${target.name}: its hosts are not among those that Atlas names for it`;
}

function latest(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.max(one, other);
}

/** Counts the lines, and keeps the worst for where the whole evidence is not shown. */
export function noted(test: RestoreTest, lines: readonly EvidenceLine[]): RestoreTest {
  const counts = { ...NOTHING, ...test.counts };
  for (const { verdict } of lines) counts[verdict] += 1;
  const bad = lines.filter(({ verdict }) => verdict === 'failed' || verdict === 'could-not-verify');
  const worst = [...test.worst, ...bad].toSorted((a, b) => Number(b.verdict === 'failed') - Number(a.verdict === 'failed'));
  return { ...test, counts, worst: worst.slice(0, WORST_KEPT) };
}

function verdictIn({ counts }: RestoreTest): TestVerdict {
  const verdicts = (['passed', 'failed', 'noted', 'could-not-verify'] as const).filter((verdict) => counts[verdict] > 0);
  return verdictOf(verdicts.map((verdict) => ({ verdict })));
}

/** A restore that could be read, but was held against nothing, is proven for no more than that. */
function uncompared(before: Manifest | null, after: Manifest | null): string | null {
  if (before !== null && after !== null) return null;
  const missing =
    before === null && after === null
      ? 'none of the source is kept'
      : `there is none from ${before === null ? 'before' : 'after'} the point`;
  return `readable, but not compared with a manifest: ${missing}`;
}

function whyOf({ counts, worst }: RestoreTest): string | null {
  const [first] = worst;
  if (!first) return counts.passed > 0 ? null : 'nothing could be compared or read';
  const more = counts.failed + counts['could-not-verify'] - 1;
  return `${first.namespace === null ? '' : `${first.namespace}: `}${first.what}: expected ${first.expected}, found ${first.found}${more > 0 ? ` (and ${more} more)` : ''}`;
}
