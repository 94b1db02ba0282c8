import type { Head } from '../../domain/head.ts';
import type { DrillPlan } from '../../domain/recovery-plan.ts';
import { HOUR, type Instant } from '../../domain/time.ts';
import { activeDrills, drillsIn, isOn, lastOf } from './state.ts';

/** The daily cron does not come to the minute: what would be due within this time is begun. */
const EARLY = 2 * HOUR;

/** Pure: is the plan's next drill due? Not while one of it, or anything else on its cluster, is under way. */
export function isDrillDue(head: Head, plan: DrillPlan, now: Instant): boolean {
  if (activeDrills(head).some((drill) => drill.plan === plan.name) || isTaken(head, plan)) return false;
  const last = lastOf(drillsIn(head), plan.name);
  return last === undefined || now - last.at >= plan.every - EARLY;
}

/** A tabletop touches nothing, so nothing is in its way. */
function isTaken(head: Head, { scenario, target }: DrillPlan): boolean {
  if (scenario === 'breach') return false;
  const tests = head.recovery?.tests ?? [];
  return activeDrills(head).some((drill) => isOn(drill, target)) || tests.some((test) => isOn(test, target));
}
