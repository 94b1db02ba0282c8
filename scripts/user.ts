import { isUserName } from '../lib/config/variables.ts';
import { hashPassword, LONGEST_PASSWORD } from '../lib/password.ts';
import { readPasswords } from './user/read-passwords.ts';

const SHORTEST_PASSWORD = 8;

/** Prints `name:hash` for STATUS_USERS; everything else goes to standard error. */
async function main(name: string | undefined): Promise<void> {
  if (name === undefined || !isUserName(name)) {
    throw new Error('usage: npm run user -- NAME, where NAME is up to 64 letters, digits, dots, dashes, underscores or @');
  }
  const [password = '', repeated = password] = await readPasswords(process.stdin, process.stderr);
  if (password !== repeated) throw new Error('The two passwords differ; nothing was printed.');
  if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD) {
    throw new Error(`A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters; nothing was printed.`);
  }
  process.stdout.write(`${name}:${await hashPassword(password)}\n`);
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'user: failed'}\n`);
  process.exitCode = 1;
});
