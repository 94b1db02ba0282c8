import { z } from 'zod';
import { CHECKLIST_IDS } from '../../domain/incidents/recorded-checklist.ts';
import { nearest } from '../../domain/nearest.ts';
import { CHECK_IDS } from '../../evaluate/checks/registry.ts';
import { nonEmpty, uniqueIds } from './policy-fields.ts';

/** Who is notified in a recovery, by role (plan 8). A contact that is left out is shown as TBD. */
const roles = z
  .array(z.strictObject({ role: nonEmpty, contact: nonEmpty.optional(), duty: nonEmpty.optional() }))
  .superRefine(uniqueIds('role'));

const review = z.strictObject({ next: z.iso.date('is no day of the calendar; write the day of the next review as 2027-03-01') });

const checkId = z.enum(CHECK_IDS, { error: ({ input }) => noSuchCheck(input) });

function noSuchCheck(input: unknown): string {
  const near = typeof input === 'string' ? nearest(input, CHECK_IDS).join(', ') : CHECK_IDS.join(', ');
  return `there is no check ${JSON.stringify(input)}; write the id of one, such as ${near}`;
}

const ownId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'an id of small letters, digits and dashes, at most 40')
  .refine((id) => !CHECKLIST_IDS.some((taken) => taken === id), 'the checklist has an item of this id already; choose another');

/** The user's own lines of the checklist (docs/contract.md, clause 12). */
const checklist = z
  .array(z.strictObject({ id: ownId, title: nonEmpty.max(200), check: checkId }))
  .max(100)
  .superRefine(uniqueIds('id'));

export const setUpSettings = { people: roles, review, checklist } as const;
export const contactRoles = roles;
