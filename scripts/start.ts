import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { EnvironmentError, readEnvironment, type Environment } from '../lib/config/env.ts';
import { addressesNamed } from '../lib/config/recovery-policy.ts';
import { configuration } from '../lib/wire-config.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const FOLDER = join(import.meta.dirname, '..');
/** How long requests under way may take to end after a signal; what a killed run leaves, the next one picks up. */
const GRACE_MS = 2_000;

/** Refuses a wrong environment, warns, and serves what `npm run build` built. */
async function start(): Promise<void> {
  loadEnvironmentFiles(FOLDER);
  const config = configuration();
  const environment = readEnvironment(process.env, config.teams, addressesNamed(config), config.contacts);
  for (const warning of environment.warnings) process.stderr.write(`WARNING: ${warning}\n`);
  if (!existsSync(join(FOLDER, '.next', 'BUILD_ID'))) throw new Error('start: there is no build; run `npm run build` first');
  Object.assign(process.env, { NODE_ENV: 'production' });
  await serve(environment);
}

async function serve({ port }: Environment): Promise<void> {
  const { default: next } = await import('next');
  const server = createServer();
  const app = next({ dev: false, dir: FOLDER, port, httpServer: server });
  await app.prepare();
  const handle = app.getRequestHandler();
  server.on('request', (request, response) => void handle(request, response));
  server.once('error', (error) => fail(`start: cannot listen on port ${port}: ${error.message}`));
  server.listen(port, () => process.stdout.write(`Restorable listens on port ${portOf(server)}\n`));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(server));
}

function portOf(server: Server): number | string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : String(address);
}

function stop(server: Server): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), GRACE_MS).unref();
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

start().catch((error: unknown) => {
  if (error instanceof EnvironmentError) fail(error.message);
  fail(error instanceof Error ? error.message : 'start: failed');
});
