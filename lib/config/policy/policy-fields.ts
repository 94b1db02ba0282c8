import { z } from 'zod';
import { PRIORITIES } from '../../domain/policy/policy.ts';

/** An object whose fields may all be left out. Unknown keys are refused. */
export function settings<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape).partial();
}

export function forEachPriority<T extends z.ZodType>(value: T) {
  return settings({ P0: value, P1: value, P2: value });
}

export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'a name of letters, digits, dots and dashes, at most 40');
export const nonEmpty = z.string().min(1);
export const tag = z.string().regex(/^[^=]+=.*$/, 'write a tag as key=value');
export const priority = z.enum(PRIORITIES, 'P0, P1 or P2');
export const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number as +15005550006');

/** A number of such units, which is more than 0. */
export function above0(units: string, most: number) {
  return z.number().positive(`must be more than 0 ${units}`).max(most);
}

/** For `refine`: whether any field is given. */
export function anyGiven(fields: object): boolean {
  return Object.values(fields).some((value) => value !== undefined);
}

/** For `superRefine`: refuses entries that share the value of a field, whatever its case. */
export function uniqueIds<K extends string>(field: K) {
  return (entries: readonly { readonly [F in K]: string }[], context: z.core.$RefinementCtx): void => {
    const values = entries.map((entry) => entry[field].trim().toLowerCase());
    const twice = values.findIndex((value, index) => values.indexOf(value) !== index);
    if (twice === -1) return;
    const message = `there is another ${JSON.stringify(entries[twice]?.[field])}; name each once`;
    context.addIssue({ code: 'custom', path: [twice, field], message });
  };
}

/** For `superRefine`: refuses entries that share a name. `what` goes before the name in the message. */
export function uniqueNames(what = '') {
  return (entries: readonly { readonly name: string }[], context: z.core.$RefinementCtx): void => {
    const names = entries.map((entry) => entry.name);
    const twice = names.findIndex((entry, index) => names.indexOf(entry) !== index);
    if (twice === -1) return;
    const message = `there is another ${what}"${names[twice]}"; give each a name of its own`;
    context.addIssue({ code: 'custom', path: [twice, 'name'], message });
  };
}
