import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { z } from 'zod';
import { bearerAuthorised } from '../../../lib/people/sign-in/access.ts';
import { CONTENT_TYPES, exposition, type Form, formFor } from '../../../lib/render/metrics/exposition.ts';
import { sampleFamilies } from './sample-state.ts';

const TOKEN = 'metrics-token-of-the-prometheus-test';
const ANSWER = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }).optional(),
});
type Answer = z.infer<typeof ANSWER>;

/** A Prometheus of our own, and the form in which it asks for our metrics, once it has. */
export type Prometheus = {
  /** An instant query, as Prometheus answers it. */
  readonly query: (expression: string) => Promise<Answer>;
  readonly scrapedAs: () => Form | null;
  readonly stop: () => Promise<void>;
};

/** Starts the program at `path` on a free port; it scrapes the sample state every second, with a bearer token, as docs/operations.md configures it. */
export async function startPrometheus(path: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-prometheus-'));
  let form: Form | null = null;
  const target = createServer((request, response) => {
    if (!bearerAuthorised(TOKEN, request.headers.authorization ?? null)) return void response.writeHead(401).end();
    form = formFor(request.headers.accept ?? null);
    response.writeHead(200, { 'Content-Type': CONTENT_TYPES[form] }).end(exposition(sampleFamilies(Date.now()), form));
  });
  const port = await listening(target);
  writeFileSync(join(folder, 'prometheus.yaml'), configurationFor(`127.0.0.1:${port}`));
  const args = [`--config.file=${join(folder, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const child = spawn(path, [...args, '--web.listen-address=127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await addressIn(child.stderr);
  return {
    query: async (expression) => {
      const answer = await fetch(`http://${address}/api/v1/query?${new URLSearchParams({ query: expression })}`);
      return ANSWER.parse(await answer.json());
    },
    scrapedAs: () => form,
    stop: async () => {
      child.kill();
      await ended;
      target.close();
      target.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configurationFor(target: string): string {
  const job = {
    job_name: 'restorewatch',
    metrics_path: '/api/metrics',
    authorization: { credentials: TOKEN },
    static_configs: [{ targets: [target] }],
  };
  return stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] });
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the target has no port');
  return address.port;
}

/** The address that the log names once the server listens. */
async function addressIn(log: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: log })) {
    lines.push(line);
    const address = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    log.resume();
    return address;
  }
  throw new Error(`prometheus ended before it listened: ${lines.join('\n')}`);
}
