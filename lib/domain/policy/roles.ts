import { maskedMail, maskedNumber } from '../masked.ts';

export type Role = { readonly role: string; readonly contact: string | null; readonly duty: string };

/** Plan 8, whose contacts are all TBD. */
export const PLAN_ROLES: readonly Role[] = [
  { role: 'Database Lead', contact: null, duty: 'Backup verification' },
  { role: 'DevOps Lead', contact: null, duty: 'Restore execution' },
  { role: 'CTO', contact: null, duty: 'Decision authority' },
  { role: 'Security', contact: null, duty: 'Breach response' },
];

/** What people write where nobody is named yet. The plan itself has "TBD" for each of its roles (plan 8). */
const PLACEHOLDER =
  /^(?:tb[acdn]|to be (?:announced|confirmed|decided|defined|determined|named)|todo|n\/?a|none|nobody|unknown|-+|\?+|\.+)?$/i;

/**
 * Pure: the roles that have to be filled: those of the policy, and those of the plan that the policy leaves out. A contact that is a placeholder
 * ("TBD") is null.
 */
export function rolesToFill(people: readonly Role[] = []): readonly Role[] {
  const left = PLAN_ROLES.filter(({ role }) => !people.some((named) => isSameName(named.role, role)));
  return [...people, ...left].map((role) => ({ ...role, contact: contactOf(role) }));
}

function contactOf({ contact }: Role): string | null {
  return contact === null || PLACEHOLDER.test(contact.trim()) ? null : contact;
}

function isSameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.toLowerCase();
}

const MAIL = /[^\s<>,;()]+@[^\s<>,;()]+/g;
const NUMBER = /\+\d[\d\s().-]{5,}\d/g;

/**
 * Pure: the mail addresses and telephone numbers in a contact, masked as channels mask their recipients, so that both can be compared where no whole
 * address is kept. Empty for a contact that is a name alone.
 */
export function maskedAddresses(contact: string): readonly string[] {
  const mails = contact.match(MAIL) ?? [];
  const numbers = contact.match(NUMBER) ?? [];
  return [...mails.map((mail) => maskedMail(mail)), ...numbers.map((number) => maskedNumber(`+${number.replace(/\D/g, '')}`))];
}
