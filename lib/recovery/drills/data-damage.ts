import { type Instant, iso, SECOND } from '../../domain/time.ts';
import { troubleOf } from '../trouble.ts';
import { heldTarget, knownAddress, type Targeted } from './interlock.ts';
import { concluded, inPhase, isMeant, isSomebodyElses, marked, meant, told } from './phase.ts';
import type { DrillContext, DrillStep } from './world.ts';

/** Documents planted before the damage, and right before it. */
const PLANTED = 1_000;
const LAST_BATCH = 20;

/** Writes the drill's documents into the sandbox's own marked database. */
export async function plant(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, sandbox, deadline } = context;
  await heldTarget(drill, context);
  // Stored before the first document is written, so that a database that is only half planted is dropped as well.
  if (drill.marks.planted === undefined) return { kind: 'moved', drill: marked(drill, 'planted', now(), 'documents are being planted') };
  const at = await sandbox.plant(knownAddress(drill, context), { drill: drill.id, count: PLANTED }, deadline);
  const planted = told(drill, now(), `${PLANTED} documents planted`);
  return { kind: 'moved', drill: inPhase({ ...planted, batches: [{ first: 0, count: PLANTED, at }] }, 'damage', now()) };
}

/** Does the damage, sees that it can be seen, and fixes the moment to go back to: the second before it, by the server's clock. */
export async function damage(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, owner } = context;
  if (isSomebodyElses(drill, owner))
    return {
      kind: 'moved',
      drill: concluded(drill, 'could-not-verify', 'the process that did the damage was ended before it told when', now()),
    };
  if (!isMeant(drill)) return { kind: 'moved', drill: meant(drill, owner, now()) };
  await heldTarget(drill, context);
  try {
    return await damaging(drill, context);
  } catch (cause) {
    // Whether and when the damage was done is not known, so no moment is: nothing could be measured.
    const why = `nothing was measured: ${troubleOf(cause)}`;
    return { kind: 'moved', drill: concluded(drill, 'could-not-verify', why, now()) };
  }
}

async function damaging(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, sandbox, deadline } = context;
  const uri = knownAddress(drill, context);
  const newest = await sandbox.refresh(uri, { drill: drill.id, first: PLANTED, count: LAST_BATCH }, deadline);
  const damaged = await sandbox.damage(uri, drill.scenario === 'deletion' ? 'deletion' : 'corruption', deadline);
  const batches = [...drill.batches, { first: PLANTED, count: LAST_BATCH, at: newest }];
  const done = withMoments({ ...drill, batches }, newest, damaged);
  const { differences } = await sandbox.compare(uri, { drill: drill.id, batches }, deadline);
  if (differences === 0)
    return { kind: 'moved', drill: concluded(done, 'failed', 'the damage did not show when the data was compared', now()) };
  const noticed = marked(done, 'noticed', now(), `damage noticed: ${differences} difference(s) from what was planted`);
  return { kind: 'moved', drill: inPhase(noticed, 'request', now()) };
}

/** The whole second before the one in which the damage began. */
export function momentBefore(damaged: Instant): Instant {
  return (Math.floor(damaged / SECOND) - 1) * SECOND;
}

function withMoments(drill: Targeted, newest: Instant, damaged: Instant): Targeted {
  const moment = momentBefore(damaged);
  const marks = { ...drill.marks, newest, damaged, moment };
  // The target's name stays as it was.
  return {
    ...told({ ...drill, marks }, damaged, `${drill.scenario} done; the moment to go back to is ${iso(moment)}`),
    targetName: drill.targetName,
  };
}
