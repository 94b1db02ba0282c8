import { type Evidence, exempt, failing, type Finding, notKnown, ok, type Resource } from '../domain/finding.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import type { ClusterName, Located, Proof, RecoveryState } from '../domain/restore-test.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { DAY, type Duration, type Instant, iso, spell } from '../domain/time.ts';

const check = 'restore-test';
/** As with the alert path: seen on the page from the start, told after a week. */
const NO_PLAN_AFTER = 7 * DAY;
/** A proof is about to expire when its recovery point has less than this left. */
const EXPIRES_SOON = DAY;

/** What a source's name stands for; `null`: nothing that we know; `exempt`: nothing is promised for it, and why. */
export type Locate = (name: ClusterName) => { readonly at: Located; readonly exempt: string | null } | null;

export type RestoreTestInput = {
  readonly state: RecoveryState;
  readonly plans: readonly RestorePlan[];
  readonly locate: Locate;
  readonly targets: { readonly rto: Duration; readonly rpo: Duration };
  readonly installedAt: Instant;
  readonly now: Instant;
};

/** What restore tests come to: one finding a source (plan 5.1: a restore test that fails in any way is critical), and one where there is no plan at all. */
export function restoreTestFindings(input: RestoreTestInput): readonly Finding[] {
  const { plans } = input;
  if (plans.length === 0) return [noPlan(input)];
  const each = plans.flatMap((plan) => plan.sources.map((source) => ({ plan, source })));
  const findings = new Map(each.map(({ plan, source }) => [`${source.project}/${source.cluster}`, sourceFinding(plan, source, input)]));
  const planned: Resource = { ...ORGANISATION, name: 'restore tests', part: check };
  return [ok({ check, resource: planned, summary: `${plans.length} plan(s) in policy` }), ...findings.values()];
}

function noPlan({ installedAt, now }: RestoreTestInput): Finding {
  const resource: Resource = { ...ORGANISATION, name: 'restore tests', part: check };
  const summary = 'no restore test is planned: nobody knows whether these backups can be restored';
  if (now - installedAt <= NO_PLAN_AFTER) return exempt({ check, resource, summary });
  const action = 'Name sources and a sandbox under `restoreTests` in restorable.config.ts (README, “Restore tests”).';
  return failing({ check, resource, severity: 'info', summary, action, startedAt: installedAt });
}

function sourceFinding(plan: RestorePlan, source: ClusterName, input: RestoreTestInput): Finding {
  const found = input.locate(source);
  const name = `${source.cluster} (project ${source.project})`;
  const nowhere: Resource = { ...ORGANISATION, name: `restore test of ${name}`, part: `${check}:${source.project}/${source.cluster}` };
  if (found === null)
    return notKnown({
      check,
      resource: nowhere,
      summary: `no cluster ${name} is known: mend the source in restorable.config.ts, or give access to its project`,
    });
  const { projectId, projectName, clusterId } = found.at;
  const resource: Resource = { projectId, projectName, clusterId, name: found.at.name };
  if (found.exempt !== null) return exempt({ check, resource, summary: found.exempt });
  const proofs = input.state.proofs.filter((proof) => proof.source.clusterId === clusterId);
  return (
    lastVerdict(resource, proofs, input) ??
    refusal(resource, plan, input) ??
    lateness(resource, plan, proofs, input) ??
    fading(resource, plan, proofs, input)
  );
}

const FAILED =
  'Read the evidence, and restore the same point by hand (runbook). Until a test passes, take this backup for one that cannot be restored.';
const UNVERIFIED =
  'See what kept it from being verified: the sandbox, its credentials, the network. `npm run restore-test -- --start` begins another one.';

/** The newest test that ended decides: failed is critical, one that could not be verified a warning, two of them running critical. */
function lastVerdict(resource: Resource, proofs: readonly Proof[], input: RestoreTestInput): Finding | null {
  const [before, last] = [proofs.at(-2), proofs.at(-1)];
  if (!last || last.verdict === 'passed') return null;
  const evidence = evidenceOf(last, proofs, input);
  const startedAt = last.endedAt;
  if (last.verdict === 'failed')
    return failing({
      check,
      resource,
      severity: 'critical',
      summary: `the restore test of ${when(last)} failed: ${last.why ?? 'see the evidence'}`,
      action: FAILED,
      evidence,
      startedAt,
    });
  const twice = before?.verdict === 'could-not-verify';
  const summary = `the restore test of ${when(last)} could not be verified${twice ? ', the second running' : ''}: ${last.why ?? 'see the evidence'}`;
  return failing({ check, resource, severity: twice ? 'critical' : 'warning', summary, action: UNVERIFIED, evidence, startedAt });
}

