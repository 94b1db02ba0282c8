import { clean, cut } from '../../../domain/text.ts';
import type { Drill } from '../../../domain/recovery/drill.ts';
import type { Head } from '../../../domain/incidents/head.ts';
import type { GeneralPolicy } from '../../../domain/policy/policy.ts';
import { type ClusterName, DRILL_SCENARIOS, type DrillScenario } from '../../../domain/recovery/restore-test.ts';
import { openHead, openSession } from '../../../ports/change-head.ts';
import { type Ports } from '../../../ports/ports.ts';
import { NO_CREDENTIALS } from '../../runner/advance.ts';
import { withRecoveryIncidents } from '../../findings/recovery-findings.ts';
import { withStep } from '../breach-tabletop.ts';
import { drillId } from './daily-drills.ts';
import { SEND_WITHIN, storableText, type PortsWithSecrets } from './drill-lessons.ts';
import { drillRecord, endedOf } from '../drill-report.ts';
import { activeDrills, beginDrill, changeDrill, drillIn, endDrill } from '../../state/drills-in-head.ts';
import { isOn } from '../../state/target-users.ts';
import { DrillError } from '../drill-ports.ts';

export type Chosen = Pick<Drill, 'plan' | 'targetName' | 'scenario'>;

/** Pure: the cluster that a drill by hand is done to, which restorewatch.config.ts must name. Throws `DrillError`, which says what there is. */
export function chosenDrill(
  { drills = [], restoreTests = [] }: Pick<GeneralPolicy, 'drills' | 'restoreTests'>,
  asked: { readonly scenario: string; readonly target?: string | undefined },
): Chosen {
  const scenario = scenarioOf(asked.scenario);
  const plans = drills.filter((plan) => plan.scenario === scenario);
  if (scenario === 'breach') return { scenario, plan: plans[0]?.name ?? null, targetName: null };
  const fitting = plans.filter(({ target }) => asked.target === undefined || isCalled(target, asked.target));
  const [first, second] = fitting;
  if (first && second)
    throw new DrillError(
      `drill: there are several plans of ${scenario}: say --target ${fitting.map(({ target }) => `${target.project}/${target.cluster}`).join(' or ')}`,
    );
  if (first) return { scenario, plan: first.name, targetName: first.target };
  const targets = [...drills, ...restoreTests].map(({ target }) => target);
  const other = targets.find((target) => asked.target !== undefined && isCalled(target, asked.target));
  if (other) return { scenario, plan: null, targetName: other };
  throw new DrillError(noTarget(scenario, asked.target, targets));
}

function scenarioOf(text: string): DrillScenario {
  const found = DRILL_SCENARIOS.find((scenario) => scenario === text);
  if (!found) throw new DrillError(`drill: there is no scenario “${cut(clean(text), 60)}”; there are ${DRILL_SCENARIOS.join(', ')}`);
  return found;
}

function isCalled({ project, cluster }: ClusterName, text: string): boolean {
  return text === cluster || text === `${project}/${cluster}`;
}

function noTarget(scenario: string, asked: string | undefined, targets: readonly ClusterName[]): string {
  const names = [...new Set(targets.map(({ project, cluster }) => `${project}/${cluster}`))];
  const there = names.length === 0 ? 'it names no sandbox at all' : `it names ${names.join(', ')}`;
  if (asked === undefined)
    return `drill: restorewatch.config.ts has no drill of ${scenario}; ${there}. Plan one under \`drills\`, or name one of these with --target`;
  return `drill: the target ${cut(clean(asked), 80)} is not named in restorewatch.config.ts; ${there}. A target is never inferred: name it there first`;
}

/** Begins a drill, or goes on with the same one under way; returns its id. Throws `DrillError` where nothing may be restored at all, and `StoreError`. */
export async function startDrill(ports: Ports, chosen: Chosen, by: string): Promise<string> {
  if (chosen.scenario !== 'breach' && !ports.recovery?.atlas) throw new DrillError(`drill: refused: ${NO_CREDENTIALS}`);
  const ledger = await openHead(ports);
  const underWay = (head: Head): Drill | undefined => activeDrills(head).find((drill) => isSameDrill(drill, chosen));
  const first = underWay(ledger.head());
  if (first) return first.id;
  const now = ports.now();
  const id = drillId(chosen.scenario, now, ports.newId());
  const head = await ledger.update({
    apply: (current) => (underWay(current) ? current : beginDrill(current, { ...chosen, id, by: clean(by), now })),
  });
  return underWay(head)?.id ?? id;
}

function isSameDrill(drill: Drill, { scenario, plan, targetName }: Chosen): boolean {
  if (drill.scenario !== scenario || drill.plan !== plan) return false;
  return targetName === null ? drill.targetName === null : isOn(drill, targetName);
}

/**
 * Reports one step of the tabletop; returns the drill as it is afterwards. Throws `DrillError` for an unknown step, a missing note, or a drill that has
 * ended meanwhile, and `StoreError`.
 */
export async function reportStep(
  ports: PortsWithSecrets,
  id: string,
  { step, by, note }: { readonly step: number; readonly by: string; readonly note: string },
): Promise<Drill> {
  const now = ports.now();
  const report = { step, by: storableText(by, ports.secrets), note: storableText(note, ports.secrets) };
  const reported = (head: Head): Drill | string => {
    const drill = drillIn(head, id);
    return drill ? withStep(drill, report, now) : `${id} is not under way; what comes later is added with --lesson`;
  };
  const { ledger, change, send } = await openSession(ports, now + SEND_WITHIN);
  known(reported(ledger.head()));
  // Decided on the head of the swap: somebody else may report a step at the same moment, and the later of both ends the drill.
  let before = ledger.head();
  await change({
    apply: (head, revision) => {
      before = head;
      const next = reported(head);
      if (typeof next === 'string') return head;
      if (next.verdict === null) return changeDrill(head, id, () => next);
      return withRecoveryIncidents(endDrill(head, endedOf(next, now)), ports, revision);
    },
    records: (head) => {
      const next = reported(head);
      return typeof next === 'string' || next.verdict === null ? [] : [drillRecord(next, ports.policy.general.recovery, now)];
    },
  });
  await send();
  return known(reported(before));
}

function known(next: Drill | string): Drill {
  if (typeof next === 'string') throw new DrillError(`drill: ${next}`);
  return next;
}
