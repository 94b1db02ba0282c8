import { type GeneralPolicy } from '../../domain/policy/policy.ts';
import { PLAN_ROLES, type Role } from '../../domain/policy/roles.ts';
import type { SetUpConfig } from './set-up-schema.ts';

/** The part of the policy that concerns roles, the review of the plan and the user's own checklist; what is undefined keeps its default. */
export function setUpPolicy({ people, contacts, review, checklist }: SetUpConfig): {
  readonly [K in SetUpKeys]: GeneralPolicy[K] | undefined;
} {
  return {
    people: (contacts?.roles ?? people)?.map((role) => roleOf(role)),
    review: review && { next: Date.parse(review.next) },
    checklist,
  };
}

type SetUpKeys = 'people' | 'review' | 'checklist';

/** What a role of the plan is there for need not be written again. */
function roleOf({ role, contact, duty }: NonNullable<SetUpConfig['people']>[number]): Role {
  const planned = PLAN_ROLES.find((one) => one.role.toLowerCase() === role.trim().toLowerCase());
  return { role, contact: contact ?? null, duty: duty ?? planned?.duty ?? '' };
}
