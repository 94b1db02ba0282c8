import { sourceDetail } from '../../domain/recovery/erasure.ts';
import type { EvidenceLine } from '../../domain/recovery/evidence.ts';
import { type LogRecord, measuredSpans, notVerifiedIn } from '../../domain/recovery/log-record.ts';
import type { Measured, Proof, RestoreTest } from '../../domain/recovery/restore-test.ts';
import { type Instant, iso, spell } from '../../domain/time.ts';

/** What a restore test measured: RTO by phase, and the RPO achieved; null where the test did not come so far. */
export function measuredOf(test: RestoreTest): Measured {
  const { requestedAt, restoredAt, validatedAt, searchIndexes, searchableAt, point, newestDocument } = test;
  const restore = requestedAt !== null && restoredAt !== null ? Math.max(0, restoredAt - requestedAt) : null;
  const validate = restoredAt !== null && validatedAt !== null ? Math.max(0, validatedAt - restoredAt) : null;
  const search = validatedAt !== null && searchableAt !== undefined ? { search: Math.max(0, searchableAt - validatedAt) } : {};
  // Without the search that it had, the service is not back.
  const isBack = (searchIndexes ?? []).length === 0 || searchableAt !== undefined;
  const rto = restore !== null && validate !== null && isBack ? restore + validate + (search.search ?? 0) : null;
  return { restore, validate, ...search, rto, rpo: point === null || restoredAt === null ? null : rpoOf(test, point.at, newestDocument) };
}

/**
 * A restore of the latest point stands for a disaster at the time of the request: what is lost is everything since the newest moment that PITR or the snapshot
 * could reach then. For any other point, only the time of the newest document says what is missing before it.
 */
function rpoOf({ choice, requestedAt, startedAt, reach }: RestoreTest, pointAt: Instant, newest: Instant | null): number | null {
  if (choice !== 'latest') return newest === null ? null : Math.max(0, pointAt - newest);
  return Math.max(0, (requestedAt ?? startedAt) - Math.max(reach ?? 0, Math.min(newest ?? pointAt, pointAt)));
}

/** What the head keeps of a test that ended. */
export function proofOf(test: RestoreTest, endedAt: Instant): Proof {
  const { id, plan, source, point, startedAt, restoredAt, why, worst, uncleaned } = test;
  const verdict = test.verdict ?? 'could-not-verify';
  const proof = { id, plan, source, point, startedAt, restoredAt, endedAt, verdict, why, worst, measured: measuredOf(test) };
  return uncleaned === undefined ? proof : { ...proof, uncleaned };
}

export function testRecord(test: RestoreTest, evidence: readonly EvidenceLine[], endedAt: Instant): LogRecord {
  const verdict = test.verdict ?? 'could-not-verify';
  const { details, ...base } = recordBase(test, endedAt);
  const measured = measuredSpans(measuredOf(test));
  return { ...base, verdict, summary: summaryOf(test), measured, evidence, details: { ...details, ...notVerifiedIn(evidence) } };
}

export function refusalRecord(test: RestoreTest, why: string, endedAt: Instant): LogRecord {
  return { ...recordBase(test, endedAt), verdict: 'refused', summary: `refused: ${why}`, measured: {}, evidence: [] };
}

function recordBase(test: RestoreTest, endedAt: Instant): Omit<LogRecord, 'verdict' | 'summary' | 'measured' | 'evidence'> {
  const { id, startedAt, source, by, targetName, plan, choice, point, jobId } = test;
  const details = {
    plan,
    choice,
    target: `${targetName.cluster} (project ${targetName.project})`,
    ...sourceDetail(source),
    ...(point && { point: `${point.kind === 'snapshot' ? `snapshot ${point.snapshotId} of` : 'moment'} ${iso(point.at)}` }),
    ...(jobId !== null && { 'restore job': jobId }),
  };
  return { id, kind: 'restore-test', startedAt, endedAt, subject: `${source.name} (project ${source.projectName})`, by, details };
}

/** "passed: restored the snapshot of … in 4 min, validated in 20 s". */
export function summaryOf(test: RestoreTest): string {
  const { point, verdict, why } = test;
  const { restore, validate, search } = measuredOf(test);
  const what = point === null ? 'no recovery point' : `${point.kind === 'snapshot' ? 'the snapshot of' : 'the moment'} ${iso(point.at)}`;
  const spans = [
    restore === null ? null : `restored in ${spell(restore)}`,
    validate === null ? null : `validated in ${spell(validate)}`,
    search === undefined ? null : `searchable in ${spell(search)}`,
  ];
  const words = [`${verdict ?? 'could-not-verify'}: ${what}`, ...spans.filter((span) => span !== null), ...(why === null ? [] : [why])];
  return words.join('; ');
}
