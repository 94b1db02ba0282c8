import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../lib/domain/time.ts';
import { RESPONDER, VIEWER } from './demo/accounts.ts';
import { type Place, placeFrom, startApp } from './demo/app.ts';
import { buildIfNeeded, QUICK_BUILD } from './demo/build.ts';
import { createClock, type DemoClock } from './demo/clock.ts';
import { startControl } from './demo/control/control.ts';
import { createDemo } from './demo/control/demo-state.ts';
import { startCrons } from './demo/crons.ts';
import { directJobs } from './demo/direct-jobs.ts';
import { makeFolder, startEmulators, type Emulators } from './demo/emulators.ts';
import { refuseTakenPorts } from './demo/free-ports.ts';
import { openHistory } from './demo/history/history-ports.ts';
import { PAST, playHistory } from './demo/history/play-history.ts';

const FOLDER = join(import.meta.dirname, '..');
const CONTROL_PORT = Number(process.env['CONTROL_PORT'] || 3_001);

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The product, against an Atlas that can be broken at the push of a button, with three months behind it, until interrupted. */
async function demo(): Promise<void> {
  const place = placeFrom(process.env);
  await refuseTakenPorts([
    { name: 'PORT', ...place },
    { name: 'CONTROL_PORT', host: '127.0.0.1', port: CONTROL_PORT },
  ]);
  const clock = createClock();
  const until = Date.now();
  clock.standAt(until - PAST);
  const folder = makeFolder();
  // However it ends: the folder may lie in memory.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of SIGNALS) process.once(signal, exit);
  const emulators = await startEmulators({ now: clock.now, folder });
  try {
    await show({ emulators, clock, place, until });
  } finally {
    await emulators.close();
  }
}

const exit = (): void => process.exit(130);

type Stage = { readonly emulators: Emulators; readonly clock: DemoClock; readonly place: Place; readonly until: Instant };

/** Plays the past until the moment `until`, then serves both pages until interrupted. */
async function show({ emulators, clock, place, until }: Stage): Promise<void> {
  // What a restore test wrote into a MongoDB that somebody lent is dropped also where the past is still being played.
  const leave = (): void => void (emulators.restore?.close() ?? Promise.resolve()).finally(exit);
  for (const signal of SIGNALS) process.off(signal, exit).once(signal, leave);
  const built = buildIfNeeded(FOLDER, QUICK_BUILD);
  const ports = await openHistory(emulators, clock.now, place);
  say('Playing three months of backups, restores and faults …\n');
  await Promise.all([built, playHistory({ emulators, clock, ports }, until)]);
  clock.run();
  const app = await startApp(emulators, FOLDER, place);
  const crons = startCrons({
    app,
    clock,
    readHead: async () => (await ports.store.readHead()).head,
    direct: directJobs(ports, emulators),
  });
  const control = await startControl(createDemo({ emulators, crons, clock, app, store: ports.store, ports }), CONTROL_PORT);
  await crons.checkNow();
  say(whatIsThere(app.url, control.url, emulators));
  for (const signal of SIGNALS) process.off(signal, leave).once(signal, app.stop);
  await app.ended;
  crons.stop();
  control.close();
  await ports.store.close();
}

/** What is printed once everything is there. */
function whatIsThere(page: string, control: string, { restore }: Pick<Emulators, 'restore'>): string {
  const account = ({ name, password, role }: typeof RESPONDER): string => `                 ${name} / ${password}   (${role})\n`;
  const data = restore?.isReal
    ? '\n  Restore tests write into the MongoDB at hand; their databases are dropped at the end. Nothing else leaves this machine.\n'
    : '\n  Nothing leaves this machine. Restore tests go against a small emulated server, which proves nothing about MongoDB. For a real one set MONGO_TEST_URI.\n';
  return [
    `\n  Status page    ${page}   sign in as\n`,
    account(RESPONDER),
    account(VIEWER),
    `\n  Control page   ${control}   six steps, the phone, Slack, the mailbox, a clock to push, and buttons that break things\n`,
    data,
    '\n  Ctrl-C ends both pages and forgets everything.\n\n',
  ].join('');
}

function say(text: string): void {
  process.stdout.write(text);
}

demo().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'demo: failed'}\n`);
    process.exit(1);
  },
);
