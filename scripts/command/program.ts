import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { refuseRepeated, type Run } from './describe.ts';
import { logCommands } from './log-commands.ts';
import { withSubcommands } from './placed.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { COLUMNS } from '../terminal/terminal.ts';
import { watchCommands } from './watch-commands.ts';
import { shownRefusal } from './wrong-calls.ts';

const ABOUT = 'Watches the backups of MongoDB Atlas: can you restore, to when, and who is woken when the answer changes.';

const MORE = `
Example:
  restorewatch status

Every command shows its usage, an example and its exit codes with --help, and then does nothing.
Exit codes: 0 all is well, 1 something is wrong, 2 it was called in a wrong way and did nothing`;

type Sink = { readonly write: (text: string) => unknown; readonly columns?: number };
type Sinks = { readonly stdout: Sink; readonly stderr: Sink };

/** All of `restorewatch`. What a command works with is loaded after its arguments were read. */
export function programOf(run: Run, { stdout, stderr }: Sinks): CommandUnknownOpts {
  const program: CommandUnknownOpts = new Command('restorewatch').description(ABOUT).addHelpText('after', MORE);
  for (const command of [...watchCommands(run), ...logCommands(run), ...recoveryCommands(run)]) program.addCommand(command);
  for (const { path, command } of withSubcommands(program)) {
    for (const option of command.options) refuseRepeated(command, option);
    const before = { ...command.configureOutput() };
    command
      .exitOverride()
      .showSuggestionAfterError(false)
      .helpOption('-h, --help', 'show this, and do nothing')
      .showHelpAfterError(`Nothing was done. Usage, an example and exit codes: ${path} --help`)
      .configureOutput({
        writeOut: (text) => void stdout.write(text),
        writeErr: (text) => void stderr.write(text),
        outputError: (words, write) => before.outputError?.(shownRefusal(command, words), write),
        getOutHelpWidth: () => stdout.columns || COLUMNS,
        getErrHelpWidth: () => stderr.columns || COLUMNS,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }
  return program;
}
