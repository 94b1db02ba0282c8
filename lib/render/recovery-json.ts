import type { EvidenceLine } from '../domain/recovery/evidence.ts';
import type { EndedDrill, FollowUp } from '../domain/recovery/drill.ts';
import type { Head } from '../domain/incidents/head.ts';
import {
  type Located,
  NO_RECOVERY,
  type Proof,
  type RecoveryState,
  type RestorePoint,
  type RestoreTest,
} from '../domain/recovery/restore-test.ts';
import { type InIso, type Instant, iso, isoOrNull } from '../domain/time.ts';

/** What restore tests and drills proved, and those under way (an addition to the contract's JSON). Times are ISO 8601 in UTC, spans milliseconds. */
export type RecoveryJson = {
  /** One entry a source that was ever tested: its newest test, and the passed proof of its newest recovery point. */
  readonly sources: readonly (Located & {
    readonly last: ProofJson;
    readonly proven: ProofJson | null;
    /** RTO of the newest tests that measured it, oldest first. */
    readonly rtoTrend: readonly number[];
    /** The plans of these tests. */
    readonly plans: readonly string[];
  })[];
  readonly underWay: readonly {
    readonly id: string;
    readonly plan: string;
    /** Of the source. */
    readonly project: string;
    readonly source: string;
    readonly target: string;
    readonly phase: RestoreTest['phase'];
    readonly since: string;
    readonly point: PointJson | null;
    readonly trouble: string | null;
  }[];
  readonly refused: readonly {
    readonly plan: string;
    /** Of the source, by name or id as policy has it. */
    readonly project: string;
    readonly source: string;
    readonly at: string;
    readonly why: string;
  }[];
  readonly drills: readonly InIso<EndedDrill, 'at'>[];
  readonly followUps: readonly InIso<Pick<FollowUp, 'id' | 'text' | 'since' | 'due'>, 'since' | 'due'>[];
  readonly integrity: { readonly at: string; readonly held: number; readonly failed: readonly EvidenceLine[] } | null;
};

type PointJson = { readonly kind: RestorePoint['kind']; readonly at: string; readonly expiresAt: string | null };

/** `id`: the record's in the log. */
type ProofJson = InIso<Pick<Proof, 'id' | 'plan' | 'endedAt' | 'verdict' | 'why' | 'measured'>, 'endedAt'> & {
  readonly point: PointJson | null;
};

/** Pure: recovery's part of the head → JSON. */
export function recoveryJson(head: Head | null, now: Instant): RecoveryJson {
  const state = head?.recovery ?? NO_RECOVERY;
  return {
    sources: sourcesOf(state),
    underWay: state.tests.map((test) => underWay(test)),
    refused: Object.values(state.refusals).map(({ plan, source: { project, cluster }, at, why }) => ({
      plan,
      project,
      source: cluster,
      at: iso(at),
      why,
    })),
    drills: (state.drills?.ended ?? []).map(({ at, ...drill }) => ({ ...drill, at: iso(at) })),
    followUps: (state.drills?.followUps ?? []).map(({ id, text, since, due }) => ({ id, text, since: iso(since), due: isoOrNull(due) })),
    integrity: state.integrity
      ? {
          at: iso(Math.min(state.integrity.at, now)),
          held: state.integrity.lines.filter(({ verdict }) => verdict === 'passed').length,
          failed: state.integrity.lines.filter(({ verdict }) => verdict !== 'passed'),
        }
      : null,
  };
}

function sourcesOf({ proofs }: RecoveryState): RecoveryJson['sources'] {
  return [...Map.groupBy(proofs, ({ source }) => `${source.projectId}/${source.name}/${source.clusterId}`).values()].flatMap((tests) => {
    const last = tests.at(-1);
    if (!last) return [];
    const passed = tests.filter(({ verdict }) => verdict === 'passed').toSorted((a, b) => (a.point?.at ?? 0) - (b.point?.at ?? 0));
    const proven = passed.at(-1);
    const timed = tests.flatMap(({ plan, measured: { rto } }) => (rto === null ? [] : [{ plan, rto }]));
    const { projectId, projectName, clusterId, name } = last.source;
    return [
      {
        projectId,
        projectName,
        clusterId,
        name,
        last: proofJson(last),
        proven: proven ? proofJson(proven) : null,
        rtoTrend: timed.map(({ rto }) => rto),
        plans: [...new Set(timed.map(({ plan }) => plan))],
      },
    ];
  });
}

/** Pure: how a restore test ended → JSON. */
export function proofJson({ id, plan, endedAt, verdict, why, point, measured }: Proof): ProofJson {
  return { id, plan, endedAt: iso(endedAt), verdict, why, point: pointJson(point), measured };
}

function pointJson(point: RestorePoint | null): PointJson | null {
  return point && { kind: point.kind, at: iso(point.at), expiresAt: isoOrNull(point.expiresAt) };
}

function underWay({
  id,
  plan,
  source,
  targetName,
  phase,
  phases,
  startedAt,
  point,
  troubles,
}: RestoreTest): RecoveryJson['underWay'][number] {
  const since = iso(phases[phase] ?? startedAt);
  return {
    id,
    plan,
    phase,
    since,
    project: source.projectName,
    source: source.name,
    target: targetName.cluster,
    point: pointJson(point),
    trouble: troubles?.last ?? null,
  };
}
