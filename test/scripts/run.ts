import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';
import { VARIABLE_NAMES } from '../../lib/config/environment/variables.ts';
import { loaded } from '../../lib/wire/load-environment.ts';
import { main } from '../../scripts/command/main.ts';
import { childEnvironment } from '../support/child-environment.ts';

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
/** `said`: what went to both streams, in the order in which it was written. */
export type Said = Ended & { readonly said: string };

type Given = { readonly env?: Readonly<Record<string, string>>; readonly input?: string };

const FOLDER = join(import.meta.dirname, '..', '..');

/** Runs a script to its end in a process of its own, with this environment and nothing of ours but PATH. */
export function runScript(name: string, { args = [], env, input = '' }: Given & { readonly args?: readonly string[] }): Promise<Ended> {
  const child = spawn(process.execPath, [join(FOLDER, 'scripts', name), ...args], { cwd: FOLDER, env: childEnvironment(env) });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

type InProcess = Given & {
  /** Standard input and output are a terminal of 80 columns; a line of the input is typed whenever something is asked. */
  readonly terminal?: boolean;
};

/** What is asked ends with a colon or with the choices. */
const ASKED = /(?:: |\] )$/;

/** Streams for one command, and what it wrote to them. */
function streamsOf({ input = '', terminal = false }: InProcess) {
  const said = { stdout: '', stderr: '', said: '' };
  const stdin = Object.assign(new PassThrough(), terminal ? { isTTY: true } : {});
  const lines = input.split(/(?<=\n)/);
  const type = (): void => void (lines.length === 0 ? stdin.end() : stdin.write(lines.shift()));
  if (!terminal) stdin.end(input);
  const sink = (name: 'stdout' | 'stderr'): Writable => {
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        said[name] += String(chunk);
        said.said += String(chunk);
        if (terminal && ASKED.test(stripVTControlCharacters(said[name]))) setImmediate(type);
        done();
      },
    });
    return Object.assign(stream, terminal ? { isTTY: true, columns: 80, getColorDepth: () => WriteStream.prototype.getColorDepth() } : {});
  };
  return { said, streams: { stdin, stdout: sink('stdout'), stderr: sink('stderr') } };
}

const NOTHING: typeof loaded = { environment: null, configuration: null, ports: null };

/** Empties what the product keeps for as long as its process lives (`loaded`, and process-wide.ts). */
function forgetAll(): void {
  Object.assign(loaded, NOTHING);
  const kept = Object.getOwnPropertySymbols(globalThis).filter((symbol) => Symbol.keyFor(symbol)?.startsWith('restorewatch.'));
  for (const symbol of kept) Reflect.deleteProperty(globalThis, symbol);
}

let isRunning = false;

/**
 * Runs a command of `restorewatch` in this process, which takes a fraction of what a new one does. It meets this environment; the environment, configuration
 * and ports that an earlier command read are forgotten, and what is process-wide. Other variables of modules stay. One command at a time: they would undo
 * each other's environment.
 */
export async function restorewatch(args: readonly string[], given: InProcess = {}): Promise<Said> {
  if (isRunning) throw new Error('restorewatch(): another command is running in this process; await it first');
  isRunning = true;
  try {
    return await runHere(args, given);
  } finally {
    isRunning = false;
  }
}

async function runHere(args: readonly string[], given: InProcess): Promise<Said> {
  const { said, streams } = streamsOf(given);
  const before = { ...process.env };
  const log = vi.spyOn(console, 'error').mockImplementation((line) => void (said.stderr += `${line}\n`));
  for (const name of [...VARIABLE_NAMES, 'USER', 'VERCEL', 'CI', 'NO_COLOR', 'FORCE_COLOR']) delete process.env[name];
  Object.assign(process.env, { TERM: 'xterm-256color' }, given.env);
  try {
    forgetAll();
    const code = await main(args, streams);
    return { code, ...said };
  } finally {
    log.mockRestore();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
