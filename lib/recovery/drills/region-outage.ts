import type { Drill } from '../../domain/recovery/drill.ts';
import { evidenceLine } from '../../domain/recovery/evidence.ts';
import { measuredSpans } from '../../domain/recovery/log-record.ts';
import { type Instant, spell } from '../../domain/time.ts';
import type { OutageState } from '../../domain/recovery/atlas-recovery.ts';
import { SHOWS_WITHIN } from '../restore-tests/restore-job.ts';
import { moved, refused, waits } from '../state/step-outcome.ts';
import { type Targeted, verifiedTarget } from './drill-interlock.ts';
import { concluded, inPhase, intended, isIntended, logged, marked, spanBetween, unverified, wentWrong } from './drill-phase.ts';
import { type DrillContext, DrillError, type DrillOutcome } from './drill-ports.ts';

/** Asks for the outage of the most preferred region, once. The intention is stored first, so that an outage is ended even where its request was forgotten. */
export async function start(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, owner } = context;
  if (!isIntended(drill)) {
    const [region = null] = (await verifiedTarget(drill, context)).regions;
    const next = intended({ ...drill, region }, owner, now());
    return moved(marked(next, 'outageAsked', now(), `outage of ${region?.region ?? 'no region'} asked for`));
  }
  const state = await outageOf(drill, context);
  if (isUnderWay(state)) return moved(inPhase(drill, 'observe', now()));
  if (drill.intent?.owner === owner) return ask(drill, context);
  if (now() - (drill.intent?.at ?? now()) < SHOWS_WITHIN) return waits(drill);
  return unverified(drill, 'whether the outage was asked for is not known: the process that meant to was ended', now());
}

async function ask(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, deadline, recovery } = context;
  const target = await verifiedTarget(drill, context);
  if (drill.region === null) return refused('Atlas names no region of the target');
  try {
    await recovery.atlas.startOutage(target, drill.region, deadline);
    return moved(inPhase(logged(drill, now(), 'Atlas took the request'), 'observe', now()));
  } catch (cause) {
    const refusal = recovery.atlas.refusalOf(cause);
    if (refusal === null) throw cause;
    return refused(`Atlas refused the outage: ${refusal.message}`);
  }
}

/** Watches the outage until it has lasted for a while. */
export async function observe(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, tempo } = context;
  const state = await outageOf(drill, context);
  if (!isUnderWay(state)) {
    // What was asked for a moment ago may not show yet, and the outage before it may still show.
    if (now() - drill.since < SHOWS_WITHIN && drill.marks.simulating === undefined) return waits(drill);
    return unverified(over(drill, now()), 'the outage was ended by somebody else', now());
  }
  if (isRecovering(state)) return unverified(drill, 'the outage was ended by somebody else', now());
  if (state !== 'SIMULATING') return waits(drill);
  const seen = marked(drill, 'simulating', now(), `Atlas simulates the outage of ${drill.region?.region ?? 'the region'}`);
  return now() - (seen.marks.simulating ?? now()) < tempo.hold ? waits(seen) : moved(inPhase(seen, 'end', now()));
}

/** Ends the outage, however the drill went and however often it takes. The interlock is not asked, since this only undoes what we did. */
export async function end(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, deadline, recovery } = context;
  const state = await outageOf(drill, context);
  if (isRecovering(state)) return moved(inPhase(marked(drill, 'endAsked', now(), 'the region recovers'), 'recover', now()));
  if (!isUnderWay(state)) {
    // A request that Atlas took a moment ago may not show yet.
    const isNew = drill.marks.simulating === undefined && now() - (drill.marks.outageAsked ?? 0) < SHOWS_WITHIN;
    return isNew ? waits(drill) : moved(finished(over(drill, now()), now()));
  }
  const asked = marked(drill, 'endAsked', now(), 'end of the outage asked for');
  await recovery.atlas.endOutage(await located(drill, context), deadline);
  return moved(inPhase(asked, 'recover', now()));
}

export async function recover(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now } = context;
  const state = await outageOf(drill, context);
  if (!isUnderWay(state)) return moved(finished(over(drill, now()), now()));
  if (isRecovering(state) || now() - drill.since < SHOWS_WITHIN) return waits(drill);
  return moved(inPhase(wentWrong(drill, now(), `Atlas still says ${state}: its end is asked for again`), 'end', now()));
}

async function outageOf(drill: Targeted, context: DrillContext): Promise<OutageState | null> {
  return context.recovery.atlas.outage(await located(drill, context), context.deadline);
}

/** Atlas addresses an outage by project and name. Those that were found first are used, so that it is ended even where the tag or the name is gone. */
async function located(drill: Targeted, { recovery, deadline }: DrillContext): Promise<NonNullable<Drill['target']>> {
  if (drill.target !== null) return drill.target;
  const found = await recovery.atlas.findCluster(drill.targetName.project, drill.targetName.cluster, deadline);
  if (found === null) throw new DrillError('the cluster is gone');
  return found;
}

function isUnderWay(state: OutageState | null): state is Exclude<OutageState, 'COMPLETE'> {
  return state !== null && state !== 'COMPLETE';
}

function isRecovering(state: OutageState | null): boolean {
  return state === 'RECOVERY_REQUESTED' || state === 'RECOVERING';
}

function over(drill: Drill, now: Instant): Drill {
  return marked(drill, 'complete', now, 'the outage is over');
}

function finished(drill: Drill, now: Instant): Drill {
  const { outageAsked, simulating, endAsked, complete } = drill.marks;
  const measured = measuredSpans({
    start: spanBetween(outageAsked, simulating),
    outage: spanBetween(simulating, endAsked),
    recovery: spanBetween(endAsked, complete),
  });
  const isSeen = simulating !== undefined && complete !== undefined;
  const evidence = [
    evidenceLine('assertion', isSeen ? 'passed' : 'could-not-verify', [
      'the region went away and came back',
      isSeen ? 'it did, by Atlas’s word' : 'it was not seen to',
    ]),
    ...Object.entries(measured).map(([name, span]) => evidenceLine('assertion', 'noted', [`${name}: measured`, spell(span)])),
    evidenceLine('not-covered', 'noted', [
      'the application’s own failover',
      'not measured: watch the application while the region is away',
    ]),
  ];
  const whole = { ...drill, measured: { ...drill.measured, ...measured }, evidence };
  if (drill.verdict !== null) return inPhase(whole, 'clean', now);
  return concluded(whole, isSeen ? 'passed' : 'could-not-verify', isSeen ? null : 'the outage was not seen to begin', now);
}
