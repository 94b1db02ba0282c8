import { dailyDrills } from '../recovery/drills/runner/daily-drills.ts';
import type { PortsWithSecrets } from '../recovery/drills/runner/drill-lessons.ts';
import { calledWithPorts, openPorts } from './wire.ts';
import { environment } from './load-environment.ts';

// Drills by hand: the command line reaches them only here.
export { addFollowUp, addLesson, closeFollowUp, endOfDay, readReport } from '../recovery/drills/runner/drill-lessons.ts';
export { checklist } from '../recovery/drills/breach-tabletop.ts';
export { chosenDrill, reportStep, startDrill } from '../recovery/drills/runner/start-drill.ts';
export { followDrill } from '../recovery/drills/runner/advance-drills.ts';
export { markdownOf } from '../recovery/drills/drill-report.ts';
export { activeDrills, drillsIn, latestEnded } from '../recovery/state/drills-in-head.ts';

export type { PortsWithSecrets };

/** The ports for drills by hand. Throws `EnvironmentError`. */
export async function openForDrills(): Promise<PortsWithSecrets> {
  const ports = await openPorts();
  return { ...ports, secrets: environment().secrets };
}

/** `/api/cron/drill`. */
export const runDrills = calledWithPorts((ports, caller) => dailyDrills(ports, { caller }));
