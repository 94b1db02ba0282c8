import { identityOf, objectId, type Entry } from './answer-fields.ts';
import { z } from 'zod';

export type ProjectName = { readonly id: string; readonly name: string };

const nameless = z.object({ id: objectId });

/** A project of the listing. One without a usable name goes by its id: it can be read all the same. */
export function parseProject(entry: unknown): Entry<ProjectName> {
  const whole = identityOf(entry, 'project');
  if (whole.kind === 'usable') return whole;
  const part = nameless.safeParse(entry);
  return part.success ? { kind: 'usable', value: { id: part.data.id, name: part.data.id } } : whole;
}
