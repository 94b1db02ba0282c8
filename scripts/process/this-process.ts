import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { findTool } from '../../lib/recovery/dump/tool/mongo-tool.ts';
import type { OwnProcess } from '../../lib/recovery/dump/tool/own-process.ts';

/** Where setpriv is, whatever PATH says. */
const SYSTEM = '/usr/bin:/bin:/usr/sbin:/sbin';

/** This process, for what a tool leaves behind. */
export const ownProcess: OwnProcess = {
  pid: process.pid,
  identity: identityOf(process.pid),
  // Asked each time: TMPDIR may be set by an .env file, or by a test, after this module was loaded.
  get folder() {
    return tmpdir();
  },
  isAlive,
  hasEnded,
  onExit: (act) => {
    process.once('exit', act);
    return () => void process.off('exit', act);
  },
  guard: () => (guarding ??= findGuard()),
};

/** Signal 0 only asks; another user's process refuses it, and so is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Boot, namespace of process numbers, number and start of a process, which no two processes share: numbers alone come back, in a container at each start.
 * Null where there is no /proc, and for a process that has ended.
 */
function identityOf(pid: number): string | null {
  const where = placeOf();
  const start = startOf(pid);
  return where === null || start === null ? null : `${where} ${pid} ${start}`;
}

/** Of another boot or namespace nothing can be told: it may be another machine's. */
function hasEnded(identity: string): boolean | null {
  const found = /^(\S+ \S+) (\d+) (\d+)$/.exec(identity);
  const where = placeOf();
  if (found === null || where === null || found[1] !== where) return null;
  return startOf(Number(found[2])) !== found[3];
}

function placeOf(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** The start in clock ticks since the boot, field 22 of /proc/PID/stat (man 5 proc); null where there is none, and for what has ended and is not reaped. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may hold spaces and brackets.
    const [state, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : (rest[18] ?? null);
  } catch {
    return null;
  }
}

let guarding: Promise<readonly string[]> | undefined;

/** Linux kills what `setpriv --pdeathsig` starts when its parent ends, however that ended. BusyBox has a setpriv without this. */
async function findGuard(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const program = await findTool('setpriv', `${process.env['PATH'] ?? ''}:${SYSTEM}`);
  if (program === null) return [];
  const guard = [program, '--pdeathsig', 'KILL', '--'] as const;
  const [first, ...others] = [...guard, process.execPath, '--version'] as const;
  return promisify(execFile)(first, others).then(
    () => guard,
    () => [],
  );
}
