import type { Resource } from '../../domain/findings/finding.ts';
import type { FindingJson } from '../status-json.ts';

/** Findings with the same verdict and summary, such as why nothing can be read, or what was never set up in any project. Times are ISO 8601 in UTC. */
export type AlikeFindings = Pick<FindingJson, 'verdict' | 'summary'> & {
  /** The start of the first of them. */
  readonly since: string;
  /** Their checks, each once with each of its severities. */
  readonly tags: readonly Pick<FindingJson, 'check' | 'severity' | 'priority'>[];
  /** The projects that they are about; empty if they are about one cluster. */
  readonly names: readonly string[];
  readonly count: number;
};

type Finding = Pick<FindingJson, 'check' | 'verdict' | 'severity' | 'priority' | 'summary' | 'since'> & { readonly resource?: Resource };

/** Pure: each summary once, in the order of its first finding. */
export function alikeFindings(findings: readonly Finding[]): readonly AlikeFindings[] {
  const groups = Map.groupBy(findings, ({ verdict, summary }) => `${verdict} ${summary}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [alike(first, group)];
  });
}

function alike({ verdict, summary, since }: Finding, group: readonly Finding[]): AlikeFindings {
  const tags = new Map(group.map(({ check, severity, priority }) => [`${check} ${severity}`, { check, severity, priority }]));
  return {
    verdict,
    summary,
    since: group.reduce((earliest, one) => (one.since < earliest ? one.since : earliest), since),
    tags: [...tags.values()],
    names: [...new Set(group.flatMap(({ resource }) => resource?.name ?? []))],
    count: group.length,
  };
}
