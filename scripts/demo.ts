import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RESPONDER, VIEWER } from './demo/accounts.ts';
import { placeFrom, startApp } from './demo/app.ts';
import { buildAlongside } from './demo/build.ts';
import { createClock } from './demo/clock.ts';
import { startControl } from './demo/control/control.ts';
import { createDemo } from './demo/control/demo-state.ts';
import { startCrons } from './demo/crons.ts';
import { directJobs } from './demo/direct-jobs.ts';
import { startEmulators, type Emulators } from './demo/emulators.ts';
import { refuseTakenPorts } from './demo/free-ports.ts';
import { openHistory } from './demo/history/history-ports.ts';
import { PAST, playHistory } from './demo/history/play-history.ts';

const FOLDER = join(import.meta.dirname, '..');
const CONTROL_PORT = Number(process.env['CONTROL_PORT'] || 3_001);

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Ends it while the past is still being played. */
const leave = (): void => process.exit(130);

/** The product, against an Atlas that can be broken at the push of a button, with three months behind it, until interrupted. */
async function demo(): Promise<void> {
  const place = placeFrom(process.env);
  await refuseTakenPorts([
    { name: 'PORT', ...place },
    { name: 'CONTROL_PORT', host: '127.0.0.1', port: CONTROL_PORT },
  ]);
  for (const signal of SIGNALS) process.once(signal, leave);
  const clock = createClock();
  const until = Date.now();
  clock.standAt(until - PAST);
  const built = buildAlongside(FOLDER);
  const emulators = await startEmulators({ now: clock.now });
  // However it ends: the folder may lie in memory.
  process.once('exit', () => rmSync(emulators.folder, { recursive: true, force: true }));
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
  await emulators.close();
}

/** What is printed once everything is there. */
function whatIsThere(page: string, control: string, { restore }: Pick<Emulators, 'restore'>): string {
  const account = ({ name, password, role }: typeof RESPONDER): string => `                 ${name} / ${password}   (${role})\n`;
  const emulated = restore?.isReal
    ? ''
    : '\n  Restore tests go against a small emulated server, which proves nothing about MongoDB. For a real one set MONGO_TEST_URI.\n';
  return [
    `\n  Status page    ${page}   sign in as\n`,
    account(RESPONDER),
    account(VIEWER),
    `\n  Control page   ${control}   six steps, the phone, Slack, the mailbox, a clock to push, and buttons that break things\n`,
    emulated,
    '\n  Nothing leaves this machine. Ctrl-C ends both pages and forgets everything.\n\n',
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
