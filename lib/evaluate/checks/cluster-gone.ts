import { failing, type Finding, ok } from '../../domain/findings/finding.ts';
import { type ClusterSubject, whyGone } from '../../domain/memory/cluster-subject.ts';
import { type Duration, HOUR, type Instant, iso } from '../../domain/time.ts';
import type { Check, CheckInput } from '../../domain/check/check-definition.ts';

const check = 'cluster-gone';
/** Atlas shows an event up to 7 h late (docs/contract.md, clause 16). */
const EVENTS_LATE: Duration = 8 * HOUR;
const ACTION = 'If nobody meant it: restore what is left into a new cluster now, before it expires. If it was meant, acknowledge.';

/** A cluster that was deleted, according to an Atlas event: by whom, when, and which backups are left. It is notified once. */
export const clusterGone: Check = {
  id: check,
  promise: 'a cluster does not vanish unnoticed',
  inShort: { one: 'the cluster was deleted', many: 'deleted' },
  severity: 'warning',
  severityInWords: 'warning, with who, when and what is left',
  timedByAtlas: true,
  notifiedOnce: true,
  aboutData: true,
  runbook: {
    means: 'An Atlas event says that a cluster was deleted: by whom, when, and which snapshots are left.',
    risk: 'What is left expires by its own retention.',
    steps: [
      'Ask the person named. If nobody meant it, treat it as a breach until shown otherwise.',
      'Restore what is left into a new cluster now: Atlas → Backup → Snapshots of deleted clusters.',
      'Termination protection keeps it from happening again.',
    ],
    over: 'Seven days later (policy), or when the cluster is listed again.',
    follow: ['accidental-deletion', 'security-breach'],
  },
  evaluate: (input) => input.clusters.flatMap((subject) => findingsFor(subject, input)),
};

function findingsFor(subject: ClusterSubject, input: CheckInput): readonly Finding[] {
  const { memory, resource, policy } = subject;
  if (!memory.gone) return memory.verdicts[check] === undefined ? [] : [ok({ check, resource, summary: 'the cluster is there' })];
  const { at, by, left, upgradedTo } = memory.gone;
  // The verdict ok lets memory forget it, and with it the event of a deletion that Atlas shows late.
  if (upgradedTo !== undefined) return input.now - at < EVENTS_LATE ? [] : [ok({ check, resource, summary: whyGone(memory.gone) })];
  if (policy.exempt !== null || !isShown(subject, at, input)) return [ok({ check, resource, summary: `deleted ${iso(at)}; told` })];
  const summary = `the cluster was deleted at ${iso(at)} by ${by ?? 'somebody whom Atlas does not name'}; backups left: ${left}`;
  const evidence = [
    ['deleted', iso(at)],
    ['by', by ?? 'not told by Atlas'],
    ['backups left', left],
  ] as const;
  return [failing({ check, resource, summary, severity: 'warning', action: ACTION, evidence, startedAt: at })];
}

/** For `goneShownFor` after the deletion, or after the first finding if that came later: a monitor that was down for weeks has notified nobody. */
function isShown({ memory }: ClusterSubject, at: Instant, { now, policy }: CheckInput): boolean {
  const { goneShownFor } = policy.general;
  const note = memory.verdicts[check];
  const wasShown = note?.verdict === 'ok' && note.since >= at;
  const from = note?.verdict !== 'failing' ? now : note.since - at > goneShownFor ? note.since : at;
  return !wasShown && now - from <= goneShownFor;
}
