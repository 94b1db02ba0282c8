import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { BREAKS } from './breaks.ts';
import type { Scheduler } from './scheduler.ts';
import type { Emulators } from './emulators.ts';

const SHOWN = 30;
const PAGE = join(import.meta.dirname, 'control.html');

export type Control = { readonly url: string; readonly close: () => void };

/** The page with the on-call phone, the Slack channel, the mailbox, and the buttons that break and mend. This machine alone can open it. */
export async function startControl(emulators: Emulators, scheduler: Scheduler, appUrl: string, port: number): Promise<Control> {
  const broken = new Set<string>();
  const server = createServer((request, response) => {
    answer(request, response, { emulators, scheduler, appUrl, broken }).catch(() => response.writeHead(500).end());
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

type ControlContext = {
  readonly emulators: Emulators;
  readonly scheduler: Scheduler;
  readonly appUrl: string;
  readonly broken: Set<string>;
};

async function answer(request: IncomingMessage, response: ServerResponse, context: ControlContext): Promise<void> {
  const [, verb = '', id = ''] = (request.url ?? '/').split('/');
  if (request.method === 'GET' && verb === '') {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(readFileSync(PAGE));
  } else if (request.method === 'GET' && verb === 'state') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(stateOf(context)));
  } else if (request.method === 'POST' && (verb === 'break' || verb === 'mend') && turn(context, verb, id)) {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(await context.scheduler.checkNow());
  } else if (request.method === 'POST' && verb === 'restore' && context.emulators.restore !== null) {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(await context.scheduler.restoreNow());
  } else {
    response.writeHead(404).end();
  }
}

/** Breaks or mends; false where there is no such button. */
function turn({ emulators, broken }: ControlContext, verb: 'break' | 'mend', id: string): boolean {
  const found = BREAKS.find((one) => one.id === id);
  if (found === undefined) return false;
  if (verb === 'break' && !broken.has(id)) found.start(emulators);
  if (verb === 'mend') found.mend(emulators);
  if (verb === 'break') broken.add(id);
  else broken.delete(id);
  return true;
}

function stateOf({ emulators, scheduler, appUrl, broken }: ControlContext): unknown {
  const breaks = BREAKS.filter((one) => one.id !== 'damage' || emulators.restore !== null).map(({ id, label, expect }) => ({
    id,
    label,
    expect,
    broken: broken.has(id),
  }));
  return { appUrl, restore: emulators.restore !== null, breaks, lastCheck: scheduler.last(), ...receivedBy(emulators) };
}

/** The messages that people received, newest first. */
function receivedBy({ pagerduty, slack, smtp, twilio }: Emulators) {
  return {
    pages: newest(pagerduty.alerts).map(({ payload, state, openedAt }) => ({
      text: payload.summary,
      severity: payload.severity,
      state,
      at: openedAt,
    })),
    texts: newest(twilio.messages).map(({ to, body, at }) => ({ to, text: body, at })),
    slack: newest(slack.messages).map(({ ts, thread_ts, text, edits }) => ({
      text,
      at: Number(ts) * 1_000,
      reply: thread_ts !== undefined,
      edits,
    })),
    mails: newest(smtp.mails).map(({ to, subject, text }) => ({ to: to.join(', '), subject, text })),
  };
}

function newest<T>(all: readonly T[]): readonly T[] {
  return all.slice(-SHOWN).toReversed();
}
