import { plural } from '../../domain/text.ts';
import type { Drill, DrillState } from '../../domain/recovery/drill.ts';
import { type Evidence, failing, type Finding, ok, type Resource } from '../../domain/findings/finding.ts';
import type { DrillPlan } from '../../domain/policy/recovery-plan.ts';
import { ORGANISATION } from '../../domain/memory/cluster-subject.ts';
import { HOUR, type Instant, iso, spell } from '../../domain/time.ts';
import { drill } from '../../evaluate/checks/drill.ts';
import { lastOf } from '../state/drills-in-head.ts';

const check = drill.id;
/** A simulated outage that could not be ended for so long fails the check; Atlas itself ends it only after three days. */
const OUTAGE_TOLD_AFTER = HOUR;
/** Follow-ups that the evidence names. */
const NAMED = 10;

export type DrillInput = {
  readonly state: DrillState | undefined;
  readonly plans: readonly DrillPlan[];
  readonly seen: Readonly<Record<string, Instant>>;
  readonly installedAt: Instant;
  readonly now: Instant;
};

/** One finding for each plan (overdue, refused or failed drills), one for an outage that does not end, and one for open follow-ups. */
export function drillFindings(input: DrillInput): readonly Finding[] {
  return [...input.plans.map((plan) => planFinding(plan, input)), ...outages(input), ...followUps(input)];
}

/** Pure: was the plan's last drill longer ago than policy allows? Exactly at the limit it is not overdue. */
export function isDrillOverdue(plan: DrillPlan, input: Omit<DrillInput, 'plans'>): boolean {
  return input.now - lastDone(plan, input).since > plan.every + plan.grace;
}

function lastDone({ name }: DrillPlan, { state, seen, installedAt }: Omit<DrillInput, 'plans'>) {
  const last = state && lastOf(state, name);
  return { last, since: last?.at ?? seen[name] ?? installedAt };
}

function planFinding(plan: DrillPlan, input: DrillInput): Finding {
  const { state, now } = input;
  const resource: Resource = { ...ORGANISATION, name: `drill ${plan.name}`, part: `${check}:${plan.name}` };
  const { last, since } = lastDone(plan, input);
  const command = commandOf(plan);
  const evidence: Evidence = last ? [['record', last.id]] : [];
  const warning = (summary: string, action: string, startedAt: Instant): Finding =>
    failing({ check, resource, severity: 'warning', summary, action, evidence, startedAt });
  if (last && last.verdict !== 'passed') {
    const summary = `the drill of ${iso(last.at)} ${last.verdict === 'failed' ? 'failed' : 'could not be verified'}: ${last.summary}`;
    return warning(summary, `Read its report, then do it again: ${command}.`, last.at);
  }
  const refused = state?.refusals[plan.name];
  if (refused) return warning(`the drill is refused: ${refused.why}`, `Mend what it names, then ${command}.`, refused.at);
  if (!isDrillOverdue(plan, input)) {
    const summary = last ? `last done ${iso(last.at)}: ${last.summary}` : 'not done yet; not overdue';
    return ok({ check, resource, summary, evidence });
  }
  const overdue = last
    ? `the last drill of ${plan.scenario} was ${spell(now - since)} ago, every ${spell(plan.every)} was promised`
    : `the drill of ${plan.scenario} was never done`;
  const active = state?.active?.find((drill) => drill.plan === plan.name);
  return warning(`${overdue}${underWay(active)}`, `Do it: ${command}.`, since + plan.every);
}

function commandOf({ scenario, target }: DrillPlan): string {
  return `\`restorewatch drill --scenario ${scenario}${scenario === 'breach' ? '' : ` --target ${target.cluster}`}\``;
}

function underWay(drill: Drill | undefined): string {
  if (!drill) return '';
  const how = drill.scenario === 'breach' ? `${drill.steps.length} of its steps are reported` : `in phase ${drill.phase}`;
  return `; one is under way since ${iso(drill.startedAt)}, ${how}`;
}

/** The finding for an outage that a drill of ours started and cannot end. */
function outages({ state, now }: DrillInput): readonly Finding[] {
  const resource: Resource = { ...ORGANISATION, name: 'simulated outages', part: `${check}:outages` };
  if (!state) return [];
  const stuck = (state.active ?? []).find((drill) => now - (endedSince(drill) ?? now) > OUTAGE_TOLD_AFTER);
  if (!stuck) return [ok({ check, resource, summary: 'no simulated outage is left open' })];
  const since = endedSince(stuck) ?? now;
  const name = stuck.targetName === null ? 'the cluster' : `${stuck.targetName.cluster} (project ${stuck.targetName.project})`;
  const summary = `the simulated outage of ${name} could not be ended for ${spell(now - since)}: ${reasonOf(stuck)}`;
  const action = 'End it in Atlas: the cluster’s “…” menu, Test Resilience, End outage simulation. We go on trying.';
  return [failing({ check, resource, severity: 'critical', summary, action, evidence: [['drill', stuck.id]], startedAt: since })];
}

/** Since when an outage is being ended; null where none is. The first request counts, however often it is repeated. */
function endedSince({ phase, since, marks }: Drill): Instant | null {
  return phase === 'end' || phase === 'recover' ? (marks.endAsked ?? since) : null;
}

function reasonOf({ troubles, marks }: Drill): string {
  if (troubles !== null) return troubles.last;
  return marks.endAsked === undefined ? 'no reason is known' : 'Atlas took the request, and does not say that the region is back';
}

function followUps({ state, now }: DrillInput): readonly Finding[] {
  if (!state) return [];
  const resource: Resource = { ...ORGANISATION, name: 'drill follow-ups', part: `${check}:follow-ups` };
  const open = state.followUps;
  const [oldest] = open.toSorted((a, b) => a.since - b.since);
  if (!oldest) return [ok({ check, resource, summary: 'every follow-up is closed' })];
  const late = open.filter(({ due }) => due !== null && due < now).length;
  const promised = late > 0 ? `, ${late} past the promised day` : '';
  const summary = `${plural(open.length, 'follow-up')} of drills ${open.length === 1 ? 'is' : 'are'} open${promised}; the oldest since ${iso(oldest.since)}: ${oldest.text}`;
  const evidence = open
    .slice(0, NAMED)
    .map(({ id, text, due }) => [id, due === null ? text : `${text} (by ${iso(due).slice(0, 10)})`] as const);
  const action = 'Do them, then `restorewatch drill --close ID`.';
  return [failing({ check, resource, severity: late > 0 ? 'warning' : 'info', summary, action, evidence, startedAt: oldest.since })];
}
