import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { pairs } from './values.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';

/** Exit codes, the same in all commands; `status` has those of monitoring plugins. */
export const EXIT = { ok: 0, failed: 1, misused: 2, unknown: 3 } as const;

export type How = {
  /** What is going to happen; it is asked before it begins, unless --yes was given. */
  readonly question?: string;
  /** The command asks by itself, in the middle. */
  readonly asksLater?: boolean;
  /** A monitoring plugin: where it cannot tell, it says UNKNOWN on standard output, which is all that is read of it. */
  readonly isPlugin?: boolean;
};

/** Runs a command whose arguments were read: asks if it has to, reads the `.env` files, acts, and prints the answer. */
export type Run = (command: CommandUnknownOpts, act: (terminal: Terminal) => Promise<Answer>, how?: How) => Promise<void>;

const CODES = 'Exit codes: 0 all is well, 1 something is wrong, 2 it was called in a wrong way and did nothing';

type Description = { readonly about: string; readonly example: string; readonly codes?: string };

/** A command with what all of them have. */
export function described(name: string, { about, example, codes = CODES }: Description) {
  const lines = example.split('\n').map((line) => `  restorewatch ${line}`);
  return new Command(name)
    .description(about)
    .summary(about.split(/[.:](?: |$)/)[0] ?? about)
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\nExample:\n${lines.join('\n')}\n\n${codes}`);
}

/** The option of commands that ask before they begin. */
export const YES = ['-y, --yes', 'do not ask first'] as const;

/** Ends a command that was called in a wrong way, before it did anything. */
export function misused(command: CommandUnknownOpts, words: string): never {
  return command.error(`error: ${words}`, { exitCode: EXIT.misused });
}

/** The value of an option that has to be given. The action asks for it, since the parser would name it before a misspelt one. */
export function needed<T>(command: CommandUnknownOpts, flags: string, value: T | undefined): T {
  return value ?? misused(command, `required option '${flags}' not specified`);
}

/** Ends the command unless exactly one of these options is given. */
export function exactlyOne(command: CommandUnknownOpts, names: readonly string[], otherwise?: string): void {
  const given = names.filter((name) => command.getOptionValueSource(camelCase(name)) === 'cli');
  if (given.length === 1) return;
  const all = names.map((name) => `--${name}`).join(', ');
  misused(command, given.length > 1 ? `one at a time of ${all}` : (otherwise ?? `say what to do: one of ${all}`));
}

/** Ends the command if one of these was given beside an option that they say nothing to; by the names that the parser keeps them under. */
export function noneOf(command: CommandUnknownOpts, names: readonly string[], beside: string): void {
  const given = command.options.filter((option) => names.includes(option.attributeName()));
  const wrong = given.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli').map(({ long }) => long);
  if (wrong.length > 0) misused(command, `${wrong.join(' and ')}: not beside ${beside}; leave one of the two out`);
}

/** Ends the command where an option that takes one value is given twice: the first would be left out without a word. */
export function refuseRepeated(command: CommandUnknownOpts, option: CommandUnknownOpts['options'][number]): void {
  if (!option.required || option.parseArg === pairs) return;
  let given = 0;
  command.on(`option:${option.name()}`, () => {
    given += 1;
    if (given > 1) misused(command, `${option.long} is given twice; it takes one value`);
  });
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
