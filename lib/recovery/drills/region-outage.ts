import type { Drill } from '../../domain/drill.ts';
import { type Instant, MINUTE, spell } from '../../domain/time.ts';
import type { OutageState } from '../../domain/recovery-atlas.ts';
import { heldTarget, type Targeted } from './interlock.ts';
import { concluded, inPhase, isMeant, marked, meant, told, wentWrong } from './phase.ts';
import type { DrillContext, DrillStep } from './world.ts';

/** A request whose answer was lost shows in Atlas within this time, or was not taken. */
const SHOWS_WITHIN = 3 * MINUTE;

/** Asks for the outage of the most preferred region, once: the intention is stored first, so that an outage nobody remembers asking for is ended too. */
export async function start(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, owner, deadline, world } = context;
  if (!isMeant(drill)) {
    const target = await heldTarget(drill, context);
    const [region] = target.regions;
    return {
      kind: 'moved',
      drill: marked(
        meant({ ...drill, region: region ?? null }, owner, now()),
        'outageAsked',
        now(),
        `outage of ${region?.region ?? 'no region'} asked for`,
      ),
    };
  }
  const state = await world.atlas.outage(await located(drill, context), deadline);
  if (isUnderWay(state)) return { kind: 'moved', drill: inPhase(drill, 'observe', now()) };
  const since = drill.intent?.at ?? now();
  if (drill.intent?.owner !== owner)
    return now() - since < SHOWS_WITHIN
      ? { kind: 'waits', drill }
      : {
          kind: 'moved',
          drill: concluded(
            drill,
            'could-not-verify',
            'whether the outage was asked for is not known: the process that meant to was ended',
            now(),
          ),
        };
  return ask(drill, context);
}

async function ask(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, deadline, world } = context;
  const target = await heldTarget(drill, context);
  if (drill.region === null) return { kind: 'refused', why: 'Atlas names no region of the target' };
  try {
    await world.atlas.startOutage(target, drill.region, deadline);
    return { kind: 'moved', drill: inPhase(told(drill, now(), 'Atlas took the request'), 'observe', now()) };
  } catch (cause) {
    const refusal = world.atlas.refusalOf(cause);
    if (refusal === null) throw cause;
    return { kind: 'refused', why: `Atlas refused the outage: ${refusal.message}` };
  }
}

/** Watches the outage until it has stood for a while. */
export async function observe(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, deadline, world, tempo } = context;
  const state = await world.atlas.outage(await located(drill, context), deadline);
  switch (state) {
    case null:
    case 'COMPLETE':
      // What was asked for a moment ago may not show yet, and the one before it still may.
      if (now() - drill.since < SHOWS_WITHIN && drill.marks.simulating === undefined) return { kind: 'waits', drill };
      return { kind: 'moved', drill: concluded(over(drill, now()), 'could-not-verify', 'the outage was ended by somebody else', now()) };
    case 'RECOVERY_REQUESTED':
    case 'RECOVERING':
      return { kind: 'moved', drill: concluded(drill, 'could-not-verify', 'the outage was ended by somebody else', now()) };
    case 'START_REQUESTED':
    case 'STARTING':
      return { kind: 'waits', drill };
    case 'SIMULATING':
      break;
  }
  const seen = marked(drill, 'simulating', now(), `Atlas simulates the outage of ${drill.region?.region ?? 'the region'}`);
  if (now() - (seen.marks.simulating ?? now()) < tempo.hold) return { kind: 'waits', drill: seen };
  return { kind: 'moved', drill: inPhase(seen, 'end', now()) };
}

/** Ends the outage, however the drill went and however often it takes: the interlock has no say, since this only undoes what we did. */
export async function end(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, deadline, world } = context;
  const at = await located(drill, context);
  const state = await world.atlas.outage(at, deadline);
  if (state === 'RECOVERY_REQUESTED' || state === 'RECOVERING')
    return { kind: 'moved', drill: inPhase(marked(drill, 'endAsked', now(), 'the region recovers'), 'recover', now()) };
  // A request that Atlas took a moment ago may not show yet.
  if (!isUnderWay(state) && drill.marks.simulating === undefined && now() - (drill.marks.outageAsked ?? 0) < SHOWS_WITHIN)
    return { kind: 'waits', drill };
  if (!isUnderWay(state)) return { kind: 'moved', drill: finished(over(drill, now()), now()) };
  const asked = marked(drill, 'endAsked', now(), 'end of the outage asked for');
  await world.atlas.endOutage(at, deadline);
  return { kind: 'moved', drill: inPhase(asked, 'recover', now()) };
}

/** Waits until the region is back. */
export async function recover(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, deadline, world } = context;
  const state = await world.atlas.outage(await located(drill, context), deadline);
  if (state === 'RECOVERY_REQUESTED' || state === 'RECOVERING') return { kind: 'waits', drill };
  if (isUnderWay(state)) {
    if (now() - drill.since < SHOWS_WITHIN) return { kind: 'waits', drill };
    return {
      kind: 'moved',
      drill: inPhase(wentWrong(drill, now(), `Atlas still says ${state}: its end is asked for again`), 'end', now()),
    };
  }
  return { kind: 'moved', drill: finished(over(drill, now()), now()) };
}

/** Atlas addresses an outage by project and name; those that were found first, so that it is ended even where the tag or the name went. */
async function located(drill: Targeted, { world, deadline }: DrillContext): Promise<NonNullable<Drill['target']>> {
  if (drill.target !== null) return drill.target;
  const found = await world.atlas.findCluster(drill.targetName.project, drill.targetName.cluster, deadline);
  if (found === null) throw new Error('the cluster is gone');
  return found;
}

function isUnderWay(state: OutageState | null): state is Exclude<OutageState, 'COMPLETE'> {
  return state !== null && state !== 'COMPLETE';
}

function over(drill: Targeted, now: Instant): Targeted {
  // The target's name stays as it was.
  return { ...marked(drill, 'complete', now, 'the outage is over'), targetName: drill.targetName };
}

function finished(drill: Drill, now: Instant): Drill {
  const { outageAsked, simulating, endAsked, complete } = drill.marks;
  const span = (from: Instant | undefined, until: Instant | undefined): number | null =>
    from === undefined || until === undefined ? null : Math.max(0, until - from);
  const spans = { start: span(outageAsked, simulating), outage: span(simulating, endAsked), recovery: span(endAsked, complete) };
  const measured = Object.fromEntries(Object.entries(spans).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
  const evidence = Object.entries(measured).map(([name, value]) => ({
    what: 'assertion' as const,
    namespace: null,
    expected: `${name}: measured`,
    found: spell(value),
    verdict: 'noted' as const,
  }));
  const seen = simulating !== undefined && complete !== undefined;
  const line = {
    what: 'assertion' as const,
    namespace: null,
    expected: 'the region went away and came back',
    found: seen ? 'it did, by Atlas’s word' : 'it was not seen to',
    verdict: seen ? ('passed' as const) : ('could-not-verify' as const),
  };
  const blind = {
    what: 'not-covered' as const,
    namespace: null,
    expected: 'the application’s own failover',
    found: 'not measured: watch the application while the region is away',
    verdict: 'noted' as const,
  };
  const whole = { ...drill, measured: { ...drill.measured, ...measured }, evidence: [line, ...evidence, blind] };
  if (drill.verdict !== null) return inPhase(whole, 'clean', now);
  return concluded(whole, seen ? 'passed' : 'could-not-verify', seen ? null : 'the outage was not seen to begin', now);
}
