import { plural } from '../../domain/text.ts';
import { type Evidence, exempt, failing, type Finding, notKnown, ok, type Resource } from '../../domain/findings/finding.ts';
import type { RestorePlan } from '../../domain/policy/recovery-plan.ts';
import { type ClusterName, type Located, type Proof, type RecoveryState, refusalKey, isNamed } from '../../domain/recovery/restore-test.ts';
import { ORGANISATION } from '../../domain/memory/cluster-subject.ts';
import { DAY, type Duration, type Instant, iso, spell } from '../../domain/time.ts';
import { restoreTest } from '../../evaluate/checks/restore-test.ts';

const check = restoreTest.id;
const NO_PLAN = 'no restore test is planned: nobody knows whether these backups can be restored';
const PLANNED: Resource = { ...ORGANISATION, name: 'restore tests', part: check };
/** A proof is about to expire when its recovery point has less than this left. */
const EXPIRES_SOON = DAY;
/** Manifests are a day apart; one that is missed may come with the next. */
const MANIFEST_STALE = 2 * DAY;

/** Finds the cluster that a source's name stands for; null where it is unknown. `exempt` says why nothing is promised for it. */
export type Locate = (name: ClusterName) => { readonly at: Located; readonly exempt: string | null } | null;

export type RestoreTestInput = {
  readonly state: RecoveryState;
  readonly plans: readonly RestorePlan[];
  readonly locate: Locate;
  readonly targets: { readonly rto: Duration; readonly rpo: Duration };
  readonly installedAt: Instant;
  readonly now: Instant;
};

/** One finding for each source (plan 5.1: a restore test that fails in any way is critical). That there is no plan at all, `set-up` reports. */
export function restoreTestFindings(input: RestoreTestInput): readonly Finding[] {
  const { plans } = input;
  if (plans.length === 0) return [exempt({ check, resource: PLANNED, summary: NO_PLAN })];
  const each = plans.flatMap((plan) => plan.sources.map((source) => ({ plan, source })));
  const findings = new Map(each.map(({ plan, source }) => [`${source.project}/${source.cluster}`, sourceFindings(plan, source, input)]));
  return [ok({ check, resource: PLANNED, summary: `${plural(plans.length, 'plan')} in policy` }), ...[...findings.values()].flat()];
}

function sourceFindings(plan: RestorePlan, source: ClusterName, input: RestoreTestInput): readonly Finding[] {
  const found = input.locate(source);
  const name = `${source.cluster} (project ${source.project})`;
  const nowhere: Resource = { ...ORGANISATION, name: `restore test of ${name}`, part: `${check}:${source.project}/${source.cluster}` };
  if (found === null) {
    const summary = `no cluster ${name} is known: mend the source in restorewatch.config.ts, or give access to its project`;
    return [refusal(nowhere, plan, source, input) ?? lateness(nowhere, plan, [], input) ?? notKnown({ check, resource: nowhere, summary })];
  }
  const { projectId, projectName, clusterId } = found.at;
  const resource: Resource = { projectId, projectName, clusterId, name: found.at.name };
  const known = ok({ check, resource: nowhere, summary: 'the cluster is known' });
  if (found.exempt !== null) return [known, exempt({ check, resource, summary: found.exempt })];
  const proofs = input.state.proofs.filter((proof) => isOf(proof, source, clusterId));
  // The first of these that applies, the worst first.
  const finding =
    lastVerdict(resource, proofs, input) ??
    refusal(resource, plan, source, input) ??
    lateness(resource, plan, proofs, input) ??
    uncleaned(resource, proofs) ??
    unmanifested(resource, source, input) ??
    fading(resource, plan, proofs, input);
  return [known, finding];
}

/** A test that never found its source has only the name that the configuration gives it. */
function isOf({ source: tested }: Proof, source: ClusterName, clusterId: string): boolean {
  return tested.clusterId === '' ? isNamed(tested, source) : tested.clusterId === clusterId;
}

/** Restored data that is still in the sandbox is real data where nobody expects it. */
function uncleaned(resource: Resource, proofs: readonly Proof[]): Finding | null {
  const last = proofs.at(-1);
  if (last?.uncleaned === undefined) return null;
  const summary = `what the restore test of ${when(last)} restored is still in the sandbox: ${last.uncleaned}`;
  const action = 'Drop it by hand, or pause the sandbox; then mend what it names (the sandbox user’s rights, its address).';
  return failing({ check, resource, severity: 'warning', summary, action, startedAt: last.endedAt });
}

/** Without new manifests there is nothing to compare a restore with. */
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
  'See what kept it from being verified: the sandbox, its credentials, the network. `restorewatch restore-test --start` begins another one.';

