import { isScheduleChanged, type Weakening } from '../memory/schedule/schedule-note.ts';
import { actInWords } from '../memory/who-did-it.ts';
import type { CheckInput, ReadSubject } from './check-definition.ts';

/** A cluster whose schedule changed, and what the check sees besides. */
export type Look = { readonly subject: ReadSubject; readonly input: CheckInput };

/** Who may have done it. An act that names no cluster may be about another one of the project whose schedule has changed too. */
export function possibleActors(changes: readonly Weakening[], { subject: { project, memory }, input }: Look): readonly string[] {
  const acts = [...new Map(changes.flatMap(({ by }) => by.map((act) => [act.id, act] as const))).values()];
  const others = input.clusters.filter((other) => other.project.id === project.id && other.memory.id !== memory.id);
  const isInDoubt = acts.some(({ clusterId }) => clusterId === null) && others.some(isScheduleChanged);
  return acts.map((act) =>
    isInDoubt && act.clusterId === null ? `perhaps ${actInWords(act)} (Atlas does not say on which cluster)` : actInWords(act),
  );
}
