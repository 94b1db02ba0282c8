import { connect } from 'node:net';
import type { Outcome } from './fuzz.ts';
import type { Target } from './target.ts';

/** An upgrade request is answered or closed within so long. */
const LIMIT_MS = 10_000;
const PATHS = ['/', '/records', '/api/status', '/_next/webpack-hmr'];

/** Opens so many sockets at once that each ask for an upgrade and then say nothing more; none may stay open. */
export async function upgrade({ url }: Target, sockets: number): Promise<Outcome> {
  const ends = await Promise.all(Array.from({ length: sockets }, (_, index) => closes(url, PATHS[index % PATHS.length] ?? '/')));
  const open = ends.filter((closed) => !closed).length;
  return {
    lines: [`${sockets} sockets asked for an upgrade: ${sockets - open} were closed within ${LIMIT_MS / 1_000} s`],
    faults: open === 0 ? [] : [`${open} sockets stayed open`],
  };
}

function closes({ hostname, port }: URL, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const timer = setTimeout(() => end(false), LIMIT_MS);
    const end = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(closed);
    };
    socket
      .once('error', () => end(true))
      .once('close', () => end(true))
      .resume();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  });
}
