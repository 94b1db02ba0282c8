import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';
import { createInterface } from 'node:readline';
import { type Duration, SECOND } from '../../../domain/time.ts';
import { temporaryNotWritten } from '../disk/write-file.ts';
import { Interrupted, withoutValues } from '../dump-error.ts';
import { inPrivateFolder, OWNER_ONLY, type OwnProcess } from './own-process.ts';

export type ToolRun = {
  readonly program: string;
  readonly uri: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whose child it is. */
  readonly own: OwnProcess;
  readonly signal?: AbortSignal | undefined;
  /** How long it may take to stop when it is asked to; then it is killed. */
  readonly grace?: Duration | undefined;
  readonly onLine: (line: string) => void;
};

/** Lines at the end of the output that an error repeats. */
const LAST_LINES = 3;

const GRACE: Duration = 10 * SECOND;

/**
 * Runs one of MongoDB's tools without a shell. The address is passed in a file that only its owner can read, so that no process list shows it. The file is
 * deleted afterwards, and the tool with all that it started is killed with us: where we exit, and, where `own.guard` has a way, where we are killed. Throws
 * Error with the tool's last lines, `Interrupted` when stopped.
 */
export async function runTool(run: ToolRun): Promise<void> {
  await inPrivateFolder(run.own, async (folder) => {
    let child: ChildProcess | null = null;
    const forget = run.own.onExit(() => {
      if (child !== null) killGroup(child, 'SIGKILL');
    });
    try {
      const config = join(folder, 'config.yaml');
      // A JSON string is one in YAML too.
      await writeFile(config, `uri: ${JSON.stringify(run.uri)}\n`, { mode: OWNER_ONLY, flag: 'wx' }).catch((error: unknown) => {
        throw temporaryNotWritten(config, error);
      });
      await ended(run, config, (started) => void (child = started));
    } finally {
      forget();
    }
  });
}

async function ended(run: ToolRun, config: string, tell: (child: ChildProcess) => void): Promise<void> {
  // Next's types make NODE_ENV a must; the tools do not know it.
  const env = { ...run.env, NODE_ENV: 'production' as const };
  const [program = run.program, ...args] = [...(await run.own.guard()), run.program, `--config=${config}`, ...run.args];
  // A process group of its own: what the tool starts ends with it.
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true, windowsHide: true });
  tell(child);
  let killing: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    killGroup(child, 'SIGTERM');
    killing = setTimeout(() => killGroup(child, 'SIGKILL'), run.grace ?? GRACE);
  };
  run.signal?.addEventListener('abort', stop, { once: true });
  if (run.signal?.aborted) stop();
  const last: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (written) => {
      const line = withoutValues(written);
      last.push(line);
      last.splice(0, last.length - LAST_LINES);
      run.onLine(line);
    });
  }
  // Rejects where the tool cannot be started.
  const [code]: readonly unknown[] = await once(child, 'close').finally(() => {
    clearTimeout(killing);
    run.signal?.removeEventListener('abort', stop);
  });
  if (run.signal?.aborted) throw new Interrupted();
  if (code !== 0) throw new Error(`${run.program} ended with ${typeof code === 'number' ? code : 'a signal'}: ${last.join(' / ')}`);
}

/** Sends the signal to the tool and to everything that it started. */
function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    // Windows has no process groups, and throws.
    if (child.pid !== undefined) kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}
