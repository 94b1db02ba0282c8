import { z } from 'zod';
import { known, unknown, type Fact } from '../../domain/fact.ts';
import { DAY, type Instant } from '../../domain/time.ts';

/** MongoDB itself began in 2009: an earlier date is a default that leaked, such as 1970. */
const EARLIEST: Instant = Date.UTC(2009, 0, 1);
/** Later ones are not dates but mistakes, and would not print as ISO 8601. */
const LATEST: Instant = Date.UTC(2200, 0, 1);
/** Clocks differ; by more than this nothing has happened yet. */
const CLOCK_SKEW = DAY;

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** The moment that an ISO 8601 text names, UTC where it does not say; null where it is absurd. */
export function instantOf(text: string): Instant | null {
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const at = Date.parse(parts[3] === undefined ? `${text}Z` : text);
  return at >= EARLIEST && at <= LATEST ? at : null;
}

/** As given, or null where it lies in the future: for what Atlas says has happened. */
export function happened(at: Instant | null | undefined, now: Instant): Instant | null {
  return at === null || at === undefined || at > now + CLOCK_SKEW ? null : at;
}

/** The second in an ObjectId's first four bytes. */
export function instantOfId(id: string): Instant | null {
  const at = Number.parseInt(id.slice(0, 8), 16) * 1_000;
  return at >= EARLIEST && at <= LATEST ? at : null;
}

/** A field that is missing or malformed is null: unknown, never a default. */
export function lenient<T extends z.ZodType>(schema: T): z.ZodCatch<z.ZodOptional<z.ZodNullable<T>>> {
  return schema.nullish().catch(null);
}

export const objectId = z.string().regex(/^[0-9a-f]{24}$/i);
/** Names go into the path of later requests; a run of dots would leave its place there. */
export const resourceName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name !== '.' && name !== '..');
export const moment = lenient(z.string().transform(instantOf));
export const flag = lenient(z.boolean());
export const text = lenient(z.string());

/** A field as a fact: its reason names the field and whose it is. */
export function fieldFact<T>(value: T | null | undefined, field: string, whose: string, asOf: Instant): Fact<T> {
  return value === null || value === undefined ? unknown(`Atlas sent no usable \`${field}\` for ${whose}`) : known(value, asOf);
}

/** One entry of a listing: usable, left out on purpose, or one sentence on why it cannot be used. */
export type Entry<T> =
  | { readonly kind: 'usable'; readonly value: T }
  | { readonly kind: 'leftOut' }
  | { readonly kind: 'unreadable'; readonly sentence: string };

export type Listing<T> = { readonly values: readonly T[]; readonly unreadable: readonly string[] };

/** Parses every entry by itself, so that a broken one spoils no other. */
export function readEntries<T>(entries: readonly unknown[], parse: (entry: unknown) => Entry<T>): Listing<T> {
  const values: T[] = [];
  const unreadable: string[] = [];
  for (const entry of entries) {
    const parsed = parse(entry);
    if (parsed.kind === 'usable') values.push(parsed.value);
    if (parsed.kind === 'unreadable') unreadable.push(parsed.sentence);
  }
  return { values, unreadable };
}

const identity = z.object({ id: objectId, name: resourceName });
const partOfIdentity = z.object({ id: lenient(objectId), name: lenient(resourceName) });

/** Id and name, without which an entry can be neither followed nor asked about; else the sentence that says what it lacks. */
export function identityOf(entry: unknown, what: string): Entry<{ readonly id: string; readonly name: string }> {
  const whole = identity.safeParse(entry);
  if (whole.success) return { kind: 'usable', value: whole.data };
  const part = partOfIdentity.safeParse(entry).data;
  if (part?.id) return { kind: 'unreadable', sentence: `Atlas lists a ${what} with id ${part.id} and no usable name` };
  if (part?.name) return { kind: 'unreadable', sentence: `Atlas lists a ${what} named ${part.name} with no usable id` };
  return { kind: 'unreadable', sentence: `Atlas lists a ${what} with neither a usable id nor a usable name` };
}
