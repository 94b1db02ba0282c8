import { tmpdir } from 'node:os';
import { howToInstall } from '../../lib/recovery/dump/install.ts';
import { findTool, type ToolName } from '../../lib/recovery/dump/mongo-tool.ts';
import type { OwnProcess } from '../../lib/recovery/dump/private-folder.ts';

/** The tool's path, or null for our own way. Throws Error for a word that is no choice, and where the tool is demanded and missing. */
export async function chooseTool(name: ToolName, choice: string): Promise<string | null> {
  if (choice !== 'auto' && choice !== 'driver' && choice !== name) throw new Error(`--tool: auto, ${name} or driver, not "${choice}"`);
  const found = choice === 'driver' ? null : await findTool(name, process.env['PATH'] ?? '');
  if (found === null && choice === name) throw new Error(`${name} is not installed; how to get it: ${howToInstall(process.platform)}`);
  return found;
}

/** What the tool may know of our environment: where programs and certificates are, no secret. */
export function toolEnvironment(): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'SYSTEMROOT', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'HTTPS_PROXY', 'TMPDIR'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** This process, for what a tool leaves behind. */
export const ownProcess: OwnProcess = {
  pid: process.pid,
  folder: tmpdir(),
  isAlive,
  onExit: (act) => {
    process.once('exit', act);
    return () => void process.off('exit', act);
  },
};

/** Signal 0 only asks; another user's process refuses it, and so is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
