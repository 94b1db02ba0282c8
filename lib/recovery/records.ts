import type { EvidenceLine } from '../domain/evidence.ts';
import type { LogRecord } from '../domain/record.ts';
import type { Measured, Proof, RestoreTest } from '../domain/restore-test.ts';
import { type Instant, iso, spell } from '../domain/time.ts';

/** What a restore test measured: RTO by phase, RPO achieved. Null where it did not come so far. */
export function measuredOf(test: RestoreTest): Measured {
  const { requestedAt, restoredAt, validatedAt, point, newestDocument } = test;
  const restore = requestedAt !== null && restoredAt !== null ? Math.max(0, restoredAt - requestedAt) : null;
  const validate = restoredAt !== null && validatedAt !== null ? Math.max(0, validatedAt - restoredAt) : null;
  const rto = restore !== null && validate !== null ? restore + validate : null;
  return { restore, validate, rto, rpo: point === null || restoredAt === null ? null : rpoOf(test, point.at, newestDocument) };
}

/**
 * The latest point stands for a disaster at the time of the request: lost is all since the newest moment that could be reached then, by PITR or by the
 * snapshot. Any other point stands for itself, and only a document's time tells what is missing before it.
 */
function rpoOf({ choice, requestedAt, startedAt, reach }: RestoreTest, pointAt: Instant, newest: Instant | null): number | null {
  if (choice !== 'latest') return newest === null ? null : Math.max(0, pointAt - newest);
  return Math.max(0, (requestedAt ?? startedAt) - Math.max(reach ?? 0, Math.min(newest ?? pointAt, pointAt)));
}

/** What the head keeps of a test that ended. */
export function proofOf(test: RestoreTest, endedAt: Instant): Proof {
  const { id, plan, source, point, startedAt, restoredAt, verdict, why, worst, uncleaned } = test;
  return {
    id,
    plan,
    source,
    point,
    startedAt,
    restoredAt,
    endedAt,
    verdict: verdict ?? 'could-not-verify',
    why,
    worst,
    ...(uncleaned !== undefined && { uncleaned }),
    measured: measuredOf(test),
  };
}

/** The record of a test that ended with a verdict, for the log. */
export function testRecord(test: RestoreTest, evidence: readonly EvidenceLine[], endedAt: Instant): LogRecord {
  const verdict = test.verdict ?? 'could-not-verify';
  const { restore, validate, rto, rpo } = measuredOf(test);
  return {
    ...recordBase(test, endedAt),
    verdict,
    summary: summaryOf(test),
    measured: given({ restore, validate, rto, rpo }),
    evidence,
  };
}

/** The record of a test that the interlock, or Atlas, refused. */
export function refusalRecord(test: RestoreTest, why: string, endedAt: Instant): LogRecord {
  return { ...recordBase(test, endedAt), verdict: 'refused', summary: `refused: ${why}`, measured: {}, evidence: [] };
}

function recordBase(
  test: RestoreTest,
  endedAt: Instant,
): Pick<LogRecord, 'id' | 'kind' | 'startedAt' | 'endedAt' | 'subject' | 'by' | 'details'> {
  const { id, source, targetName, plan, choice, point, jobId } = test;
  const details = {
    plan,
    choice,
    target: `${targetName.cluster} (project ${targetName.project})`,
    ...(point && { point: `${point.kind === 'snapshot' ? `snapshot ${point.snapshotId} of` : 'moment'} ${iso(point.at)}` }),
    ...(jobId !== null && { 'restore job': jobId }),
  };
  return {
    id,
    kind: 'restore-test',
    startedAt: test.startedAt,
    endedAt,
    subject: `${source.name} (project ${source.projectName})`,
    by: test.by,
    details,
  };
}

function given(spans: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(spans).flatMap(([name, span]) => (span === null ? [] : [[name, span] as const])));
}

/** "passed: restored the snapshot of … in 4 min, validated in 20 s". */
export function summaryOf(test: RestoreTest): string {
  const { point, verdict, why } = test;
  const { restore, validate } = measuredOf(test);
  const what = point === null ? 'no recovery point' : `${point.kind === 'snapshot' ? 'the snapshot of' : 'the moment'} ${iso(point.at)}`;
  const spans = [restore === null ? null : `restored in ${spell(restore)}`, validate === null ? null : `validated in ${spell(validate)}`];
  const words = [`${verdict ?? 'could-not-verify'}: ${what}`, ...spans.filter((span) => span !== null), ...(why === null ? [] : [why])];
  return words.join('; ');
}
