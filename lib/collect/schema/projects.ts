import { identityOf, objectId, type Entry } from './answer-fields.ts';
import { z } from 'zod';

/** `orgId`: absent if it is not known. */
export type ProjectName = { readonly id: string; readonly name: string; readonly orgId?: string };

const nameless = z.object({ id: objectId });
const owned = z.object({ orgId: objectId });

/** A project of the listing. One without a usable name goes by its id: it can be read all the same. */
export function parseProject(entry: unknown): Entry<ProjectName> {
  const whole = identityOf(entry, 'project');
  const owner = owned.safeParse(entry).data ?? {};
  if (whole.kind === 'usable') return { kind: 'usable', value: { ...whole.value, ...owner } };
  const part = nameless.safeParse(entry);
  return part.success ? { kind: 'usable', value: { id: part.data.id, name: part.data.id, ...owner } } : whole;
}
