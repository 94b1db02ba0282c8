import { CommanderError } from '@commander-js/extra-typings';
import { secretsIn } from '../../lib/config/environment/read-environment.ts';
import { errorForLog } from '../../lib/domain/error-for-log.ts';
import { loadEnvironmentFiles, PROJECT } from '../process/env-files.ts';
import { EXIT, type Run } from './describe.ts';
import { programOf } from './program.ts';
import { NotConfirmed, openTerminal, type Streams, type Terminal } from '../terminal/terminal.ts';
import { isFault, wordsOf } from '../terminal/words.ts';
import { refuseUnknownCommands } from './wrong-calls.ts';

/** Runs one command of `restorewatch` to its end and gives the exit code. Its arguments are read before anything else happens. */
export async function main(args: readonly string[], streams: Streams): Promise<number> {
  const terminal = openTerminal(streams);
  const ended: { code: number } = { code: EXIT.ok };
  try {
    const program = programOf(runner(terminal, ended), streams);
    refuseUnknownCommands(program, args);
    await program.parseAsync([...args], { from: 'user' });
    return ended.code;
  } catch (error) {
    // The parser throws for --help too, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === EXIT.ok ? EXIT.ok : EXIT.misused;
    throw error;
  }
}

function runner(terminal: Terminal, ended: { code: number }): Run {
  return async (command, act, { question, asksLater = false, isPlugin = false } = {}) => {
    const { json, yes } = command.optsWithGlobals();
    const form = json === true ? 'json' : 'text';
    try {
      if (question !== undefined && yes !== true) await (asksLater ? terminal.needPerson(question) : terminal.confirm(question));
      loadEnvironmentFiles(PROJECT);
      terminal.learn(secretsIn(process.env));
      const { code = EXIT.ok, ...answer } = await act(terminal);
      terminal.print(answer, form);
      ended.code = code;
    } catch (error) {
      const cause = wordsOf(error, 'failed');
      if (form === 'json') terminal.print({ data: { ...(isPlugin && { state: 'UNKNOWN' }), error: cause }, text: '' }, form);
      else if (isPlugin) terminal.print({ data: null, text: `UNKNOWN: ${cause}` }, form);
      if (form === 'json' || !isPlugin) terminal.say(prefixed(command.name(), cause));
      // What is said shows no secret that was learnt.
      if (isFault(error)) terminal.say(errorForLog(error, (text) => text));
      ended.code = error instanceof NotConfirmed && error.nobodyThere ? EXIT.misused : isPlugin ? EXIT.unknown : EXIT.failed;
    }
  };
}

/** Some causes name the command themselves. */
function prefixed(name: string, cause: string): string {
  return cause.startsWith(`${name}: `) ? cause : `${name}: ${cause}`;
}