/** The newest test that ended decides: `failed` is critical; `could-not-verify` is a warning, and critical the second time in a row. */
function lastVerdict(resource: Resource, proofs: readonly Proof[], input: RestoreTestInput): Finding | null {
  const [before, last] = [proofs.at(-2), proofs.at(-1)];
  if (!last || last.verdict === 'passed') return null;
  const hasFailed = last.verdict === 'failed';
  const isSecond = before?.verdict === 'could-not-verify';
  const severity = hasFailed || isSecond ? 'critical' : 'warning';
  const words = hasFailed ? 'failed' : `could not be verified${isSecond ? ', the second running' : ''}`;
  const summary = `the restore test of ${when(last)} ${words}: ${last.why ?? 'see the evidence'}`;
  const evidence = proofEvidence(last, proofs, input);
  return failing({ check, resource, severity, summary, action: hasFailed ? FAILED : UNVERIFIED, evidence, startedAt: last.endedAt });
}

function refusal(resource: Resource, plan: RestorePlan, source: ClusterName, { state }: RestoreTestInput): Finding | null {
  const refused = state.refusals[refusalKey(plan.name, source)];
  if (!refused) return null;
  const summary = `the restore test is refused: ${refused.why}`;
  const action = 'Mend what it names, then `restorewatch restore-test --start`, or wait for the next day’s try.';
  return failing({ check, resource, severity: 'warning', summary, action, startedAt: refused.at });
}

/** Overdue, or never done: each source has its turn once a round, plus a grace. */
function lateness(resource: Resource, plan: RestorePlan, proofs: readonly Proof[], { state, now, installedAt }: RestoreTestInput) {
  const round = plan.every * plan.sources.length;
  const last = proofs.at(-1);
  const since = last?.startedAt ?? state.seen?.[plan.name] ?? installedAt;
  if (now - since <= round + plan.grace) return null;
  const summary = last
    ? `the last restore test was ${spell(now - since)} ago, every ${spell(round)} was promised`
    : `no restore test was ever done in ${spell(now - since)}`;
  const action = 'See whether /api/cron/restore-test and /api/cron/dispatch run; `restorewatch restore-test --start` begins one now.';
  return failing({ check, resource, severity: 'warning', summary, action, startedAt: since + round });
}

/** The last recovery point that was proven is about to expire, and no test comes in time to prove another. */
function fading(resource: Resource, plan: RestorePlan, proofs: readonly Proof[], input: RestoreTestInput): Finding {
  const passed = proofs.filter(({ verdict }) => verdict === 'passed');
  const last = passed.at(-1);
  if (!last) return ok({ check, resource, summary: 'no restore test has been done yet; the first is not overdue' });
  const evidence = proofEvidence(last, proofs, input);
  const expiries = passed.map(({ point }) => point?.expiresAt ?? Number.POSITIVE_INFINITY);
  const expiry = Math.max(...expiries);
  const next = last.startedAt + plan.every * plan.sources.length;
  // A short time between the expiry and the next test follows from the policy's own rhythm, and is no finding.
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

/** "the snapshot of 2026-11-22T13:42:00Z by every-week": what a test was about, and its plan. */
function when({ plan, point, startedAt }: Proof): string {
  const what = point === null ? iso(startedAt) : `${point.kind === 'snapshot' ? 'the snapshot of' : 'the moment'} ${iso(point.at)}`;
  return `${what} by ${plan}`;
}

/** The worst lines first, then the measures with those of earlier tests, for the trend. */
function proofEvidence(proof: Proof, proofs: readonly Proof[], { targets }: RestoreTestInput): Evidence {
  const { restore, validate, search = null, rto, rpo } = proof.measured;
  const span = (label: string, value: Duration | null, target?: Duration): Evidence =>
    value === null ? [] : [[label, `${spell(value)}${target === undefined ? '' : ` (target ${spell(target)})`}`]];
  const before = (what: 'rto' | 'rpo', label: string): Evidence => {
    const spans = proofs.slice(0, -1).flatMap(({ measured }) => measured[what] ?? []);
    const words = spans.slice(-5).map((value) => spell(value));
    return words.length === 0 ? [] : [[label, words.join(', ')]];
  };
  return [
    ...proof.worst.map((line): readonly [string, string] => [
      `${line.namespace ?? 'deployment'}: ${line.what}`,
      `expected ${line.expected}, found ${line.found}`,
    ]),
    ...(proof.point ? [['recovery point', when(proof)] as const] : []),
    ...span('restored in', restore),
    ...span('validated in', validate),
    ...span('searchable in', search),
    ...span('RTO', rto, targets.rto),
    ...span('RPO achieved', rpo, targets.rpo),
    ...before('rto', 'RTO of the tests before'),
    ...before('rpo', 'RPO of the tests before'),
    ['record', proof.id],
  ];
}
