import type { Drill } from '../../domain/drill.ts';
import { type Instant } from '../../domain/time.ts';
import { joined } from '../phase.ts';
import { troubleOf } from '../trouble.ts';
import { damage, plant } from './data-damage.ts';
import { compare, request, restore } from './data-restore.ts';
import { heldTarget, knownAddress, type Targeted } from './interlock.ts';
import { concluded, inPhase, lateness, told, wentWrong } from './phase.ts';
import { act } from './primary-failure.ts';
import { end, observe, recover, start } from './region-outage.ts';
import { type DrillContext, DrillRefusal, type DrillStep } from './world.ts';

type Phased = (drill: Targeted, context: DrillContext) => Promise<DrillStep>;

const STEPS: Readonly<Record<Drill['phase'], Phased>> = {
  prepare,
  act,
  start,
  observe,
  end,
  recover,
  plant,
  damage,
  request,
  restore,
  compare,
  clean,
  // People do these.
  steps: async (drill) => ({ kind: 'waits', drill }),
};

/** Moves a drill on by one step. Throws what Atlas or the driver threw: the caller counts it as trouble. */
export async function drillStep(drill: Drill, context: DrillContext): Promise<DrillStep> {
  if (!isTargeted(drill)) return { kind: 'waits', drill };
  try {
    return await STEPS[drill.phase](drill, context);
  } catch (cause) {
    if (!(cause instanceof DrillRefusal)) throw cause;
    return refusal(drill, cause.message, context.now());
  }
}

/** What the passing of time or a person's stop makes of a drill before its next step; null where nothing. Needs nothing of the outside. */
export function overtaken(drill: Drill, now: Instant): DrillStep | null {
  const late = lateness(drill, now);
  if (late !== null) {
    if (drill.phase === 'clean') return { kind: 'ended', drill: { ...drill, why: joined(drill.why, late) } };
    if (drill.phase === 'recover') return drill.verdict === null ? { kind: 'moved', drill: unrecovered(drill, late, now) } : null;
    return { kind: 'moved', drill: concluded(drill, 'could-not-verify', late, now) };
  }
  return isToStop(drill) ? { kind: 'moved', drill: concluded(drill, 'could-not-verify', 'interrupted by hand', now) } : null;
}

/** The end was asked for and taken, but Atlas does not say that the region is back. The drill has failed, and goes on until it is. */
function unrecovered(drill: Drill, late: string, now: Instant): Drill {
  return {
    ...wentWrong(drill, now, late),
    verdict: 'failed',
    why: joined(drill.why, `${late}: see in Atlas whether the simulated outage is over`),
  };
}

/** A restore that Atlas was asked for goes on by itself; whatever else is under way is put down. */
function isToStop({ interrupted, phase, verdict, jobId, intent }: Drill): boolean {
  const wound = phase === 'end' || phase === 'recover' || phase === 'clean' || phase === 'steps';
  return interrupted && verdict === null && !wound && jobId === null && intent?.phase !== 'request';
}

/** Nothing done yet: refused. Later, a target that is busy may be so only for a moment; the phase's deadline ends it. */
function refusal(drill: Targeted, why: string, now: Instant): DrillStep {
  const { planted, outageAsked } = drill.marks;
  const acted = planted !== undefined || (outageAsked !== undefined && drill.phase !== 'start');
  if (!acted || (drill.scenario === 'primary-failure' && drill.phase === 'act')) return { kind: 'refused', why };
  if (drill.phase === 'plant' || drill.phase === 'damage') return { kind: 'moved', drill: concluded(drill, 'could-not-verify', why, now) };
  return { kind: 'troubled', why };
}

async function prepare(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, world, deadline } = context;
  const target = await heldTarget(drill, context);
  if (drill.scenario === 'region-outage') {
    const state = await world.atlas.outage(target, deadline);
    if (state !== null && state !== 'COMPLETE') throw new DrillRefusal(`an outage of ${target.name} is simulated already (${state})`);
  }
  if (FIRST[drill.scenario] === 'plant') {
    const snapshots = await world.atlas.snapshots(target, deadline);
    if (!snapshots.some(({ status, type }) => status === 'completed' && type !== 'fallback'))
      throw new DrillRefusal(`${target.name} has no snapshot yet that point-in-time recovery could begin at`);
  }
  const { projectId, projectName, clusterId, name } = target;
  const found = told({ ...drill, target: { projectId, projectName, clusterId, name } }, now(), `interlock held: ${name} may be used`);
  return { kind: 'moved', drill: inPhase(found, FIRST[drill.scenario], now()) };
}

const FIRST: Readonly<Record<Drill['scenario'], Drill['phase']>> = {
  'primary-failure': 'act',
  'region-outage': 'start',
  corruption: 'plant',
  deletion: 'plant',
  breach: 'steps',
};

/** Drops the drills' own database. The verdict stands already: what cannot be cleaned up is said, and changes nothing of it. */
async function clean(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, sandbox, deadline } = context;
  if (drill.marks.planted === undefined) return { kind: 'ended', drill };
  if (drill.troubles !== null && drill.troubles.count >= CLEAN_TRIES)
    return { kind: 'ended', drill: wentWrong(drill, now(), `the drills’ database was not dropped: ${drill.troubles.last}`) };
  try {
    await heldTarget(drill, context);
    await sandbox.drop(knownAddress(drill, context), deadline);
  } catch (cause) {
    return { kind: 'troubled', why: troubleOf(cause) };
  }
  return { kind: 'ended', drill };
}

const CLEAN_TRIES = 3;

function isTargeted(drill: Drill): drill is Targeted {
  return drill.targetName !== null;
}
