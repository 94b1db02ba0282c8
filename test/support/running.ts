import { readFileSync } from 'node:fs';

/** Is there a process of this number that has not ended? One that has, and that its parent has not asked about yet, is not. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
