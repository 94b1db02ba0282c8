import { type GeneralPolicy } from '../domain/policy/policy.ts';
import { PLAN_ROLES, type Role } from '../domain/policy/roles.ts';

/** Whom to notify in a recovery. A contact that is null is shown as the plan's TBD. */
export type People = {
  readonly roles: readonly Role[];
  /** The contacts that alerts notify last, if nobody acknowledges. */
  readonly last: readonly string[];
};

/** The policy's people, or the plan's roles if it names none. */
export function peopleOf({ people = [], contacts }: Pick<GeneralPolicy, 'people' | 'contacts'>): People {
  return { roles: people.length === 0 ? PLAN_ROLES : people, last: Object.values(contacts).flat() };
}
