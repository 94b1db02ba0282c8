import { failing, type Finding, ok } from '../domain/finding.ts';
import type { ClusterSubject } from '../domain/subject.ts';
import { type Instant, iso } from '../domain/time.ts';
import type { Check, CheckInput } from './check.ts';

const check = 'cluster-gone';
const ACTION = 'If nobody meant it: restore what is left into a new cluster now, before it expires. If it was meant, acknowledge.';

/** A cluster that an Atlas event says was deleted: who, when, and which backups are left. Told once. */
export const clusterGone: Check = {
  id: check,
  scope: 'cluster',
  evaluate: (input) => input.clusters.flatMap((subject) => judge(subject, input)),
};

function judge(subject: ClusterSubject, input: CheckInput): readonly Finding[] {
  const { memory, resource, policy } = subject;
  if (!memory.gone) return memory.verdicts[check] === undefined ? [] : [ok({ check, resource, summary: 'the cluster is there' })];
  const { at, by, left } = memory.gone;
  if (policy.exempt !== null || !isShown(subject, at, input)) return [ok({ check, resource, summary: `deleted ${iso(at)}; told` })];
  const summary = `the cluster was deleted at ${iso(at)} by ${by ?? 'somebody whom Atlas does not name'}; backups left: ${left}`;
  const evidence = [
    ['deleted', iso(at)],
    ['by', by ?? 'not told by Atlas'],
    ['backups left', left],
  ] as const;
  return [failing({ check, resource, summary, severity: 'warning', action: ACTION, evidence, startedAt: at })];
}

/** For a while after the deletion; after the telling where that came later, since a monitor that was down for weeks has told nobody. */
function isShown({ memory }: ClusterSubject, at: Instant, { now, policy }: CheckInput): boolean {
  const { goneShownFor } = policy.general;
  const note = memory.verdicts[check];
  const told = note?.verdict === 'ok' && note.since >= at;
  const from = note?.verdict !== 'failing' ? now : note.since - at > goneShownFor ? note.since : at;
  return !told && now - from <= goneShownFor;
}
