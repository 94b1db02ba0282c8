import { createInterface } from 'node:readline/promises';
import type { ReadStream } from 'node:tty';
import { Writable } from 'node:stream';

/** One or two passwords: asked for twice on a terminal, without echo; else the lines of the input. */
export async function readPasswords(input: ReadStream, prompts: NodeJS.WritableStream): Promise<readonly string[]> {
  return input.isTTY ? askTwice(input, prompts) : linesOf(input);
}

async function linesOf(input: NodeJS.ReadableStream): Promise<readonly string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  const lines = Buffer.concat(chunks).toString('utf8').split(/\r?\n/);
  return lines.filter((line) => line !== '').slice(0, 2);
}

async function askTwice(input: ReadStream, prompts: NodeJS.WritableStream): Promise<readonly string[]> {
  // readline echoes what is typed to its output, so it gets one that goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: nowhere, terminal: true });
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
