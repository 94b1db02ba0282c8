import { dailyDrills, type DailyDrillsAnswer } from './proving/drills/daily.ts';
import type { SpokenParts } from './proving/drills/said.ts';
import { openForPeople } from './wire.ts';
import { environment } from './wire-environment.ts';

// What the command line does by hand; app and scripts reach it here alone.
export { addFollowUp, addLesson, closeFollowUp, endOfDay, readReport } from './proving/drills/aftermath.ts';
export { checklist } from './recovery/drills/breach.ts';
export { chosenDrill, reportStep, startDrill } from './proving/drills/by-hand.ts';
export { followDrill } from './proving/drills/follow.ts';
export { markdownOf } from './recovery/drills/report-markdown.ts';
export { activeDrills, drillIn, drillsIn, latestEnded } from './recovery/drills/state.ts';

export type { SpokenParts as DrillParts } from './proving/drills/said.ts';

/** The parts that the command line works with. Throws `EnvironmentError`. */
export async function openForDrills(): Promise<SpokenParts> {
  const parts = await openForPeople();
  return { ...parts, secrets: environment().secrets };
}

/** `/api/cron/drill`. */
export async function runDrills(): Promise<DailyDrillsAnswer> {
  return dailyDrills(await openForPeople());
}
