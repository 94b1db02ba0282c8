import { z } from 'zod';
import { known, unknown, type Fact } from '../../domain/facts/fact.ts';
import { DAY, type Instant } from '../../domain/time.ts';

/** MongoDB began in 2009. An earlier date is a default value, such as 1970. */
const EARLIEST: Instant = Date.UTC(2009, 0, 1);
/** A later date is a mistake, and may not print as ISO 8601. */
const LATEST: Instant = Date.UTC(2200, 0, 1);
/** Clocks may differ by so much. What is later has not happened yet. */
const CLOCK_SKEW = DAY;

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** The moment that an ISO 8601 text names, in UTC if it names no zone; null if it is absurd. */
export function instantOf(text: string): Instant | null {
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const at = Date.parse(parts[3] === undefined ? `${text}Z` : text);
  return at >= EARLIEST && at <= LATEST ? at : null;
}

/** For what Atlas says has happened: the moment, or null if it lies in the future. */
export function happened(at: Instant | null, now: Instant): Instant | null {
  return at === null || at > now + CLOCK_SKEW ? null : at;
}

/** The second in an ObjectId's first four bytes. */
export function instantOfId(id: string): Instant | null {
  const at = Number.parseInt(id.slice(0, 8), 16) * 1_000;
  return at >= EARLIEST && at <= LATEST ? at : null;
}

/** A field that is missing or malformed is null, which means unknown. `default` alone spares missing fields the slow path of `catch`. */
export function lenient<T extends z.ZodType>(schema: T): z.ZodCatch<z.ZodType<z.output<T> | null>> {
  return schema.nullable().default(null).catch(null);
}

export const objectId = z.string().regex(/^[0-9a-f]{24}$/i);
/** Names become path segments of later requests, where `.` and `..` would change the path. */
export const resourceName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name !== '.' && name !== '..');
export const moment = lenient(z.string().transform(instantOf));
export const flag = lenient(z.boolean());
export const text = lenient(z.string());

/** "8.0" of "8.0" or of "8.0.29"; null if the text is no version. */
export function majorVersionOf(version: string | null): string | null {
  return /^\d+\.\d+/.exec(version ?? '')?.[0] ?? null;
}

/** A field as a fact: its reason names the field and whose it is. */
export function fieldFact<T>(value: T | null, field: string, whose: string, asOf: Instant): Fact<T> {
  return value === null ? unknown(`Atlas sent no usable \`${field}\` for ${whose}`) : known(value, asOf);
}

/** One entry of a listing: usable, left out on purpose, or unreadable for the reason in one sentence. */
export type Entry<T> =
  | { readonly kind: 'usable'; readonly value: T }
  | { readonly kind: 'leftOut' }
  | { readonly kind: 'unreadable'; readonly sentence: string };

export type Listing<T> = { readonly values: readonly T[]; readonly unreadable: readonly string[] };

/** Parses each entry on its own, so that a malformed one does not affect the others. */
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

/** Id and name, without which nothing more can be asked about an entry; else a sentence that says what is missing. */
export function identityOf(entry: unknown, what: string): Entry<{ readonly id: string; readonly name: string }> {
  const whole = identity.safeParse(entry);
  if (whole.success) return { kind: 'usable', value: whole.data };
  const part = partOfIdentity.safeParse(entry).data;
  if (part?.id) return { kind: 'unreadable', sentence: `Atlas lists a ${what} with id ${part.id} and no usable name` };
  if (part?.name) return { kind: 'unreadable', sentence: `Atlas lists a ${what} named ${part.name} with no usable id` };
  return { kind: 'unreadable', sentence: `Atlas lists a ${what} with neither a usable id nor a usable name` };
}
