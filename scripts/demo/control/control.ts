import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { PLACES } from '../steps.ts';
import type { Demo } from './demo-state.ts';

export type Control = { readonly url: string; readonly close: () => void };

/** The page with the on-call phone, the Slack channel, the mailbox, the clock, and the buttons that break and mend. This machine alone can open it. */
export async function startControl(demo: Demo, port: number): Promise<Control> {
  const server = createServer((request, response) => {
    answer(request, response, demo).catch((error: unknown) => {
      response.writeHead(500, TEXT).end(error instanceof Error ? error.message : 'the demo failed');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`demo: cannot serve the control page on port ${port} (${error.message}); set CONTROL_PORT to one that is free`)),
    );
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

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8' };
const JSON_TYPE = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
/** Nothing from elsewhere, and nothing inline. */
const PAGE_HEADERS = { 'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'", 'X-Content-Type-Options': 'nosniff' };
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '': ['page.html', 'text/html'],
  'page.css': ['page.css', 'text/css'],
  'page.js': ['page.js', 'text/javascript'],
  'elements.js': ['elements.js', 'text/javascript'],
  'messages.js': ['messages.js', 'text/javascript'],
};

async function answer(request: IncomingMessage, response: ServerResponse, demo: Demo): Promise<void> {
  const [, verb = '', ...rest] = (request.url ?? '/').split('/');
  const id = decodeURIComponent(rest.join('/'));
  if (!isFromHere(request)) return void response.writeHead(403, TEXT).end('Only this page itself may ask that.');
  if (request.method === 'POST') {
    const done = await pushed(demo, verb, id);
    return void (done === null ? response.writeHead(404).end() : response.writeHead(200, TEXT).end(done));
  }
  if (request.method !== 'GET') return void response.writeHead(405).end();
  const file = rest.length === 0 ? FILES[verb] : undefined;
  const place = PLACES.find((one) => one === id);
  if (file !== undefined)
    response
      .writeHead(200, { ...PAGE_HEADERS, 'Content-Type': `${file[1]}; charset=utf-8` })
      .end(readFileSync(join(import.meta.dirname, file[0])));
  else if (verb === 'favicon.ico') response.writeHead(204).end();
  else if (verb === 'state') response.writeHead(200, JSON_TYPE).end(JSON.stringify(await demo.state()));
  else if (verb === 'go' && place !== undefined) response.writeHead(302, { Location: demo.go(place) }).end();
  else response.writeHead(404).end();
}

/** By a name of this machine, and not from another site in the same browser: whoever makes a name of his own lead here gets nothing. */
function isFromHere({ headers, method }: IncomingMessage): boolean {
  const isNamedHere = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');
  const site = headers['sec-fetch-site'];
  return isNamedHere && (method === 'GET' || site === undefined || site === 'same-origin');
}

/** What a button does; what it came to, in words, or null where there is no such button. */
async function pushed(demo: Demo, verb: string, id: string): Promise<string | null> {
  switch (verb) {
    case 'break':
    case 'mend':
      return demo.turn(verb, id);
    case 'later':
      return demo.later(id);
    case 'restore':
      return demo.beginRestore();
    case 'read':
      return demo.read();
    case 'acknowledge':
      return demo.acknowledge(id);
    default:
      return null;
  }
}
