import type { EndedDrill } from '../../domain/recovery/drill.ts';
import type { EvidenceLine } from '../../domain/recovery/evidence.ts';
import { DRILL_SCENARIOS, type Measured, TEST_PHASES, type TestVerdict } from '../../domain/recovery/restore-test.ts';
import type { RecoveryJson } from '../recovery-json.ts';
import { choice, count, list, meaning, moment, named, nullable, number, object, oneOf, optional, text } from './schema.ts';

type SourceJson = RecoveryJson['sources'][number];
type ProofJson = SourceJson['last'];
type UnderWay = RecoveryJson['underWay'][number];

export const EVIDENCE_LINE = named(
  'EvidenceLine',
  object<EvidenceLine>({
    what: choice<EvidenceLine['what']>({
      connection: true,
      namespace: true,
      documents: true,
      indexes: true,
      options: true,
      freshness: true,
      readable: true,
      search: true,
      assertion: true,
      checksum: true,
      restore: true,
      'write-access': true,
      'not-covered': true,
    }),
    namespace: nullable(text),
    expected: text,
    found: text,
    verdict: choice<EvidenceLine['verdict']>({ passed: true, failed: true, noted: true, 'could-not-verify': true }),
  }),
);

const VERDICT = choice<TestVerdict>({ passed: true, failed: true, 'could-not-verify': true });

const POINT = named(
  'RestorePoint',
  object<NonNullable<ProofJson['point']>>({
    kind: choice({ snapshot: true, moment: true }),
    at: moment,
    expiresAt: nullable(moment),
  }),
);

const MEASURED = meaning(
  'milliseconds; null: the test did not come so far',
  object<Measured>({
    restore: nullable(number),
    validate: nullable(number),
    search: optional(number),
    rto: nullable(number),
    rpo: nullable(number),
  }),
);

const PROOF = named(
  'Proof',
  object<ProofJson>({
    id: meaning('of the record of the log', text),
    plan: text,
    endedAt: moment,
    verdict: VERDICT,
    why: nullable(text),
    measured: MEASURED,
    point: nullable(POINT),
  }),
);

export const RECOVERY = named(
  'Recovery',
  object<RecoveryJson>({
    sources: list(
      object<SourceJson>({
        projectId: text,
        projectName: text,
        clusterId: text,
        name: text,
        last: PROOF,
        proven: nullable(PROOF),
        rtoTrend: meaning('milliseconds, oldest first', list(number)),
        plans: meaning('of the tests in rtoTrend', list(text)),
      }),
    ),
    underWay: list(
      object<UnderWay>({
        id: text,
        plan: text,
        project: meaning('of the source', text),
        source: text,
        target: text,
        phase: oneOf(TEST_PHASES),
        since: moment,
        point: nullable(POINT),
        trouble: nullable(text),
      }),
    ),
    refused: list(
      object<RecoveryJson['refused'][number]>({
        plan: text,
        project: meaning('of the source, by name or id as policy has it', text),
        source: text,
        at: moment,
        why: text,
      }),
    ),
    drills: list(
      object<RecoveryJson['drills'][number]>({
        id: text,
        scenario: oneOf<EndedDrill['scenario']>(DRILL_SCENARIOS),
        plan: nullable(text),
        at: moment,
        verdict: VERDICT,
        summary: text,
      }),
    ),
    followUps: list(object<RecoveryJson['followUps'][number]>({ id: text, text, since: moment, due: nullable(moment) })),
    integrity: nullable(object<NonNullable<RecoveryJson['integrity']>>({ at: moment, held: count, failed: list(EVIDENCE_LINE) })),
  }),
);
