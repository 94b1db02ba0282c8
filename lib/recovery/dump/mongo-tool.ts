import { type ChildProcess, spawn } from 'node:child_process';
import { constants, rmSync } from 'node:fs';
import { access, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Interrupted } from './error.ts';
import { makePrivateFolder, type OwnProcess, sweepPrivateFolders } from './private-folder.ts';

export type ToolName = 'mongodump' | 'mongorestore';

/** The program's path, by `PATH`'s value; null where it is not installed. */
export async function findTool(name: ToolName, path: string): Promise<string | null> {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  for (const file of folders.flatMap((folder) => [join(folder, name), join(folder, `${name}.exe`)])) {
    if (await runs(file)) return file;
  }
  return null;
}

async function runs(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export type ToolRun = {
  readonly program: string;
  readonly uri: string;
  readonly args: readonly string[];
  /** The whole environment that it gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Whose child it is. */
  readonly own: OwnProcess;
  readonly signal?: AbortSignal | undefined;
  /** Each line that it says. */
  readonly onLine: (line: string) => void;
};

const OWNER_ONLY = 0o600;
/** Lines of its last words that an error repeats. */
const LAST_LINES = 3;

/**
 * Runs one of MongoDB's tools without a shell. The address goes by a file that only its owner can read and that is gone afterwards, so that no
 * list of processes shows it; gone, with the tool, also where our process ends at once. Throws Error with the tool's last words, `Interrupted` when stopped.
 */
export async function runTool(run: ToolRun): Promise<void> {
  await sweepPrivateFolders(run.own, Date.now());
  const folder = await makePrivateFolder(run.own);
  let child: ChildProcess | null = null;
  const forget = run.own.onExit(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    const config = join(folder, 'config.yaml');
    // A JSON string is one in YAML too.
    await writeFile(config, `uri: ${JSON.stringify(run.uri)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    await ended(run, config, (started) => void (child = started));
  } finally {
    forget();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ended(run: ToolRun, config: string, tell: (child: ChildProcess) => void): Promise<void> {
  // Next's types make NODE_ENV a must; the tools do not know it.
  const env = { ...run.env, NODE_ENV: 'production' as const };
  const child = spawn(run.program, [`--config=${config}`, ...run.args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  tell(child);
  const stop = (): void => void child.kill('SIGTERM');
  run.signal?.addEventListener('abort', stop, { once: true });
  if (run.signal?.aborted) stop();
  const last: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      last.push(line);
      last.splice(0, last.length - LAST_LINES);
      run.onLine(line);
    });
  }
  const code = await closed(child).finally(() => run.signal?.removeEventListener('abort', stop));
  if (run.signal?.aborted) throw new Interrupted();
  if (code !== 0) throw new Error(`${run.program} ended with ${code ?? 'a signal'}: ${last.join(' / ')}`);
}

function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
