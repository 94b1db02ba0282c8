import { Agent, request, type RequestOptions } from 'node:http';
import { performance } from 'node:perf_hooks';

export type Target = { readonly url: URL; readonly authorization: string };

export type Asked = Pick<RequestOptions, 'method' | 'path' | 'headers' | 'localAddress' | 'agent'> & { readonly body?: string };

export type Reply = {
  /** 0: the connection was closed without an answer. -1: it stayed open without one. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly seconds: number;
};

/** No answer within so long is a fault. */
const LIMIT_MS = 30_000;

/** Keeps as many connections as there are clients at once. */
export function agentOf(clients: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: clients });
}

/** One request. Whatever comes of it is a status, and never an error. */
export function ask(target: Target, { body, ...options }: Asked): Promise<Reply> {
  const began = performance.now();
  return new Promise((resolve) => {
    const done = (status: number, retryAfter: string | null = null): void =>
      resolve({ status, retryAfter, seconds: (performance.now() - began) / 1_000 });
    const { hostname: host, port } = target.url;
    const asked = request({ host, port, ...options, timeout: LIMIT_MS }, (answer) => {
      answer.resume().once('close', () => done(answer.statusCode ?? 0, answer.headers['retry-after'] ?? null));
    });
    let isLate = false;
    asked.once('timeout', () => {
      isLate = true;
      done(-1);
      asked.destroy();
    });
    asked.once('error', () => {
      // A server may end an idle connection in the moment in which it is used again; every client of HTTP then asks by a new one.
      if (asked.reusedSocket && !isLate) void ask(target, { ...options, ...(body !== undefined && { body }), agent: false }).then(resolve);
      else done(0);
    });
    asked.once('upgrade', (answer, socket) => {
      socket.destroy();
      done(answer.statusCode ?? 0);
    });
    asked.end(body);
  });
}

/** Runs the jobs one after the other in so many lanes at once. */
export async function inLanes(lanes: number, jobs: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs) await job(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
