import { withSubcommands } from '../command/placed.ts';
import { programOf } from '../command/program.ts';

const HEAD = `<!-- Written by \`npm run docs\` from scripts/command: change it there. -->

# Commands

From a clone: \`npx --no-install restorewatch COMMAND\`; after \`npm link\`, \`restorewatch COMMAND\`. Every command reads its arguments before it does anything else. \`--help\` does nothing, a word that it does not
know ends with exit code 2 and names the nearest, and \`--json\` prints the answer for programs. What rings a phone, restores, begins a drill or deletes backups or a sandbox's data asks first; where there is no terminal, it needs \`--yes\`. The answer goes to standard output, everything else to standard error.`;

/** docs/commands.md: the help of every command, as it prints it. */
export function commandsPage(): string {
  let text = '';
  const sink = { write: (piece: string) => (text += piece), columns: 110 };
  const commands = withSubcommands(programOf(async () => {}, { stdout: sink, stderr: sink }));
  const parts = commands.map(({ path, command }) => {
    text = '';
    command.outputHelp();
    return `## ${path}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``;
  });
  return `${[HEAD, ...parts].join('\n\n')}\n`;
}