function when({ point, startedAt }: Proof): string {
  return point === null ? iso(startedAt) : `${point.kind === 'snapshot' ? 'the snapshot of' : 'the moment'} ${iso(point.at)}`;
}

function refusal(resource: Resource, plan: RestorePlan, { state }: RestoreTestInput): Finding | null {
  const refused = state.refusals[plan.name];
  if (!refused) return null;
  const summary = `the restore test is refused: ${refused.why}`;
  const action = 'Mend what it names, then `npm run restore-test -- --start`, or wait for the next day’s try.';
  return failing({ check, resource, severity: 'warning', summary, action, startedAt: refused.at });
}

/** Overdue, or never done, by the rotation's round and a grace. */
function lateness(
  resource: Resource,
  plan: RestorePlan,
  proofs: readonly Proof[],
  { state, now, installedAt }: RestoreTestInput,
): Finding | null {
  const round = plan.every * plan.sources.length;
  const last = proofs.at(-1);
  const since = last?.startedAt ?? state.seen?.[plan.name] ?? installedAt;
  if (now - since <= round + plan.grace) return null;
  const summary = last
    ? `the last restore test was ${spell(now - since)} ago, every ${spell(round)} was promised`
    : `no restore test was ever done in ${spell(now - since)}`;
  const action = 'See whether /api/cron/restore-test and /api/cron/dispatch run; `npm run restore-test -- --start` begins one now.';
  return failing({ check, resource, severity: 'warning', summary, action, startedAt: since + round });
}

/** The recovery point that was proven is about to be gone, and no test comes in time to prove another. */
function fading(resource: Resource, plan: RestorePlan, proofs: readonly Proof[], input: RestoreTestInput): Finding {
  const passed = proofs.filter(({ verdict }) => verdict === 'passed');
  const last = passed.at(-1);
  if (!last) return ok({ check, resource, summary: 'no restore test has been done yet; the first is not overdue' });
  const evidence = evidenceOf(last, proofs, input);
  const expiries = passed.map(({ point }) => point?.expiresAt ?? Number.POSITIVE_INFINITY);
  const expiry = Math.max(...expiries);
  const next = last.startedAt + plan.every * plan.sources.length;
  // A short while between the expiry and the next test is what the policy's rhythm brings about, and nothing to be told.
  if (expiry - input.now > EXPIRES_SOON || next - expiry <= plan.grace) return well(resource, last, evidence, input);
  const summary = `every recovery point that was proven ${expiry <= input.now ? 'has expired' : `expires by ${iso(expiry)}`}, and nothing newer is proven`;
  return failing({ check, resource, severity: 'info', summary, action: UNVERIFIED, evidence, startedAt: expiry - EXPIRES_SOON });
}

function well(resource: Resource, last: Proof, evidence: Evidence, { targets }: RestoreTestInput): Finding {
  const { rto, rpo } = last.measured;
  const slow = [
    ...(rto !== null && rto > targets.rto ? [`RTO ${spell(rto)} against ${spell(targets.rto)}`] : []),
    ...(rpo !== null && rpo > targets.rpo ? [`RPO ${spell(rpo)} against ${spell(targets.rpo)}`] : []),
  ];
  if (slow.length === 0) return ok({ check, resource, summary: `last proven ${iso(last.endedAt)}: ${when(last)}`, evidence });
  const summary = `the restore test of ${when(last)} passed, but not within target: ${slow.join(', ')}`;
  const action =
    'A larger tier or faster disks at the target shorten a restore; a denser schedule, or continuous backup, the RPO. Or write the true promise into the policy.';
  return failing({ check, resource, severity: 'warning', summary, action, evidence, startedAt: last.endedAt });
}

/** Verdict lines first, then the measures with those of the tests before, for the trend. */
function evidenceOf(proof: Proof, proofs: readonly Proof[], { targets }: RestoreTestInput): Evidence {
  const { restore, validate, rto, rpo } = proof.measured;
  const span = (label: string, value: Duration | null, target?: Duration): Evidence =>
    value === null ? [] : [[label, `${spell(value)}${target === undefined ? '' : ` (target ${spell(target)})`}`]];
  const trend = proofs.slice(0, -1).flatMap(({ measured }) => (measured.rto === null ? [] : [spell(measured.rto)]));
  return [
    ...proof.worst.map((line): readonly [string, string] => [
      `${line.namespace ?? 'deployment'}: ${line.what}`,
      `expected ${line.expected}, found ${line.found}`,
    ]),
    ...(proof.point ? [['recovery point', when(proof)] as const] : []),
    ...span('restored in', restore),
    ...span('validated in', validate),
    ...span('RTO', rto, targets.rto),
    ...span('RPO achieved', rpo, targets.rpo),
    ...(trend.length > 0 ? [['RTO of the tests before', trend.slice(-5).join(', ')] as const] : []),
    ['record', proof.id],
  ];
}
