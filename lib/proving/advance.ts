import { type Courier, prepared } from '../alerts/deliver.ts';
import type { EvidenceLine } from '../domain/evidence.ts';
import type { Head } from '../domain/head.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { type ClusterName, NO_RECOVERY, type RestoreTest } from '../domain/restore-test.ts';
import { type Instant, MINUTE, SECOND } from '../domain/time.ts';
import type { Parts } from '../parts.ts';
import type { Ledger } from '../state/ledger.ts';
import { readEvidence, writeBlob } from './evidence-blobs.ts';
import { withRecoveryIncidents } from './findings.ts';
import { joined } from '../recovery/phase.ts';
import { proofOf, refusalRecord, testRecord } from '../recovery/records.ts';
import { isNamed, judged, proven, refused, stored } from '../recovery/state.ts';
import { step } from '../recovery/step.ts';
import { stepContext } from './surroundings.ts';
import { troubleOf } from '../recovery/trouble.ts';
import type { Step } from '../recovery/world.ts';

/** Less time than this is not worth a step. */
const LEAST_TIME = 2 * SECOND;
/** A claim outlives the step's deadline by so much, for the write that ends it. */
const CLAIM_MARGIN = MINUTE;

export type Advancing = { readonly parts: Parts; readonly ledger: Ledger; readonly courier: Courier; readonly deadline: Instant };

/** Moves every restore test under way on, as far as it goes within the deadline. Never throws but `StoreError`. */
export async function advanceTests(advancing: Advancing): Promise<void> {
  const { parts, ledger } = advancing;
  const { tests } = ledger.head().recovery ?? NO_RECOVERY;
  const free = tests.filter(({ claim }) => claim === null || claim.until <= parts.now());
  await Promise.all(free.map((test) => advanceTest(test.id, advancing)));
}

async function advanceTest(id: string, advancing: Advancing): Promise<void> {
  const { parts, ledger, deadline } = advancing;
  const owner = parts.newId();
  const claim = { owner, until: deadline + CLAIM_MARGIN };
  await ledger.update({ apply: (head) => changed(head, id, (test) => (isFree(test, parts.now()) ? { ...test, claim } : test)) });
  for (;;) {
    const test = testIn(ledger.head(), id);
    if (test?.claim?.owner !== owner) return;
    const due = parts.now() + LEAST_TIME < deadline;
    const outcome: Step = due ? await attempted(test, owner, advancing) : { kind: 'waits', test };
    await keep(test, outcome, owner, advancing);
    if (outcome.kind !== 'moved') return;
  }
}

/** A step that threw is trouble, counted, and tried again by the next run until its phase's time is up. */
async function attempted(test: RestoreTest, owner: string, { parts, ledger, deadline }: Advancing): Promise<Step> {
  const context = stepContext(test, { parts, head: ledger.head(), owner, deadline });
  if (typeof context === 'string') return impossible(test, context);
  try {
    return await step(test, await context());
  } catch (cause) {
    const why = troubleOf(cause);
    parts.log(`restore test ${test.id}, phase ${test.phase}: ${why}`);
    return { kind: 'troubled', why };
  }
}

/** Nothing can be asked any more. What was asked already goes on in Atlas, and is not to be taken for something that never was. */
function impossible(test: RestoreTest, why: string): Step {
  if (test.requestedAt === null) return { kind: 'refused', why };
  const left = test.jobId === null ? 'a restore may be under way' : `restore job ${test.jobId} was under way`;
  return {
    kind: 'ended',
    test: { ...test, verdict: test.verdict ?? 'could-not-verify', why: joined(test.why, `${why}; ${left}, and nobody cleans up after it`) },
  };
}

