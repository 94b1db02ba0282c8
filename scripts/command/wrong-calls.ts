import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { nearest } from '../../lib/domain/nearest.ts';
import { misused } from './describe.ts';
import { type Placed, withSubcommands } from './placed.ts';

/**
 * What the parser says of a wrong call, so that it can be shown: what was typed too much or after `=` may be a password, and a misspelt option gets
 * the nearest one.
 */
export function shownRefusal(command: CommandUnknownOpts, words: string): string {
  const [, option] = /^error: unknown option '(-[^'=]*)/.exec(words) ?? [];
  if (option !== undefined) return refusedOption(option, optionsOf(command));
  return words.replace(/^(error: too many arguments[^]*?but got \d+)[^]*/, '$1; they are not shown, since one may be a secret.\n');
}

/** The parser calls an option unknown, too, that takes no value and was given one with `=`. */
function refusedOption(option: string, known: readonly string[]): string {
  if (known.includes(option)) return `error: option '${option}' takes no value\n`;
  const longer = known.filter((name) => option.length > 3 && name.startsWith(option));
  return `error: unknown option '${option}'\n${suggested([...new Set([...nearest(option, known, 1), ...longer])])}\n`;
}

/** A program that only names what is below it has no `--json` itself; there the options of all commands count. */
function optionsOf(command: CommandUnknownOpts): readonly string[] {
  const all = command.commands.length === 0 ? [command] : withSubcommands(command).map((one) => one.command);
  return ['--help', ...all.flatMap(({ options }) => options.flatMap(({ long }) => long ?? []))];
}

function suggested(names: readonly string[]): string {
  return `(Did you mean ${names.join(' or ')}?)`;
}

/** Refuses a command that does not exist, also beside `--help` and after `help`, where the parser would show the help of everything. */
export function refuseUnknownCommands(program: CommandUnknownOpts, args: readonly string[]): void {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith('-')) return;
  if (first === 'help' && program.commands.length > 0) return refuseUnknownCommands(program, rest);
  const below = program.commands.find((command) => command.name() === first);
  if (below !== undefined) return refuseUnknownCommands(below, rest);
  if (program.commands.length === 0) return;
  const names = callsBelow(program);
  const near = nearest(first, names.keys(), 1).flatMap((name) => names.get(name) ?? []);
  misused(program, `unknown command '${first}'\n${suggested(near)}`);
}

/** Each command below this one, by the names under which somebody may look for it: `alerts test` also by `test` and `test-alert`. */
function callsBelow(program: CommandUnknownOpts): ReadonlyMap<string, string> {
  const calls = program.commands.flatMap((command) => withSubcommands(command)).map(({ path }: Placed) => path);
  const byName = calls.flatMap((path) => namesOf(path).map((name) => [name, path] as const));
  // A command's own name comes before one that is only looked for.
  return new Map([...byName, ...calls.map((path) => [path, path] as const)]);
}

function namesOf(path: string): readonly string[] {
  const [above = '', below] = path.split(' ');
  return below === undefined ? [] : [below, `${below}-${above}`, `${below}-${above.replace(/s$/, '')}`, `${above}-${below}`];
}
