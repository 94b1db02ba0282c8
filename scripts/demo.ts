import { join } from 'node:path';
import { placeFrom, startApp } from './demo/app.ts';
import { buildIfNeeded } from './demo/build.ts';
import { startControl } from './demo/control.ts';
import { startScheduler } from './demo/scheduler.ts';
import { startEmulators } from './demo/emulators.ts';

const FOLDER = join(import.meta.dirname, '..');
const CONTROL_PORT = Number(process.env['CONTROL_PORT'] ?? 3_001);

/** The product, against an Atlas that can be broken at the push of a button, until interrupted. */
async function demo(): Promise<void> {
  buildIfNeeded(FOLDER);
  const emulators = await startEmulators();
  const app = await startApp(emulators, FOLDER, placeFrom(process.env));
  const scheduler = startScheduler(app);
  const control = await startControl(emulators, scheduler, app.url, CONTROL_PORT);
  await scheduler.checkNow();
  process.stdout.write(
    `\n  Status page    ${app.url}\n  Control page   ${control.url}   (phone, Slack, mailbox, and the buttons that break things)\n${emulators.restore === null ? '\n  No restore test is shown: it needs a MongoDB. Set MONGO_TEST_URI, or install mongodb-memory-server.\n' : ''}\n  Ctrl-C ends both.\n\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, app.stop);
  await app.ended;
  scheduler.stop();
  control.close();
  await emulators.close();
}

demo().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'demo: failed'}\n`);
    process.exit(1);
  },
);
