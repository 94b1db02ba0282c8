import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAtlasEmulator, type AtlasEmulator } from '../emulators/atlas.ts';
import { startRedis } from '../support/redis.ts';
import { startUpstash, type Upstash } from '../support/upstash.ts';
import type { Outside, Taken } from './outside-client.ts';

/** Atlas's own limit (docs/facts/atlas.md: 25 clusters a project). */
const CLUSTERS_A_PROJECT = 25;

/** Atlas and Redis for the bench, in a process of their own, so that their work is not counted as ours. Argument: how many clusters. */
async function main(clusters: number): Promise<void> {
  const atlas = await startAtlasEmulator();
  populate(atlas, clusters);
  const upstash = await redisBehindUpstash();
  const server = createServer((request, response) => {
    const [, verb = '', value = ''] = (request.url ?? '/').split('/');
    if (verb === 'latency') atlas.latencyMs = Number(value);
    response.end(JSON.stringify(verb === 'taken' ? taken(atlas, upstash) : {}));
  });
  server.listen(0, '127.0.0.1', () => {
    // A server on a TCP port has an AddressInfo, never a pipe's name.
    const { port } = server.address() as AddressInfo;
    const kv = upstash === null ? null : { url: upstash.url, token: upstash.token };
    const outside: Outside = { atlas: atlas.url, credentials: atlas.credentials, kv, control: `http://127.0.0.1:${port}` };
    process.stdout.write(`${JSON.stringify(outside)}\n`);
  });
}

function populate(atlas: AtlasEmulator, clusters: number): void {
  for (let made = 0; made < clusters; made += CLUSTERS_A_PROJECT) {
    const project = atlas.addProject(`project-${made / CLUSTERS_A_PROJECT}`);
    for (let of = made; of < Math.min(made + CLUSTERS_A_PROJECT, clusters); of += 1) project.addCluster(`cluster-${of}`);
  }
}

/** Null where there is no redis-server: then store commands are not counted. */
async function redisBehindUpstash(): Promise<Upstash | null> {
  if (spawnSync('redis-server', ['--version']).status !== 0) return null;
  const redis = await startRedis('redis-server');
  process.once('SIGTERM', () => void redis.stop().then(() => process.exit(0)));
  return startUpstash(redis.socket);
}

/** What was asked for since the last time, which is forgotten. */
function taken(atlas: AtlasEmulator, upstash: Upstash | null): Taken {
  const requests = atlas.apiRequests().map(({ target, headers }) => ({
    target,
    accept: headers['accept'] ?? '',
    authorization: headers['authorization'] ?? '',
  }));
  atlas.requests.length = 0;
  const commands = upstash?.commands.splice(0).map(([name]) => String(name)) ?? [];
  return { requests, commands, refused: atlas.refused };
}

await main(Number(process.argv[2]));
