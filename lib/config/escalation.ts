import { z } from 'zod';
import type { EscalationLadders, Priority, Rung } from '../domain/policy.ts';

const HEIGHT: Readonly<Record<Rung, number>> = { P2: 0, P1: 1, P0: 2, contacts: 3 };
const rung = z.enum(['P0', 'P1', 'contacts'], {
  error: (issue) =>
    `there is no rung ${JSON.stringify(issue.input)}; a rung is P1, P0 (their channels) or contacts; P2 is where nothing climbs to`,
});

/** Who is told next, and after them, while nobody acknowledges. A priority that is left out keeps its default; an empty list ends its escalation. */
export const escalationSchema = z.strictObject({ P0: ladder('P0'), P1: ladder('P1'), P2: ladder('P2') });

/** Each rung higher than the one before, or it would come round again. */
function ladder(from: Priority) {
  const rungs = z.array(rung).superRefine((all, context) =>
    all.forEach((name, index) => {
      const message = misplaced(name, from, all.slice(0, index));
      if (message !== null) context.addIssue({ code: 'custom', path: [index], message });
    }),
  );
  return rungs.optional();
}

function misplaced(name: Rung, from: Priority, before: readonly Rung[]): string | null {
  if (name === from) return `${name} is where it begins, so climbing there would tell the same people; take it out`;
  if (before.includes(name)) return `${name} stands on this ladder twice; take one of them out`;
  const highest = before.reduce<Rung>((top, one) => (HEIGHT[one] > HEIGHT[top] ? one : top), from);
  if (HEIGHT[name] > HEIGHT[highest]) return null;
  return `${name} is below ${highest}, and a ladder only climbs; ${highest === from ? 'take it out' : `put it before ${highest}`}`;
}

/** The ladders of a configuration over the defaults. */
export function escalationOf(given: z.input<typeof escalationSchema> | undefined, defaults: EscalationLadders): EscalationLadders {
  return { P0: given?.P0 ?? defaults.P0, P1: given?.P1 ?? defaults.P1, P2: given?.P2 ?? defaults.P2 };
}
