import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type Environment, readEnvironment, secretsIn } from '../lib/config/environment/read-environment.ts';
import { errorForLog } from '../lib/domain/error-for-log.ts';
import { createRedactor } from '../lib/domain/redact.ts';
import { placeProblem } from '../lib/record/sqlite/state-place.ts';
import { configuration } from '../lib/wire/load-policy.ts';
import { believePeerHeaders } from '../lib/people/sign-in/client-address.ts';
import { outliveReaders, tellUncaught } from './process/uncaught.ts';
import { isFault, wordsOf } from './terminal/words.ts';
import { loadEnvironmentFiles, PROJECT } from './process/env-files.ts';
import { guardOutput } from './start/guard-output.ts';
import { markRequests } from './start/mark-request.ts';
import { openServer } from './start/server.ts';

/** How long requests may go on after a signal. The next run continues what a killed run leaves. */
const GRACE_MS = 2_000;

/** Refuses a wrong environment, warns, and serves what `npm run build` built. */
async function start(): Promise<void> {
  loadEnvironmentFiles(PROJECT);
  const config = configuration();
  const environment = readEnvironment(process.env, config);
  // Next logs errors itself, as they are, those among them that nobody caught.
  guardOutput([process.stdout, process.stderr], createRedactor(environment.secrets).redact);
  for (const warning of [...environment.faults, ...environment.warnings]) process.stderr.write(`WARNING: ${warning}\n`);
  refuseState(environment);
  if (!existsSync(join(PROJECT, '.next', 'BUILD_ID'))) fail('start: there is no build; run `npm run build` first');
  Object.assign(process.env, { NODE_ENV: 'production' });
  await serve(environment);
}

/** A place where no state can be kept is a wrong setting. What fails later is a store that is down, and may come back. */
function refuseState({ store }: Environment): void {
  const problem = store.kind === 'sqlite' ? placeProblem(store.path) : null;
  if (store.kind === 'sqlite' && problem !== null) fail(`start: STATE_PATH, ${store.path}: ${problem}`);
}

/** Until Next sees to it. */
const stopTelling = tellUncaught('start');
outliveReaders();

async function serve({ port, host, runBudgetMs, trustedProxies }: Environment): Promise<void> {
  const { default: next } = await import('next');
  // Next listens for upgrades on the server that it is given, and then never answers one. This server gets no connection.
  const app = next({ dev: false, dir: PROJECT, port, httpServer: createServer() });
  await app.prepare();
  // From here on Next logs what nobody caught and goes on: a watchdog that ends over one request watches nothing.
  stopTelling();
  const handle = app.getRequestHandler();
  believePeerHeaders();
  const server = openServer((request, response) => void handle(request, response), runBudgetMs);
  markRequests(server, trustedProxies);
  const where = host ?? 'all addresses';
  server.once('error', (error) =>
    fail(`start: cannot listen on port ${port} of ${where}: ${error.message}; set PORT or HOST to what is free`),
  );
  server.listen({ port, ...(host !== null && { host }) }, () =>
    process.stdout.write(`Restorewatch listens on port ${portOf(server)} of ${where}\n`),
  );
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
  const { redact } = createRedactor(secretsIn(process.env));
  fail(isFault(error) ? `start: ${errorForLog(error, redact)}` : redact(wordsOf(error, 'start: failed')));
});
