import { VARIABLE_NAMES, type VariableName, VARIABLES } from '../../lib/config/environment/variables.ts';

const HEAD = `# Written by \`npm run docs\` from lib/config/environment/variables.ts. Copy it to .env.local and fill in what you use.
# An empty variable counts as not set. A line that begins with "# NAME=" shows the default.`;

/** The text of .env.example: every variable by group, with its description; one with a default is a comment. */
export function environmentExample(): string {
  const groups = Map.groupBy(VARIABLE_NAMES, (name) => VARIABLES[name].group);
  const blocks = [...groups].map(([group, names]) => [`# ${group}`, ...names.map((name) => lineOf(name))].join('\n'));
  return `${[HEAD, ...blocks].join('\n\n')}\n`;
}

function lineOf(name: VariableName): string {
  const { description, standard, secret } = VARIABLES[name];
  const comment = `# ${description}${secret ? ' (secret)' : ''}`;
  return `${comment}\n${standard === null ? `${name}=` : `# ${name}=${standard}`}`;
}
