import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export type Placed = { readonly path: string; readonly command: CommandUnknownOpts };

/** The command and everything below it, each with the words that call it. */
export function withSubcommands(command: CommandUnknownOpts, above = ''): readonly Placed[] {
  const path = `${above}${command.name()}`;
  return [{ path, command }, ...command.commands.flatMap((one) => withSubcommands(one, `${path} `))];
}