async function keep(test: RestoreTest, outcome: Step, owner: string, advancing: Advancing): Promise<void> {
  const { ledger, parts, courier } = advancing;
  switch (outcome.kind) {
    case 'moved':
    case 'waits': {
      const next = await withEvidence(outcome.test, outcome.lines ?? [], advancing);
      const claim = outcome.kind === 'moved' ? test.claim : null;
      const fresh = next.evidenceBlobs.slice(test.evidenceBlobs.length).flat();
      await ledger.update({
        apply: (head, revision) => {
          if (!isOwned(head, test.id, owner)) return head;
          const moved = stored(head, { ...next, claim });
          // What a verdict means is told when it is known, not when the sandbox is clean.
          if (test.verdict !== null || next.verdict === null) return moved;
          return prepared(withRecoveryIncidents(judged(moved, proofOf(next, parts.now())), parts, revision), courier);
        },
        adopt: fresh,
      });
      return;
    }
    case 'troubled': {
      const troubles = { count: (test.troubles?.count ?? 0) + 1, last: outcome.why };
      await ledger.update({
        apply: (head) => (isOwned(head, test.id, owner) ? stored(head, { ...test, troubles, claim: null }) : head),
      });
      return;
    }
    case 'refused':
      return end(
        test,
        (head) => refused(head, { ...test, source: configuredSource(test, parts) }, outcome.why, parts.now()),
        () => refusalRecord(test, outcome.why, parts.now()),
        { ...advancing, owner },
      );
    case 'ended':
      return conclude(outcome.test, { ...advancing, owner });
  }
}

async function withEvidence(test: RestoreTest, lines: readonly EvidenceLine[], { parts }: Advancing): Promise<RestoreTest> {
  if (lines.length === 0) return test;
  const names = await writeBlob(parts.store, `evidence/${test.id}/${test.evidenceBlobs.length}-${parts.newId()}`, lines);
  return { ...test, evidenceBlobs: [...test.evidenceBlobs, names] };
}

async function conclude(test: RestoreTest, advancing: Owning): Promise<void> {
  const { parts } = advancing;
  const evidence = await readEvidence(parts.store, test.evidenceBlobs);
  const whole = evidence === null ? { ...test, why: joined(test.why, 'its evidence is gone from the store') } : test;
  const endedAt = parts.now();
  return end(
    whole,
    (head) => proven(head, proofOf(whole, endedAt), planOf(whole, parts)),
    () => testRecord(whole, evidence ?? test.worst, endedAt),
    advancing,
  );
}

type Owning = Advancing & { readonly owner: string };

function planOf({ plan }: RestoreTest, { policy }: Parts): RestorePlan | undefined {
  return policy.general.restoreTests?.find(({ name }) => name === plan);
}

/** By the names of the configuration, which are known before any id is. */
function configuredSource(test: RestoreTest, parts: Parts): ClusterName {
  const named = planOf(test, parts)?.sources.find((source) => isNamed(test.source, source));
  return { project: named?.project ?? test.source.projectName, cluster: test.source.name };
}

/** The end, its record and what follows for the source's incident go in one swap. */
async function end(
  test: RestoreTest,
  apply: (head: Head) => Head,
  record: () => ReturnType<typeof testRecord>,
  { parts, ledger, courier, owner }: Owning,
): Promise<void> {
  // A process that slept beyond its claim ends nothing that another has moved on.
  const isOurs = (head: Head): boolean => isOwned(head, test.id, owner);
  await ledger.update({
    apply: (head, revision) => (isOurs(head) ? prepared(withRecoveryIncidents(apply(head), parts, revision), courier) : head),
    records: (before) => (isOurs(before) ? [record()] : []),
    drop: (before) => (isOurs(before) ? test.evidenceBlobs.flat() : []),
  });
}

function isOwned(head: Head, id: string, owner: string): boolean {
  return testIn(head, id)?.claim?.owner === owner;
}

function testIn(head: Head, id: string): RestoreTest | undefined {
  return head.recovery?.tests.find((test) => test.id === id);
}

function isFree({ claim }: RestoreTest, now: Instant): boolean {
  return claim === null || claim.until <= now;
}

function changed(head: Head, id: string, change: (test: RestoreTest) => RestoreTest): Head {
  const test = testIn(head, id);
  return test ? stored(head, change(test)) : head;
}
