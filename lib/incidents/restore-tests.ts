import { type Evidence, exempt, failing, type Finding, notKnown, ok, type Resource } from '../domain/finding.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { type ClusterName, type Located, type Proof, type RecoveryState, refusalKey } from '../domain/restore-test.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { proofEvidence, when } from './proof-evidence.ts';
import { DAY, type Duration, type Instant, iso, spell } from '../domain/time.ts';

const check = 'restore-test';
/** As with the alert path: seen on the page from the start, told after a week. */
const NO_PLAN_AFTER = 7 * DAY;
/** A proof is about to expire when its recovery point has less than this left. */
const EXPIRES_SOON = DAY;
/** Manifests are a day apart; one that is missed may come with the next. */
const MANIFEST_STALE = 2 * DAY;

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
  const findings = new Map(each.map(({ plan, source }) => [`${source.project}/${source.cluster}`, sourceFindings(plan, source, input)]));
  const planned: Resource = { ...ORGANISATION, name: 'restore tests', part: check };
  return [ok({ check, resource: planned, summary: `${plans.length} plan(s) in policy` }), ...[...findings.values()].flat()];
}

function noPlan({ installedAt, now }: RestoreTestInput): Finding {
  const resource: Resource = { ...ORGANISATION, name: 'restore tests', part: check };
  const summary = 'no restore test is planned: nobody knows whether these backups can be restored';
  if (now - installedAt <= NO_PLAN_AFTER) return exempt({ check, resource, summary });
  const action = 'Name sources and a sandbox under `restoreTests` in restorable.config.ts (README, “Restore tests”).';
  return failing({ check, resource, severity: 'info', summary, action, startedAt: installedAt });
}

function sourceFindings(plan: RestorePlan, source: ClusterName, input: RestoreTestInput): readonly Finding[] {
  const found = input.locate(source);
  const name = `${source.cluster} (project ${source.project})`;
  const nowhere: Resource = { ...ORGANISATION, name: `restore test of ${name}`, part: `${check}:${source.project}/${source.cluster}` };
  if (found === null) {
    const summary = `no cluster ${name} is known: mend the source in restorable.config.ts, or give access to its project`;
    return [refusal(nowhere, plan, source, input) ?? lateness(nowhere, plan, [], input) ?? notKnown({ check, resource: nowhere, summary })];
  }
  const { projectId, projectName, clusterId } = found.at;
  const resource: Resource = { projectId, projectName, clusterId, name: found.at.name };
  const known = ok({ check, resource: nowhere, summary: 'the cluster is known' });
  if (found.exempt !== null) return [known, exempt({ check, resource, summary: found.exempt })];
  const proofs = input.state.proofs.filter((proof) => isOf(proof, source, clusterId));
  return [known, judged(resource, { plan, source, proofs }, input)];
}

/** A test that never found its source has only the name that the configuration gives it. */
function isOf({ source: tested }: Proof, { project, cluster }: ClusterName, clusterId: string): boolean {
  if (tested.clusterId !== '') return tested.clusterId === clusterId;
  return tested.name === cluster && (tested.projectId === project || tested.projectName === project);
}

type Tested = { readonly plan: RestorePlan; readonly source: ClusterName; readonly proofs: readonly Proof[] };

/** The worst first: one finding a source. */
function judged(resource: Resource, { plan, source, proofs }: Tested, input: RestoreTestInput): Finding {
  return (
    lastVerdict(resource, proofs, input) ??
    refusal(resource, plan, source, input) ??
    lateness(resource, plan, proofs, input) ??
    uncleaned(resource, proofs) ??
    unmanifested(resource, source, input) ??
    fading(resource, plan, proofs, input)
  );
}

/** What was restored is still in the sandbox: real data where nobody expects it. */
function uncleaned(resource: Resource, proofs: readonly Proof[]): Finding | null {
  const last = proofs.at(-1);
  if (last?.uncleaned === undefined) return null;
  const summary = `what the restore test of ${when(last)} restored is still in the sandbox: ${last.uncleaned}`;
  const action = 'Drop it by hand, or pause the sandbox; then mend what it names (the sandbox user’s rights, its address).';
  return failing({ check, resource, severity: 'warning', summary, action, startedAt: last.endedAt });
}

/** Manifests that have stopped leave nothing to compare a restore with. */
function unmanifested(resource: Resource, source: ClusterName, { state, now }: RestoreTestInput): Finding | null {
  const newest = state.manifests[`${source.project}/${source.cluster}`]?.at(-1);
  if (newest === undefined || now - newest.at <= MANIFEST_STALE) return null;
  const summary = `no manifest of it was taken for ${spell(now - newest.at)}, so a restore can’t be compared with what was there`;
  const action = 'See in the log of /api/cron/restore-test why its address could not be read: credentials, network.';
  return failing({ check, resource, severity: 'warning', summary, action, startedAt: newest.at });
}

const FAILED =
  'Read the evidence, and restore the same point by hand (runbook). Until a test passes, take this backup for one that cannot be restored.';
const UNVERIFIED =
  'See what kept it from being verified: the sandbox, its credentials, the network. `npm run restore-test -- --start` begins another one.';

/** The newest test that ended decides: failed is critical, one that could not be verified a warning, two of them running critical. */
function lastVerdict(resource: Resource, proofs: readonly Proof[], input: RestoreTestInput): Finding | null {
  const [before, last] = [proofs.at(-2), proofs.at(-1)];
  if (!last || last.verdict === 'passed') return null;
  const evidence = proofEvidence(last, proofs, input);
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

function refusal(resource: Resource, plan: RestorePlan, source: ClusterName, { state }: RestoreTestInput): Finding | null {
  const refused = state.refusals[refusalKey(plan.name, source)];
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
  const evidence = proofEvidence(last, proofs, input);
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
