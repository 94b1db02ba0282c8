import type { EvidenceLine } from '../../../domain/recovery/evidence.ts';
import type { Head } from '../../../domain/incidents/head.ts';
import type { RestorePlan } from '../../../domain/policy/recovery-plan.ts';
import { type ClusterName, NO_RECOVERY, type RestoreTest, isNamed } from '../../../domain/recovery/restore-test.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Change } from '../../../record/ledger.ts';
import { changeWithIncidents } from '../../findings/recovery-findings.ts';
import { advance, type Advancing, type Ending } from '../../runner/advance.ts';
import { storeProof, endTest, refuseTest, storeTest } from '../../state/restore-tests-in-head.ts';
import { ended, joined, refused, type StepOutcome } from '../../state/step-outcome.ts';
import { proofOf, refusalRecord, testRecord } from '../restore-test-record.ts';
import { step } from '../restore-test-step.ts';
import { readEvidence, writeBlob } from './evidence-blobs.ts';
import { stepContext } from './step-context.ts';

/** Advances every restore test under way, as far as it goes within the deadline. Throws `StoreError` alone. */
export async function advanceTests(advancing: Advancing): Promise<void> {
  const { ports, ledger, deadline } = advancing;
  const { tests } = ledger.head().recovery ?? NO_RECOVERY;
  await advance(
    tests,
    {
      name: 'restore test',
      find: (head, id) => head.recovery?.tests.find((test) => test.id === id),
      store: storeTest,
      async attempt(test, owner) {
        const context = await stepContext(test, { ports, head: ledger.head(), owner, deadline });
        return typeof context === 'string' ? impossible(test, context) : step(test, context);
      },
      progress: (before, next, lines) => progress(before, next, lines, advancing),
      refuse: (test, why) => refusal(test, why, ports),
      end: (test) => ending(test, ports),
    },
    advancing,
  );
}

/** Nothing can be asked of Atlas any more. A restore that was requested already goes on there, so the test ends as could-not-verify and not as refused. */
function impossible(test: RestoreTest, why: string): StepOutcome<RestoreTest> {
  if (test.requestedAt === null) return refused(why);
  const left = test.jobId === null ? 'a restore may be under way' : `restore job ${test.jobId} was under way`;
  const verdict = test.verdict ?? 'could-not-verify';
  return ended({ ...test, verdict, why: joined(test.why, `${why}; ${left}, and nobody cleans up after it`) });
}

async function progress(before: RestoreTest, next: RestoreTest, lines: readonly EvidenceLine[], advancing: Advancing): Promise<Change> {
  const { ports } = advancing;
  const blobs =
    lines.length === 0 ? [] : await writeBlob(ports.store, `evidence/${next.id}/${next.evidenceBlobs.length}-${ports.newId()}`, lines);
  const test = blobs.length === 0 ? next : { ...next, evidenceBlobs: [...next.evidenceBlobs, blobs] };
  if (before.verdict !== null || test.verdict === null) return { apply: (head) => storeTest(head, test), adopt: blobs };
  // People are notified of a verdict when it is known, not when the sandbox is clean.
  const apply = (head: Head): Head => storeProof(storeTest(head, test), proofOf(test, ports.now()));
  return changeWithIncidents({ apply, adopt: blobs }, advancing);
}

function refusal(test: RestoreTest, why: string, ports: Ports): Ending {
  const at = ports.now();
  return {
    apply: (head) => refuseTest(head, test.id, { plan: test.plan, source: configuredSource(test, ports), why, at }),
    record: refusalRecord(test, why, at),
    drop: test.evidenceBlobs.flat(),
  };
}

async function ending(test: RestoreTest, ports: Ports): Promise<Ending> {
  const evidence = await readEvidence(ports.store, test.evidenceBlobs);
  const whole = evidence === null ? { ...test, why: joined(test.why, 'its evidence is gone from the store') } : test;
  const endedAt = ports.now();
  return {
    apply: (head) => endTest(head, proofOf(whole, endedAt), planOf(whole, ports)),
    record: testRecord(whole, evidence ?? test.worst, endedAt),
    drop: test.evidenceBlobs.flat(),
  };
}

function planOf({ plan }: RestoreTest, { policy }: Ports): RestorePlan | undefined {
  return policy.general.restoreTests?.find(({ name }) => name === plan);
}

/** By the names of the configuration, which are known before any id is. */
function configuredSource(test: RestoreTest, ports: Ports): ClusterName {
  const named = planOf(test, ports)?.sources.find((source) => isNamed(test.source, source));
  return { project: named?.project ?? test.source.projectName, cluster: test.source.name };
}
