import type { GeneralPolicy } from '../domain/policy.ts';

/** Who is to be told; a contact that is null is a TBD of the plan, shown as one. */
export type People = {
  readonly roles: readonly { readonly role: string; readonly contact: string | null; readonly duty: string }[];
  /** Told last by the alerts themselves, when nobody acknowledges. */
  readonly last: readonly string[];
};

/** Plan 8, as it stands there. */
const PLAN_ROLES: People['roles'] = [
  { role: 'Database Lead', contact: null, duty: 'Backup verification' },
  { role: 'DevOps Lead', contact: null, duty: 'Restore execution' },
  { role: 'CTO', contact: null, duty: 'Decision authority' },
  { role: 'Security', contact: null, duty: 'Breach response' },
];

/** The policy's people, or the plan's roles where it names none. */
export function peopleOf({ people = [], contacts }: Pick<GeneralPolicy, 'people' | 'contacts'>): People {
  return { roles: people.length === 0 ? PLAN_ROLES : people, last: [...contacts.sms, ...contacts.email] };
}
