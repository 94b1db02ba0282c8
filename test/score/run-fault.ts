import type { CheckId } from '../../lib/domain/policy/policy.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import type { Act, Fault } from './fault.ts';
import { type Observer, observer } from './observe.ts';
import { type Result, untimelyEnds, verdictOf } from './verdict.ts';
import { openWorld, type World } from './world.ts';

/** Healthy checks before the fault, so that there is a past; then it begins seven minutes after one. */
const HEALTHY = 2 * HOUR;
const OFF_THE_HOUR = 7 * MINUTE;
/** As vercel.json has it; over a day and more, where nothing hangs on the minutes, the half-hour saves time. */
const DISPATCH_EVERY = 5 * MINUTE;
const DISPATCH_SELDOM = 30 * MINUTE;
const LONG = 6 * HOUR;

type Appointment = { readonly at: Instant; readonly act: Act };

/** Plays one fault to its end in a world of its own. */
export async function runFault(fault: Fault): Promise<Result> {
  const world = await openWorld(fault.setup ?? {});
  try {
    return await play(fault, world);
  } finally {
    await world.close();
  }
}

async function play(fault: Fault, world: World): Promise<Result> {
  const watching = observer(world);
  const begin = world.time.now();
  await fault.setup?.before?.(world);
  const startedAt = begin + HEALTHY + OFF_THE_HOUR;
  await keep(world, watching, begin, startedAt, []);
  const early = [...watching.seen.values()].map((one) => `notified before the fault began: ${one.check} of ${one.about} (${one.summary})`);
  const acts = [[0, fault.start] as const, ...(fault.later ?? [])].map(([after, act]) => ({ at: startedAt + after, act }));
  await keep(world, watching, startedAt, startedAt + fault.lasts, acts);
  const untimely = untimelyEnds(fault, watching.seen);
  const unmended = await mended(fault, world, watching);
  const unproven = (await fault.proof?.(world)) ?? null;
  return verdictOf(fault, { observed: watching.seen, startedAt, early, untimely, unmended, unproven });
}

/** The incident of a fault that nobody can repair stays open while the fault lies in the restore window. */
const STAYS: ReadonlySet<CheckId> = new Set(['pitr-break', 'cluster-gone']);

async function mended(fault: Fault, world: World, watching: Observer): Promise<string | null> {
  if (!fault.mend) return null;
  const at = world.time.now();
  await keep(world, watching, at, at + (fault.endsWithin ?? HOUR), [{ at, act: fault.mend }]);
  const open = [...watching.seen.values()].filter((one) => !STAYS.has(one.check) && (!one.resolved || one.openAt.length > 0));
  const words = open.map(
    (one) =>
      `${one.check} of ${one.about} ${one.resolved ? `ended, and ${one.openAt.join(', ')} was not notified of the end` : 'did not end'}`,
  );
  if (world.pagerduty.alerts.some(({ state }) => state !== 'resolved')) words.push('an alert stays open at PagerDuty');
  return words.length === 0 ? null : `after the mend ${words.join('; ')}`;
}

/** Keeps the appointments from `from` (with it) to `to` (without it): checks on the hour, dispatches, and others. */
async function keep(world: World, watching: Observer, from: Instant, to: Instant, others: readonly Appointment[]): Promise<void> {
  const ticks: Appointment[] = [];
  const every = to - from > LONG ? DISPATCH_SELDOM : DISPATCH_EVERY;
  for (let at = Math.ceil(from / every) * every; at < to; at += every) {
    if (at % HOUR === 0) ticks.push({ at, act: ({ cron }) => finished(cron.check()) });
    ticks.push({ at, act: ({ cron }) => finished(cron.dispatch()) });
  }
  for (const { at, act } of [...others, ...ticks].toSorted((a, b) => a.at - b.at)) {
    world.time.moveTo(at);
    await act(world);
    await watching.look();
  }
  world.time.moveTo(to);
}

async function finished(work: Promise<unknown>): Promise<void> {
  await work;
}
