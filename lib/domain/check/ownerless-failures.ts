import { failing, type Finding, notKnown, ok } from '../findings/finding.ts';
import { projectResource } from '../memory/cluster-subject.ts';
import type { ProjectMemory } from '../memory/memory.ts';
import type { CheckId } from '../policy/policy.ts';
import { type Duration, iso } from '../time.ts';
import type { CheckInput } from './check-definition.ts';

type Kind = {
  readonly check: CheckId;
  readonly failures: 'copyFailures' | 'exportFailures';
  /** What failed: "a copy of a snapshot". */
  readonly what: string;
  /** How long after the failure a success still makes it good. */
  readonly after: Duration;
  readonly action: string;
};

/**
 * The findings on projects with failed copies or exports that name no cluster: a warning, until such an event without a cluster tells of a success. Atlas
 * documents no cluster for these events, though those that were recorded have one (docs/facts/atlas.md §6).
 */
export function ownerlessFailures(kind: Kind, input: CheckInput): readonly Finding[] {
  return Object.values(input.memory.projects).flatMap((project) => findingFor(kind, project, input));
}

function findingFor(
  { check, failures, what, after, action }: Kind,
  project: ProjectMemory,
  { facts, now }: CheckInput,
): readonly Finding[] {
  const resource = projectResource(project);
  const failedAt = project[failures]?.[0];
  if (failedAt !== undefined && now - failedAt > after) {
    const summary = `${what} failed at ${iso(failedAt)}, and none has succeeded since; Atlas does not say of which cluster`;
    return [failing({ check, resource, severity: 'warning', summary, action, startedAt: failedAt })];
  }
  if (project.verdicts[check] === undefined) return [];
  const events = facts.projects.known ? facts.projects.value.find(({ id }) => id === project.id)?.events : undefined;
  if (!events?.known) return [notKnown({ check, resource, summary: events?.reason ?? 'the project was not read' })];
  return [ok({ check, resource, summary: `${what} that names no cluster has not failed, or one has succeeded since` })];
}
