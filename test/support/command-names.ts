import { withSubcommands } from '../../scripts/command/placed.ts';
import { programOf } from '../../scripts/command/program.ts';

const program = programOf(async () => {}, { stdout: process.stdout, stderr: process.stderr });

/** The words that call each command of `restorewatch`, without its own name: `doctor`, `alerts test`. */
export const COMMAND_NAMES = withSubcommands(program).map(({ path }) => path.replace(/^restorewatch ?/, ''));

/** The command in a text that names one, without its options. */
export const CALLED = /(?<=\brestorewatch )(?:(?:alerts|incidents|erasures|evidence) [a-z][a-z-]*|[a-z][a-z-]*)/g;
