import { prepared } from '../../alerts/deliver.ts';
import { budgetOf } from '../../budget.ts';
import type { Head } from '../../domain/head.ts';
import type { DrillPlan } from '../../domain/recovery-plan.ts';
import { type Duration, type Instant, SECOND } from '../../domain/time.ts';
import { isDrillOverdue } from '../../incidents/drills.ts';
import { courierOf, type Parts, wordsOf } from '../../parts.ts';
import { sendAll } from '../../send.ts';
import { opened } from '../daily.ts';
import { withRecoveryIncidents } from '../findings.ts';
import { planNames, seenPlans } from '../../recovery/state.ts';
import { NO_CREDENTIALS } from '../surroundings.ts';
import { advanceDrills, type DrillAdvancing } from './advance.ts';
import { isDrillDue } from '../../recovery/drills/due.ts';
import { activeDrills, begun, drillsIn, refusedDrill, withoutStrayRefusals } from '../../recovery/drills/state.ts';
import { type DrillTempo, USUAL_TEMPO } from '../../recovery/drills/world.ts';

/** Before a measure a run reads its state, and the target. */
const PREPARING = 10 * SECOND;

export type DailyDrillsAnswer =
  | {
      readonly status: 200;
      readonly body: {
        readonly started: readonly string[];
        readonly refused: Readonly<Record<string, string>>;
        readonly overdue: readonly string[];
        readonly underWay: number;
      };
    }
  | { readonly status: 500; readonly body: { readonly error: string } };

/** `/api/cron/drill`: begins the drills that are due, moves them on, and raises those that are overdue. Idempotent. Never throws. */
export async function dailyDrills(parts: Parts, more: Pick<DrillAdvancing, 'sandbox' | 'tempo'> = {}): Promise<DailyDrillsAnswer> {
  try {
    const { deliverUntil, collectUntil } = budgetOf(parts.now(), parts);
    const ledger = await opened(parts);
    const courier = { ...courierOf(parts, parts.newId()), deadline: deliverUntil };
    const advancing: DrillAdvancing = { parts, ledger, courier, deadline: collectUntil, ...more };
    const started = await beginDue(advancing);
    await advanceDrills(advancing);
    await sendAll(ledger, courier);
    const head = ledger.head();
    const { refusals } = drillsIn(head);
    const refused = Object.fromEntries(Object.entries(refusals).map(([plan, { why }]) => [plan, why]));
    return { status: 200, body: { started, refused, overdue: overdueIn(head, parts), underWay: activeDrills(head).length } };
  } catch (cause) {
    const words = wordsOf(cause);
    parts.log(`drill failed: ${words}`);
    return { status: 500, body: { error: words } };
  }
}

/** The plans whose drill is due, with the ids that they would have. */
async function beginDue({ parts, ledger, courier, tempo = USUAL_TEMPO }: DrillAdvancing): Promise<readonly string[]> {
  const plans = parts.policy.general.drills ?? [];
  const now = parts.now();
  const ids = new Map(plans.map((plan) => [plan.name, drillId(plan.scenario, now, parts.newId())]));
  const head = await ledger.update({
    apply: (current, revision) => {
      const names = planNames(parts.policy.general);
      const known = withoutStrayRefusals(seenPlans(current, names, now), names);
      const next = plans.reduce(
        (so, plan) => (isDrillDue(so, plan, now) ? beganOrRefused(so, plan, { parts, id: ids.get(plan.name) ?? '', now, tempo }) : so),
        known,
      );
      return prepared(withRecoveryIncidents(next, parts, revision), courier);
    },
  });
  const mine = new Set(ids.values());
  return activeDrills(head).flatMap(({ id, plan }) => (mine.has(id) && plan !== null ? [plan] : []));
}

/** What can never be done is refused before it is begun, and says so where it is planned. */
function beganOrRefused(
  head: Head,
  plan: DrillPlan,
  { parts, id, now, tempo }: { readonly parts: Parts; readonly id: string; readonly now: Instant; readonly tempo: DrillTempo },
): Head {
  const { scenario, name, target } = plan;
  const why = impossible(plan, parts, tempo);
  if (why !== null) return refusedDrill(head, { id, plan: name }, why, now);
  return begun(head, { id, scenario, plan: name, by: 'cron', targetName: scenario === 'breach' ? null : target, now });
}

/** A tabletop needs nothing. A failover is measured in one go, which the longest of the crons, `dispatch`, must have the time for. */
function impossible({ scenario, target }: DrillPlan, parts: Parts, { leastTime }: DrillTempo): string | null {
  if (scenario === 'breach') return null;
  if (!parts.recovery?.atlas) return NO_CREDENTIALS;
  const longest = budgetOf(0, parts).deliverUntil;
  const needed = leastTime + PREPARING;
  if (scenario !== 'primary-failure' || longest >= needed) return null;
  const seconds = (time: Duration): string => `${Math.round(time / SECOND)} s`;
  const command = `npm run drill -- --scenario ${scenario} --target ${target.cluster}`;
  return `a failover takes up to ${seconds(needed)} to measure, RUN_BUDGET_MS leaves a cron ${seconds(longest)}: raise it, or do the drill by hand with \`${command}\``;
}

function overdueIn(head: Head, { policy, now }: Parts): readonly string[] {
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
