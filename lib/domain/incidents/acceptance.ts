import { type AcceptablePart, exempt, type Finding, type Resource, subjectKey } from '../findings/finding.ts';
import type { CheckId } from '../policy/policy.ts';
import { type Instant, iso } from '../time.ts';

/**
 * A responder's decision that a weakened setting is meant to be as it is (docs/contract.md, clause 10). It holds for these settings while none of them falls
 * further, and ends when the check finds the promise kept again.
 */
export type Acceptance = {
  readonly id: string;
  readonly check: CheckId;
  readonly resource: Resource;
  /** What was accepted, in words and as the least value of each setting. */
  readonly parts: readonly AcceptablePart[];
  readonly by: string;
  readonly why: string;
  readonly at: Instant;
};

/** Pure: the findings with those exempt that responders have accepted as a whole. One of which only a part is accepted says so in its evidence. */
export function withAcceptances(findings: readonly Finding[], acceptances: readonly Acceptance[] = []): readonly Finding[] {
  if (acceptances.length === 0) return findings;
  const byKey = Map.groupBy(acceptances, ({ check, resource }) => subjectKey(check, resource));
  return findings.map((finding) => {
    const own = finding.acceptable === undefined ? undefined : byKey.get(subjectKey(finding.check, finding.resource));
    return own === undefined ? finding : accepted(finding, finding.acceptable ?? [], own);
  });
}

function accepted(finding: Finding, parts: readonly AcceptablePart[], acceptances: readonly Acceptance[]): Finding {
  const covering = (part: AcceptablePart): Acceptance | undefined =>
    acceptances.findLast((one) => one.parts.some(({ setting, value }) => setting === part.setting && part.value >= value));
  const left = parts.filter((part) => covering(part) === undefined);
  if (left.length === parts.length) return finding;
  const used = new Set(parts.flatMap((part) => covering(part) ?? []));
  const words = [...used].map((one) => acceptanceInWords(one)).join('; ');
  const { check, resource, summary } = finding;
  if (left.length === 0) return exempt({ check, resource, summary: `${words}: ${summary}` });
  const gone = new Set(parts.filter((part) => covering(part) !== undefined).map((part) => part.words));
  return {
    ...finding,
    evidence: [...finding.evidence, ['accepted', `${[...gone].join('; ')}: ${words}`]],
    acceptable: left,
    ...(finding.counted && { counted: finding.counted.filter((name) => !gone.has(name)) }),
  };
}

/** "accepted by dana at 2026-11-22T12:00:00Z (a cheaper schedule for the test cluster)". */
export function acceptanceInWords({ by, at, why }: Pick<Acceptance, 'by' | 'at' | 'why'>): string {
  return `accepted by ${by} at ${iso(at)} (${why})`;
}

/** Pure: the acceptances that still mean something: the promise of none of them was found kept, and what they are about exists. The same list if all do. */
export function heldAcceptances(
  acceptances: readonly Acceptance[] | undefined,
  findings: readonly Finding[],
): readonly Acceptance[] | undefined {
  if (acceptances === undefined) return undefined;
  const checks = new Set(acceptances.map(({ check }) => check));
  const verdicts = new Map(
    findings.flatMap(({ check, resource, verdict }) => (checks.has(check) ? [[subjectKey(check, resource), verdict] as const] : [])),
  );
  const held = acceptances.filter(({ check, resource }) => {
    const verdict = verdicts.get(subjectKey(check, resource));
    return verdict !== undefined && verdict !== 'ok';
  });
  if (held.length === acceptances.length) return acceptances;
  return held.length === 0 ? undefined : held;
}
