import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { BREAKS } from './breaks.ts';
import { toldSoFar } from './told.ts';
import type { Scheduler } from './scheduler.ts';
import type { World } from './world.ts';

const PAGE = join(import.meta.dirname, 'control.html');

export type Control = { readonly url: string; readonly close: () => void };

/** The page with the on-call phone, the Slack channel, the mailbox, and the buttons that break and mend. This machine alone can open it. */
export async function startControl(world: World, scheduler: Scheduler, appUrl: string, port: number): Promise<Control> {
  const broken = new Set<string>();
  const server = createServer((request, response) => {
    answer(request, response, { world, scheduler, appUrl, broken }).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`demo: cannot serve the control page on port ${port}: ${error.message}`)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => close(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}

type Parts = { readonly world: World; readonly scheduler: Scheduler; readonly appUrl: string; readonly broken: Set<string> };

async function answer(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const [, verb = '', id = ''] = (request.url ?? '/').split('/');
  if (request.method === 'GET' && verb === '') {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(readFileSync(PAGE));
  } else if (request.method === 'GET' && verb === 'state') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(stateOf(parts)));
  } else if (request.method === 'POST' && (verb === 'break' || verb === 'mend') && turn(parts, verb, id)) {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(await parts.scheduler.checkNow());
  } else if (request.method === 'POST' && verb === 'restore' && parts.world.restore !== null) {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(await parts.scheduler.restoreNow());
  } else {
    response.writeHead(404).end();
  }
}

/** Breaks or mends; false where there is no such button. */
function turn({ world, broken }: Parts, verb: 'break' | 'mend', id: string): boolean {
  const found = BREAKS.find((one) => one.id === id);
  if (found === undefined) return false;
  if (verb === 'break' && !broken.has(id)) found.start(world);
  if (verb === 'mend') found.mend(world);
  if (verb === 'break') broken.add(id);
  else broken.delete(id);
  return true;
}

function stateOf({ world, scheduler, appUrl, broken }: Parts): unknown {
  const breaks = BREAKS.filter((one) => one.id !== 'damage' || world.restore !== null).map(({ id, label, expect }) => ({
    id,
    label,
    expect,
    broken: broken.has(id),
  }));
  return { appUrl, restore: world.restore !== null, breaks, lastCheck: scheduler.last(), ...toldSoFar(world) };
}
