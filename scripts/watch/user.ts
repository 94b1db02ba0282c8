import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { hashPassword } from '../../lib/config/environment/password.ts';
import { passwordProblem } from '../../lib/config/environment/password-rules.ts';
import { type Role, userLine } from '../../lib/config/environment/status-users.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';

type Asked = { readonly name: string; readonly role: Role };

/** `restorewatch user`: an entry of STATUS_USERS; everything else goes to standard error. */
export async function user({ streams: { stdin, stderr } }: Pick<Terminal, 'streams'>, { name, role }: Asked): Promise<Answer> {
  const [password = '', repeated = password] = await (stdin.isTTY ? askTwice(stdin, stderr) : linesOf(stdin));
  if (password !== repeated) throw new Error('The two passwords differ; nothing was printed.');
  const problem = passwordProblem(password, name);
  if (problem !== null) throw new Error(`${problem}; choose another one, nothing was printed.`);
  const hash = await hashPassword(password);
  return { data: { name, hash, role }, text: userLine({ name, hash, role }) };
}

async function linesOf(input: NodeJS.ReadableStream): Promise<readonly string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  const lines = Buffer.concat(chunks).toString('utf8').split(/\r?\n/);
  return lines.filter((line) => line !== '').slice(0, 2);
}

/** Without echo. */
async function askTwice(input: NodeJS.ReadableStream, prompts: NodeJS.WritableStream): Promise<readonly string[]> {
  // readline echoes what is typed to its output, which therefore discards everything.
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: discard, terminal: true });
  try {
    prompts.write('Password: ');
    const first = await terminal.question('');
    prompts.write('\nAgain: ');
    const second = await terminal.question('');
    prompts.write('\n');
    return [first, second];
  } finally {
    terminal.close();
  }
}
