import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const FOLDER = join(import.meta.dirname, '..', '..');

/** Runs one of the command line's scripts to its end, with this environment and nothing of ours but PATH. */
export function runScript(
  name: string,
  given: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly input?: string },
): Promise<Ended> {
  const path = process.env['PATH'] ?? '';
  const env = { PATH: path, NODE_ENV: 'production' as const, ...given.env };
  const child = spawn(process.execPath, [join(FOLDER, 'scripts', name), ...(given.args ?? [])], { cwd: FOLDER, env });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  child.stdin.end(given.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}
