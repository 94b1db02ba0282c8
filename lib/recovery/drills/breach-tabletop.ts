import type { Drill } from '../../domain/recovery/drill.ts';
import { evidenceLine } from '../../domain/recovery/evidence.ts';
import { type Instant, iso } from '../../domain/time.ts';
import { inPhase, logged } from './drill-phase.ts';

/** The steps of plan 3.4 for a breach, with what a tabletop asks of each. No cluster is involved: people say who would do what, and how long it takes. */
export const BREACH_STEPS: readonly { readonly title: string; readonly ask: string }[] = [
  {
    title: 'Isolate affected systems',
    ask: 'Who cuts the access, by which switch (IP access list, application, peering), and who decides it?',
  },
  {
    title: 'Rotate all credentials',
    ask: 'Which ones are there (database users, Atlas service accounts, CI, this monitor), who rotates each, and how long does it take?',
  },
  { title: 'Audit access logs', ask: 'Where are they, how far back do they reach, and who reads them?' },
  { title: 'Restore from clean backup', ask: 'Which recovery point is before the intrusion, and where is it restored to?' },
  { title: 'Security review before restore', ask: 'Who says that the restored system may go live, and by what?' },
];

/**
 * Pure: the drill with the report of one step, which replaces an earlier report of it. With the last step, the drill has passed. A string says why a report
 * is refused.
 */
export function withStep(
  drill: Drill,
  report: { readonly step: number; readonly by: string; readonly note: string },
  now: Instant,
): Drill | string {
  const named = BREACH_STEPS[report.step - 1];
  if (!named) return `there is no step ${report.step}; there are 1 to ${BREACH_STEPS.length}`;
  if (report.note.trim() === '') return `step ${report.step} needs --note: ${named.ask}`;
  const steps = [...drill.steps.filter(({ step }) => step !== report.step), { ...report, at: now }].toSorted((a, b) => a.step - b.step);
  const next = logged({ ...drill, steps }, now, `step ${report.step}, ${named.title}: ${report.by}: ${report.note.trim()}`);
  return steps.length < BREACH_STEPS.length ? next : passed(next, now);
}

function passed(drill: Drill, now: Instant): Drill {
  const evidence = drill.steps.map(({ step, by, at, note }) =>
    evidenceLine('assertion', 'passed', [`${step}. ${BREACH_STEPS[step - 1]?.title ?? ''}`, `${iso(at)} ${by}: ${note.trim()}`]),
  );
  return { ...inPhase(drill, 'clean', now), evidence, measured: { response: now - drill.startedAt }, verdict: 'passed' };
}

/** The checklist as it stands, for the command line. */
export function checklist({ steps }: Pick<Drill, 'steps'>): readonly string[] {
  return BREACH_STEPS.map(({ title, ask }, index) => {
    const done = steps.find(({ step }) => step === index + 1);
    return `${done ? '[x]' : '[ ]'} ${index + 1}. ${title}: ${done ? `${done.by}: ${done.note}` : ask}`;
  });
}
