import { type Courier, prepared } from '../../alerts/deliver.ts';
import { clean, cut } from '../../alerts/plain.ts';
import type { Drill } from '../../domain/drill.ts';
import type { Head } from '../../domain/head.ts';
import type { GeneralPolicy } from '../../domain/policy.ts';
import type { LogRecord } from '../../domain/record.ts';
import { DRILL_SCENARIOS, type DrillScenario } from '../../domain/restore-test.ts';
import type { Instant } from '../../domain/time.ts';
import { courierOf, type Parts } from '../../parts.ts';
import { sendAll } from '../../send.ts';
import { opened } from '../daily.ts';
import { NO_CREDENTIALS } from '../surroundings.ts';
import { withRecoveryIncidents } from '../findings.ts';
import { withStep } from '../../recovery/drills/breach.ts';
import { drillId } from './daily.ts';
import { said, type SpokenParts } from './said.ts';
import { drillRecord, endedOf } from '../../recovery/drills/record.ts';
import { activeDrills, begun, changedDrill, drillIn, endedDrill, isOn } from '../../recovery/drills/state.ts';
import { DrillError } from '../../recovery/drills/world.ts';

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
  const underWay = (head: Head): Drill | undefined => activeDrills(head).find((drill) => isSameDrill(drill, chosen));
  const first = underWay(ledger.head());
  if (first) return first.id;
  const now = parts.now();
  const id = drillId(chosen.scenario, now, parts.newId());
  const head = await ledger.update({
    apply: (current) => (underWay(current) ? current : begun(current, { ...chosen, id, by: clean(by), now })),
  });
  return underWay(head)?.id ?? id;
}

function isSameDrill(drill: Drill, { scenario, plan, targetName }: Chosen): boolean {
  if (drill.scenario !== scenario || drill.plan !== plan) return false;
  return targetName === null ? drill.targetName === null : isOn(drill, targetName);
}

/**
 * One step of the tabletop, by whom; the drill as it is then, or as it ended. Throws `DrillError` for a step that there is not, no note, or a drill that has
 * ended meanwhile, and `StoreError`.
 */
export async function reportStep(
  parts: SpokenParts,
  id: string,
  { step, by, note }: { readonly step: number; readonly by: string; readonly note: string },
): Promise<Drill> {
  const ledger = await opened(parts);
  const now = parts.now();
  const report = { step, by: said(by, parts.secrets), note: said(note, parts.secrets) };
  const reported = (head: Head): Drill | string => {
    const drill = drillIn(head, id);
    return drill ? withStep(drill, report, now) : `${id} is not under way; what comes later is added with --lesson`;
  };
  known(reported(ledger.head()));
  const courier = { ...courierOf(parts, parts.newId()), deadline: now + SEND_WITHIN };
  // Decided on whatever the head is by then: somebody else may report a step at the same moment, and the last of both ends the drill.
  let before = ledger.head();
  await ledger.update({
    apply: (head, revision) => {
      before = head;
      const next = reported(head);
      return typeof next === 'string' ? head : withReported(head, next, { parts, courier, revision, now });
    },
    records: (head) => recordsOf(reported(head), parts, now),
  });
  await sendAll(ledger, courier);
  return known(reported(before));
}

function known(next: Drill | string): Drill {
  if (typeof next === 'string') throw new DrillError(`drill: ${next}`);
  return next;
}

type Reporting = { readonly parts: Parts; readonly courier: Courier; readonly revision: number; readonly now: Instant };

function withReported(head: Head, next: Drill, { parts, courier, revision, now }: Reporting): Head {
  if (next.verdict === null) return changedDrill(head, next.id, () => next);
  return prepared(withRecoveryIncidents(endedDrill(head, endedOf(next, now)), parts, revision), courier);
}

function recordsOf(next: Drill | string, { policy }: Parts, now: Instant): readonly LogRecord[] {
  return typeof next === 'string' || next.verdict === null ? [] : [drillRecord(next, policy.general.recovery, now)];
}
