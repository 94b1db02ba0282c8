import { clean, cut } from '../../lib/domain/text.ts';
import { parseDayOrMoment, type Period } from '../../lib/domain/time.ts';
import type { Query } from '../viewer.ts';

/** Days or moments as an address has them; null for an end that was not asked for, or cannot be read. */
export type GivenPeriod = { readonly from: string | null; readonly to: string | null };

/** The query of an address. A parameter that cannot be read becomes a problem in words and is otherwise ignored, so that the page shows its default. */
export type Asking = {
  /** What was wrong so far. */
  readonly problems: readonly string[];
  /** The text of a parameter; null if it is absent, empty, given twice or over 300 characters. */
  readonly text: (name: string) => string | null;
  /** One of `choices`; null for anything else. */
  readonly choice: <Choice extends string>(name: string, choices: readonly Choice[]) => Choice | null;
  /** A whole number from 1 on; null for anything else. */
  readonly count: (name: string) => number | null;
  /** The parsed text; null if the parameter is absent. If `parse` returns null, that is a problem, whose sentence ends with `instead`. */
  readonly parsed: <Value>(name: string, parse: (text: string) => Value | null, instead: string) => Value | null;
  /** From the start of the first day, or moment, to the end of the last; `given`: as the address has it. */
  readonly period: () => { readonly within: Period; readonly given: GivenPeriod };
  /** Adds a problem that the page itself found. */
  readonly problem: (words: string) => void;
};

const LONGEST = 300;
const REPEATED_AT_MOST = 60;
const PROBLEMS_AT_MOST = 5;
const A_MOMENT = 'write a day as 2026-11-30, or a moment as 2026-11-30T08:00:00Z';

/** `names`: the parameters that the page knows; any other one is a problem, since a filter whose misspelt name was ignored would filter nothing. */
export function asking(query: Query, names: readonly string[]): Asking {
  const problems: string[] = [];
  const problem = (words: string): void => {
    if (problems.length < PROBLEMS_AT_MOST) problems.push(words);
  };
  for (const name of Object.keys(query))
    if (!names.includes(name)) problem(`“${shown(name)}” is nothing that this page can be asked for: there are ${names.join(', ')}`);
  const text: Asking['text'] = (name) => textOf(name, query[name], problem);
  const parsed: Asking['parsed'] = (name, parse, instead) => {
    const given = text(name);
    const value = given === null ? null : parse(given);
    if (given !== null && value === null) problem(`${name}: “${shown(given)}” cannot be read: ${instead}`);
    return value;
  };
  return {
    problems,
    problem,
    text,
    parsed,
    choice: (name, choices) => parsed(name, (given) => choices.find((one) => one === given) ?? null, `there are ${choices.join(', ')}`),
    count: (name) => parsed(name, countOf, 'it is a whole number from 1 on'),
    period: () => {
      const within = periodOf(parsed, problem);
      return { within, given: { from: within.from === null ? null : text('from'), to: within.to === null ? null : text('to') } };
    },
  };
}

function textOf(name: string, value: Query[string], problem: Asking['problem']): string | null {
  if (value === undefined || value === '') return null;
  if (typeof value !== 'string') problem(`${name} is there twice: leave one of them out`);
  else if (value.length > LONGEST) problem(`${name} has ${value.length} characters: at most ${LONGEST} are looked for`);
  else return clean(value) || null;
  return null;
}

function periodOf(parsed: Asking['parsed'], problem: Asking['problem']): Period {
  const from = parsed('from', (given) => parseDayOrMoment(given, 'first'), A_MOMENT);
  const to = parsed('to', (given) => parseDayOrMoment(given, 'last'), A_MOMENT);
  if (from === null || to === null || from <= to) return { from, to };
  problem('from lies after to: exchange the two');
  return { from: null, to: null };
}

function shown(text: string): string {
  return cut(clean(text), REPEATED_AT_MOST);
}

function countOf(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

/** An address with those of the parameters that say something. */
export function addressWith(path: string, parameters: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, String(value)]]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
