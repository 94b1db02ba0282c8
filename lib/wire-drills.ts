import { dailyDrills, type DailyDrillsAnswer } from './proving/drills/daily.ts';
import { openForPeople } from './wire.ts';

// What the command line does by hand; app and scripts reach it here alone.
export { addFollowUp, addLesson, closeFollowUp, endOfDay, readReport } from './proving/drills/aftermath.ts';
export { checklist } from './recovery/drills/breach.ts';
export { chosenDrill, reportStep, startDrill } from './proving/drills/by-hand.ts';
export { followDrill } from './proving/drills/follow.ts';
export { markdownOf } from './recovery/drills/report-markdown.ts';
export { activeDrills, drillIn, drillsIn, latestEnded } from './recovery/drills/state.ts';

export type { Parts as DrillParts } from './parts.ts';
export { openForPeople };

/** `/api/cron/drill`. */
export async function runDrills(): Promise<DailyDrillsAnswer> {
  return dailyDrills(await openForPeople());
}
