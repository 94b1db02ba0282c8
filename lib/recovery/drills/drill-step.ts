import type { Drill } from '../../domain/recovery/drill.ts';
import type { Instant } from '../../domain/time.ts';
import { inUseRefusals } from '../restore-tests/sandbox-in-use.ts';
import { ended, joined, moved, refused, troubled, troubleOf, waits } from '../state/step-outcome.ts';
import { compare, damage, plant, request, restore } from './data-drill.ts';
import { knownAddress, type Targeted, verifiedTarget } from './drill-interlock.ts';
import { inPhase, lateness, logged, unverified, wentWrong } from './drill-phase.ts';
import { act } from './primary-failure.ts';
import { end, observe, recover, start } from './region-outage.ts';
import { type DrillContext, type DrillOutcome, DrillRefusal } from './drill-ports.ts';

type Phased = (drill: Targeted, context: DrillContext) => Promise<DrillOutcome>;

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
  // People report these.
  steps: async (drill) => waits(drill),
};

/** Takes a drill's next step. Throws what Atlas or the driver threw: the caller counts it as trouble. */
export async function drillStep(drill: Drill, context: DrillContext): Promise<DrillOutcome> {
  if (!isTargeted(drill)) return waits(drill);
  try {
    return await STEPS[drill.phase](drill, context);
  } catch (cause) {
    if (!(cause instanceof DrillRefusal)) throw cause;
    return refusal(drill, cause.message, context.now());
  }
}

/** What a deadline, or a person who stopped the drill, makes of it before its next step; null where nothing. Asks nothing of the outside. */
export function overtaken(drill: Drill, now: Instant): DrillOutcome | null {
  const late = lateness(drill, now);
  if (late === null) return isToStop(drill) ? unverified(drill, 'interrupted by hand', now) : null;
  if (drill.phase === 'clean') return ended({ ...drill, why: joined(drill.why, late) });
  if (drill.phase !== 'recover') return unverified(drill, late, now);
  if (drill.verdict !== null) return null;
  // Atlas took the request for the end, but does not say that the region is back. The drill has failed, and goes on until the region is back.
  const why = joined(drill.why, `${late}: see in Atlas whether the simulated outage is over`);
  return moved({ ...wentWrong(drill, now, late), verdict: 'failed', why });
}

/** A restore that Atlas was asked for goes on by itself; everything else that is under way is stopped. */
function isToStop({ interrupted, phase, verdict, jobId, intent }: Drill): boolean {
  const isEnding = phase === 'end' || phase === 'recover' || phase === 'clean' || phase === 'steps';
  return interrupted && verdict === null && !isEnding && jobId === null && intent?.phase !== 'request';
}

/** Before anything was done, the drill is refused. Later, a target may be busy for a moment only: the next run tries again until the phase's deadline. */
function refusal(drill: Targeted, why: string, now: Instant): DrillOutcome {
  const { planted, outageAsked } = drill.marks;
  const acted = planted !== undefined || (outageAsked !== undefined && drill.phase !== 'start');
  if (!acted || (drill.scenario === 'primary-failure' && drill.phase === 'act')) return refused(why);
  return drill.phase === 'plant' || drill.phase === 'damage' ? unverified(drill, why, now) : troubled(why);
}

async function prepare(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, recovery, deadline } = context;
  const target = await verifiedTarget(drill, context);
  const inUse = await inUseRefusals(recovery, { target, variable: drill.targetName.uri, deadline });
  if (inUse.length > 0) throw new DrillRefusal(inUse.join('; '));
  if (drill.scenario === 'region-outage') {
    const state = await recovery.atlas.outage(target, deadline);
    if (state !== null && state !== 'COMPLETE') throw new DrillRefusal(`an outage of ${target.name} is simulated already (${state})`);
  }
  if (FIRST[drill.scenario] === 'plant') {
    const snapshots = await recovery.atlas.snapshots(target, deadline);
    if (!snapshots.some(({ status, type }) => status === 'completed' && type !== 'fallback'))
      throw new DrillRefusal(`${target.name} has no snapshot yet that point-in-time recovery could begin at`);
  }
  const { projectId, projectName, clusterId, name } = target;
  const found = logged({ ...drill, target: { projectId, projectName, clusterId, name } }, now(), `interlock held: ${name} may be used`);
  return moved(inPhase(found, FIRST[drill.scenario], now()));
}

const FIRST: Readonly<Record<Drill['scenario'], Drill['phase']>> = {
  'primary-failure': 'act',
  'region-outage': 'start',
  corruption: 'plant',
  deletion: 'plant',
  breach: 'steps',
};

const CLEAN_TRIES = 3;

/** Drops the drills' own database. The verdict is known already: what cannot be cleaned up is recorded, and does not change the verdict. */
async function clean(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, sandbox, deadline } = context;
  if (drill.marks.planted === undefined) return ended(drill);
  if (drill.troubles !== null && drill.troubles.count >= CLEAN_TRIES)
    return ended(wentWrong(drill, now(), `the drills’ database was not dropped: ${drill.troubles.last}`));
  try {
    await verifiedTarget(drill, context);
    await sandbox.drop(knownAddress(drill, context), deadline);
    return ended(drill);
  } catch (cause) {
    return troubled(troubleOf(cause));
  }
}

function isTargeted(drill: Drill): drill is Targeted {
  return drill.targetName !== null;
}
