import { clean, cut } from '../../alerts/plain.ts';
import type { Drill } from '../../domain/drill.ts';
import type { GeneralPolicy } from '../../domain/policy.ts';
import { DRILL_SCENARIOS, type DrillScenario } from '../../domain/restore-test.ts';
import { courierOf, type Parts } from '../../parts.ts';
import { sendAll } from '../../send.ts';
import { opened } from '../daily.ts';
import { NO_CREDENTIALS } from '../surroundings.ts';
import { end } from './advance.ts';
import { withStep } from '../../recovery/drills/breach.ts';
import { drillId } from './daily.ts';
import { drillRecord, endedOf } from '../../recovery/drills/record.ts';
import { activeDrills, begun, changedDrill, drillIn, endedDrill } from '../../recovery/drills/state.ts';
import { DrillError } from '../../recovery/drills/world.ts';

const LONGEST_NOTE = 2_000;
/** How long what was sent at the end of a command may take. */
const SEND_WITHIN = 30_000;

export type Chosen = Pick<Drill, 'plan' | 'targetName' | 'scenario'>;

/** Pure: which cluster a drill by hand is done to. Only what restorable.config.ts names; throws `DrillError` that says what there is. */
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

function isCalled({ project, cluster }: { readonly project: string; readonly cluster: string }, text: string): boolean {
  return text === cluster || text === `${project}/${cluster}`;
}

function noTarget(
  scenario: string,
  asked: string | undefined,
  targets: readonly { readonly project: string; readonly cluster: string }[],
): string {
  const names = [...new Set(targets.map(({ project, cluster }) => `${project}/${cluster}`))];
  const there = names.length === 0 ? 'it names no sandbox at all' : `it names ${names.join(', ')}`;
  if (asked === undefined)
    return `drill: restorable.config.ts has no drill of ${scenario}; ${there}. Plan one under \`drills\`, or name one of these with --target`;
  return `drill: the target ${cut(clean(asked), 80)} is not named in restorable.config.ts; ${there}. A target is never inferred: name it there first`;
}

/** Begins a drill; its id. A tabletop under way goes on. Throws `DrillError` where nothing may be restored at all, and `StoreError`. */
export async function startDrill(parts: Parts, chosen: Chosen, by: string): Promise<string> {
  if (chosen.scenario !== 'breach' && !parts.recovery?.atlas) throw new DrillError(`drill: refused: ${NO_CREDENTIALS}`);
  const ledger = await opened(parts);
  const known = activeDrills(ledger.head()).find((drill) => isSameDrill(drill, chosen));
  if (known) return known.id;
  const now = parts.now();
  const id = drillId(chosen.scenario, now, parts.newId());
  await ledger.update({ apply: (head) => begun(head, { ...chosen, id, by: clean(by), now }) });
  return id;
}

function isSameDrill(drill: Drill, { scenario, plan, targetName }: Chosen): boolean {
  return drill.scenario === scenario && drill.plan === plan && drill.targetName?.cluster === targetName?.cluster;
}

/** One step of the tabletop, by whom; the drill as it is then, or as it ended. Throws `DrillError` for a step that there is not, or no note. */
export async function reportStep(
  parts: Parts,
  id: string,
  report: { readonly step: number; readonly by: string; readonly note: string },
): Promise<Drill> {
  const ledger = await opened(parts);
  const said = { ...report, by: clean(report.by), note: cut(clean(report.note), LONGEST_NOTE) };
  const now = parts.now();
  const drill = drillIn(ledger.head(), id);
  const next = drill && withStep(drill, said, now);
  if (next === undefined) throw new DrillError(`drill: ${id} is not under way`);
  if (typeof next === 'string') throw new DrillError(`drill: ${next}`);
  if (next.verdict === null) {
    // Applied to whatever the head is by then: somebody else may have reported another step.
    const head = await ledger.update({
      apply: (current) => changedDrill(current, id, (known) => orKept(withStep(known, said, now), known)),
    });
    return drillIn(head, id) ?? next;
  }
  const courier = { ...courierOf(parts, parts.newId()), deadline: now + SEND_WITHIN };
  const record = drillRecord(next, parts.policy.general.recovery, now);
  await end(id, (head) => endedDrill(head, endedOf(next, now)), record, { parts, ledger, courier });
  await sendAll(ledger, courier);
  return next;
}

function orKept(next: Drill | string, known: Drill): Drill {
  return typeof next === 'string' ? known : next;
}
