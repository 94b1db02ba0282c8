import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds, as Linux's /proc tells it: resident memory, and open files and sockets. */
export type Resources = { readonly memoryMb: number; readonly handles: number };

export function resourcesOf(pid: number): Resources {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { memoryMb: Math.round(Number(kilobytes) / 1024), handles: readdirSync(`/proc/${pid}/fd`).length };
}
