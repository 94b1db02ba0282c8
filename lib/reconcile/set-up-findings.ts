import { exempt, failing, type Finding, ok } from '../domain/findings/finding.ts';
import type { Head } from '../domain/incidents/head.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import type { Memory } from '../domain/memory/memory.ts';
import type { CheckId, GeneralPolicy } from '../domain/policy/policy.ts';
import { plural } from '../domain/text.ts';
import { DAY, type Duration, type Instant, iso } from '../domain/time.ts';
import { checksThat } from '../evaluate/checks/registry.ts';
import { setUp } from '../evaluate/checks/set-up.ts';
import { noteFor } from '../evaluate/note-verdicts.ts';
import { contactsFinding } from './contacts-finding.ts';

const check = setUp.id;
const RESOURCE = { ...ORGANISATION, name: 'the set-up', part: check };
const ACTION = 'Set up what is listed, or leave it: this is said once. The runbook names what to write where.';

/** See docs/contract.md, clause 13. */
const REPORTED_AFTER: Duration = 7 * DAY;
const JOINING = checksThat('setUp');

type SetUpPolicy = Pick<GeneralPolicy, 'people' | 'restoreTests' | 'drills'>;

/** What was never set up: a few words for the summary, and a line of evidence. */
type Gap = { readonly what: string; readonly detail: string };

function gap(what: string, detail: string): Gap {
  return { what, detail };
}

/** Pure: what nobody has planned or done since the installation; no check of its own reports that. */
function neverSetUp({ proof }: Pick<Head, 'proof'>, { restoreTests = [], drills = [] }: SetUpPolicy): readonly Gap[] {
  return [
    ...(restoreTests.length === 0
      ? [gap('restore tests', 'none is planned: nobody knows whether these backups can be restored (`restoreTests`)')]
      : []),
    ...(drills.length === 0 ? [gap('DR drills', 'none is planned (`drills`)')] : []),
    ...(proof === undefined
      ? [gap('proof of the alert path', 'never proven: nobody knows whether the phone rings (`restorewatch alerts prove`)')]
      : []),
  ];
}

type SetUpInput = { readonly head: Head; readonly memory: Memory; readonly general: SetUpPolicy; readonly now: Instant };

/**
 * Pure: the findings of a run in which those about what was never set up open no incident of their own, and the one finding that lists them all: info, seven
 * days after the first check. A finding of a check with the trait `setUp` is among them while it is info and has failed since its first evaluation,
 * and it is listed from the seventh day of its cluster on.
 */
export function withSetUp(
  findings: readonly Finding[],
  { head, memory, general, now }: SetUpInput,
  joining: ReadonlySet<string> = JOINING,
): readonly Finding[] {
  const all = [...findings, contactsFinding(head, general)];
  const joined = joinedBy(all, memory, joining);
  // Many clusters do not live for a week: each has as many days to be set up as the installation.
  const old = [...joined].filter((finding) => (createdAtOf(memory, finding) ?? 0) <= now - REPORTED_AFTER);
  const [ofClusters, ofAll] = [old.filter(isOfProject), old.filter((finding) => !isOfProject(finding))];
  const gaps = [...gapsOf(ofAll), ...neverSetUp(head, general), ...gapsOf(ofClusters)];
  return [...explained(all, joined), setUpFinding(gaps, head.createdAt, now)];
}

/**
 * Pure: the findings of a run that was cut off, in which those about what was never set up open no incident of their own either. What there is to set up
 * only a complete run knows.
 */
export function withoutSetUp(findings: readonly Finding[], memory: Memory, joining: ReadonlySet<string> = JOINING): readonly Finding[] {
  return explained(findings, joinedBy(findings, memory, joining));
}

function joinedBy(findings: readonly Finding[], memory: Memory, joining: ReadonlySet<string>): ReadonlySet<Finding> {
  const joins = (finding: Finding): boolean =>
    joining.has(finding.check) &&
    finding.severity === 'info' &&
    // A permission that was there once was taken away after the first check.
    (finding.explainedBy === check || (noteFor(memory, finding)?.initial === true && !finding.notifiedOnce));
  return new Set(findings.filter(joins));
}

function explained(findings: readonly Finding[], joined: ReadonlySet<Finding>): readonly Finding[] {
  return joined.size === 0 ? findings : findings.map((finding) => (joined.has(finding) ? { ...finding, explainedBy: check } : finding));
}

/** When the cluster that the finding is about was created; null if it is about none, or Atlas does not say. */
function createdAtOf({ projects }: Memory, { resource: { projectId, clusterId } }: Finding): Instant | null {
  return projectId === null || clusterId === null ? null : (projects[projectId]?.clusters[clusterId]?.createdAt ?? null);
}

function isOfProject({ resource }: Finding): boolean {
  return resource.projectId !== null;
}

const NAMED = 3;

function gapsOf(findings: readonly Finding[]): readonly Gap[] {
  return [...Map.groupBy(findings, (finding) => finding.check)].map(([id, found]) => gapOf(id, found));
}

/** "backup-policy of orders", or "backup-policy of 24 clusters" with the first of them by name: there may be thousands. */
function gapOf(id: CheckId, found: readonly Finding[]): Gap {
  const [first] = found;
  if (first === undefined || first.resource.projectId === null) return { what: id, detail: first?.summary ?? '' };
  if (found.length === 1) return { what: `${id} of ${first.resource.name}`, detail: first.summary };
  const listed = found.slice(0, NAMED).map(({ resource }) => resource.name);
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : '';
  const kind = first.resource.clusterId === null ? 'project' : 'cluster';
  const detail = `${listed.join(', ')}${more}; of ${first.resource.name}: ${first.summary}`;
  return { what: `${id} of ${plural(found.length, kind)}`, detail };
}

function setUpFinding(gaps: readonly Gap[], since: Instant, now: Instant): Finding {
  if (gaps.length === 0) return ok({ check, resource: RESOURCE, summary: 'nothing is left to be set up' });
  const list = gaps.map(({ what }) => what).join(', ');
  const due = since + REPORTED_AFTER;
  if (now <= due) return exempt({ check, resource: RESOURCE, summary: `not set up yet: ${list}; reported after ${iso(due)}` });
  return failing({
    check,
    resource: RESOURCE,
    severity: 'info',
    summary: `never set up: ${list}`,
    action: ACTION,
    evidence: gaps.map(({ what, detail }) => [what, detail] as const),
    startedAt: since,
  });
}
