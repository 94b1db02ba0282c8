import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A redis-server of our own. It listens on a socket file alone, so that two test files never meet on a port. */
export type RedisServer = { readonly socket: string; readonly stop: () => Promise<void> };

/** Starts the program at `path` without persistence, and resolves when it answers. */
export async function startRedis(path: string): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-redis-'));
  const socket = join(folder, 'redis.sock');
  const child = spawn(path, ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder]);
  await ready(child);
  return {
    socket,
    stop: async () => {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('redis-server has no output to wait for');
  for await (const line of createInterface({ input: child.stdout })) {
    if (/ready to accept connections/i.test(line)) {
      child.stdout.resume();
      return;
    }
  }
  throw new Error('redis-server ended before it was ready');
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}
