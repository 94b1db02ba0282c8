import type { Parser, Reading } from './parse-value.ts';

/** One variable of the environment: all that is known about it, for parsing, for the tables of the documents and for redaction. */
export type Variable<T> = {
  /** Its heading in those tables. */
  readonly group: string;
  /** As it would be written in the environment; null if there is no default. */
  readonly standard: string | null;
  readonly description: string;
  readonly secret: boolean;
  readonly read: (text: string | null) => Reading<T>;
};

export type Variables = Readonly<Record<string, Variable<unknown>>>;

/** The value of each variable after parsing. */
export type ValuesOf<V extends Variables> = { readonly [Name in keyof V]: V[Name] extends Variable<infer T> ? T : never };

type VariableTexts = { readonly description: string; readonly secret?: boolean };

/** A variable that may be absent; its value is null then. */
export function optional<T>(group: string, parse: Parser<T>, texts: VariableTexts): Variable<T | null> {
  return { group, standard: null, secret: false, ...texts, read: (text) => (text === null ? { ok: true, value: null } : parse(text)) };
}

/** A variable with a default. */
export function standard<T>(group: string, value: string, parse: Parser<T>, texts: VariableTexts): Variable<T> {
  return { group, standard: value, secret: false, ...texts, read: (text) => parse(text ?? value) };
}
