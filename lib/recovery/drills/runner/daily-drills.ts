import { budgetOf } from '../../../ports/budget.ts';
import type { Head } from '../../../domain/incidents/head.ts';
import type { DrillPlan } from '../../../domain/policy/recovery-plan.ts';
import { type Duration, type Instant, SECOND } from '../../../domain/time.ts';
import { isDrillOverdue } from '../../findings/drill-findings.ts';
import type { Ports } from '../../../ports/ports.ts';
import { changeWithIncidents } from '../../findings/recovery-findings.ts';
import { planNames, rememberPlans } from '../../state/restore-tests-in-head.ts';
import { type Advancing, NO_CREDENTIALS } from '../../runner/advance.ts';
import { type DailyAnswer, EARLY, runDaily } from '../../runner/daily.ts';
import { advanceDrills, type DrillAdvancing } from './advance-drills.ts';
import { activeDrills, beginDrill, drillsIn, refuseDrill, withoutStrayRefusals, lastOf } from '../../state/drills-in-head.ts';
import { isOn } from '../../state/target-users.ts';
import { type DrillTempo, USUAL_TEMPO } from '../drill-ports.ts';

/** The time that a run needs before a measure, to read its state and the target. */
const PREPARING = 10 * SECOND;

/** `/api/cron/drill`: begins the drills that are due, advances those under way, and raises those that are overdue. Idempotent. `caller`: what called the route. Never throws. */
export async function dailyDrills(
  ports: Ports,
  { caller, ...more }: Pick<DrillAdvancing, 'sandbox' | 'tempo'> & { readonly caller?: string } = {},
): Promise<DailyAnswer> {
  const begin = async (run: Advancing): Promise<readonly string[]> => {
    const advancing = { ...run, ...more };
    const started = await beginDue(advancing);
    await advanceDrills(advancing);
    return started;
  };
  return runDaily({ name: 'drill', caller }, ports, begin, (head) => {
    const refused = Object.entries(drillsIn(head).refusals).map(([plan, { why }]) => [plan, why]);
    return { refused: Object.fromEntries(refused), overdue: overdueIn(head, ports), underWay: activeDrills(head).length };
  });
}

/** Begins the drills that are due; returns the names of their plans. */
async function beginDue(advancing: DrillAdvancing): Promise<readonly string[]> {
  const { ports, ledger, tempo = USUAL_TEMPO } = advancing;
  const plans = ports.policy.general.drills ?? [];
  const now = ports.now();
  const ids = new Map(plans.map((plan) => [plan.name, drillId(plan.scenario, now, ports.newId())]));
  const names = planNames(ports.policy.general);
  const turn = (next: Head, plan: DrillPlan): Head => {
    if (!isDrillDue(next, plan, now)) return next;
    const { scenario, name, target } = plan;
    const id = ids.get(name) ?? '';
    // A drill that can never be done is refused before it is begun, as a finding of its plan.
    const why = impossible(plan, ports, tempo);
    if (why !== null) return refuseDrill(next, { id, plan: name }, why, now);
    return beginDrill(next, { id, scenario, plan: name, by: 'cron', targetName: scenario === 'breach' ? null : target, now });
  };
  const apply = (current: Head): Head => plans.reduce(turn, withoutStrayRefusals(rememberPlans(current, names, now), names));
  const head = await ledger.update(changeWithIncidents({ apply }, advancing));
  const mine = new Set(ids.values());
  return activeDrills(head).flatMap(({ id, plan }) => (mine.has(id) && plan !== null ? [plan] : []));
}

/** Why the drill can never be done. A tabletop always can. A failover is measured in one run, so the longest of the crons, `dispatch`, must have the time. */
function impossible({ scenario, target }: DrillPlan, ports: Ports, { leastTime }: DrillTempo): string | null {
  if (scenario === 'breach') return null;
  if (!ports.recovery?.atlas) return NO_CREDENTIALS;
  const longest = budgetOf(0, ports).deliverUntil;
  const needed = leastTime + PREPARING;
  if (scenario !== 'primary-failure' || longest >= needed) return null;
  const seconds = (time: Duration): string => `${Math.round(time / SECOND)} s`;
  const command = `restorewatch drill --scenario ${scenario} --target ${target.cluster}`;
  return `a failover takes up to ${seconds(needed)} to measure, RUN_BUDGET_MS leaves a cron ${seconds(longest)}: raise it, or do the drill by hand with \`${command}\``;
}

function overdueIn(head: Head, { policy, now }: Ports): readonly string[] {
  const seen = head.recovery?.seen ?? {};
  const plans = policy.general.drills ?? [];
  return plans
    .filter((plan) => isDrillOverdue(plan, { state: drillsIn(head), seen, installedAt: head.createdAt, now: now() }))
    .map(({ name }) => name);
}

/** Sorts by scenario and time; unique for ever. */
export function drillId(scenario: string, now: Instant, unique: string): string {
  return `drill-${scenario}-${now.toString(36)}-${unique.slice(0, 8)}`;
}

/** Pure: is the plan's next drill due? Not while one of it, or anything else on its cluster, is under way. */
export function isDrillDue(head: Head, plan: DrillPlan, now: Instant): boolean {
  if (activeDrills(head).some((drill) => drill.plan === plan.name) || isTaken(head, plan)) return false;
  const last = lastOf(drillsIn(head), plan.name);
  return last === undefined || now - last.at >= plan.every - EARLY;
}

/** Is anything else on the drill's cluster? A tabletop has none. */
function isTaken(head: Head, { scenario, target }: DrillPlan): boolean {
  if (scenario === 'breach') return false;
  const tests = head.recovery?.tests ?? [];
  return activeDrills(head).some((drill) => isOn(drill, target)) || tests.some((test) => isOn(test, target));
}
