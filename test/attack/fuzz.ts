import { chanceOf, type Chance } from '../score/chance.ts';
import { PATHS } from './paths.ts';
import { agentOf, ask, type Asked, inLanes, type Reply, type Target } from './target.ts';

export type Outcome = { readonly lines: readonly string[]; readonly faults: readonly string[] };

const METHODS = ['GET', 'GET', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'LOCK', 'X-ODD'];
const ODD = [
  '%zz',
  '%00',
  '%c0%af',
  '%2e%2e%2f',
  '..',
  '//',
  ';',
  '%',
  '%ff%fe',
  '%0d%0aX:1',
  '\u00ff',
  '*',
  '?',
  '#',
  '[',
  '~',
  '%E2%80%AE',
  '%u0041',
];
const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'a/b; charset=\u00ff',
];
const BODIES = [
  '',
  '{}',
  '[]',
  'null',
  '{"cluster":',
  '{"cluster":"orders","for":"2h","why":"x"}',
  'cluster=orders&for=9h&why=%ff',
  '--x\r\n',
  '\u0000',
];
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['Origin', 'https://evil.example.com'],
  ['Host', 'evil.example.com'],
  ['X-Forwarded-For', '10.0.0.1, ::1, nonsense'],
  ['X-Forwarded-Proto', 'https'],
  ['x-middleware-subrequest', 'proxy:proxy:proxy:proxy:proxy'],
  ['Next-Action', 'a'.repeat(40)],
  ['RSC', '1'],
  ['Next-Router-State-Tree', '%5B%22'],
  ['Accept', '\u00ff/*'],
  ['Cookie', `a=${'b'.repeat(3_000)}`],
  ['Range', 'bytes=0-0,5-'],
  ['If-None-Match', '"'],
  ['Expect', 'nothing'],
  ['Content-Encoding', 'gzip'],
  ['X-Slack-Signature', 'v0=00'],
  ['X-PagerDuty-Signature', 'v1='],
  ['Authorization', 'Basic \u00ff'],
  ['Authorization', 'Bearer nothing'],
];
const QUERY = ['page', 'limit', 'cursor', 'incident', 'format', 'from', 'to', 'q', 'before', 'auditBefore', 'kind', 'sort', 'code', '_rsc'];
const LANES = 32;
const NAMED = 10;
const HEADERS_SHOWN = 300;
const STATUS_WORDS: ReadonlyMap<number, string> = new Map([
  [0, 'closed'],
  [-1, 'no answer'],
]);

/** Odd requests of a known seed: methods, paths, headers and bodies that the product does not expect, half of them signed in. */
export async function fuzz(target: Target, { requests, seed }: { readonly requests: number; readonly seed: number }): Promise<Outcome> {
  const chance = chanceOf(seed);
  const counts = new Map<number, number>();
  const broken: string[] = [];
  const agent = agentOf(LANES);
  await inLanes(LANES, requests, async () => {
    const asked = requestOf(chance, target);
    const reply = await ask(target, { ...asked, agent });
    const { status } = reply;
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (isFault(reply, asked))
      broken.push(`${asked.method} ${asked.path} ${JSON.stringify(asked.headers).slice(0, HEADERS_SHOWN)} answered ${status}`);
  });
  agent.destroy();
  const shown = [...counts].toSorted(([a], [b]) => a - b).map(([status, count]) => `${STATUS_WORDS.get(status) ?? status} ${count} ×`);
  const more = broken.length > NAMED ? [`and ${broken.length - NAMED} more`] : [];
  return { lines: [`${requests} answered: ${shown.join(', ')}`], faults: [...broken.slice(0, NAMED), ...more] };
}

/** A full queue for sign-ins is 503 with Retry-After, and health says 503 of a product that has not run lately. */
function isFault({ status, retryAfter }: Reply, { path }: Asked): boolean {
  if (status === 503) return retryAfter === null && !path?.startsWith('/api/health');
  return status >= 500 || status === -1;
}

function requestOf(chance: Chance, { authorization }: Target): Asked {
  const headers: Record<string, string> = {};
  if (chance() < 0.5) headers['Authorization'] = authorization;
  if (chance() < 0.6) headers['Content-Type'] = one(chance, TYPES);
  for (let more = Math.floor(chance() * 3); more > 0; more -= 1) {
    const [name, value] = one(chance, ODD_HEADERS);
    headers[name] = value;
  }
  const method = one(chance, METHODS);
  const body = ['GET', 'HEAD', 'TRACE'].includes(method) ? undefined : bodyOf(chance);
  return { method, path: pathOf(chance), headers, ...(body !== undefined && { body }) };
}

function pathOf(chance: Chance): string {
  let path = one(chance, PATHS);
  for (let more = Math.floor(chance() * 3); more > 0; more -= 1) {
    const at = Math.floor(chance() * (path.length + 1));
    path = path.slice(0, at) + one(chance, ODD) + path.slice(at);
  }
  if (chance() < 0.02) path += 'a'.repeat(Math.floor(chance() * 10_000));
  if (chance() < 0.3) path += `?${one(chance, QUERY)}=${one(chance, ODD)}${Math.floor(chance() * 1e6)}`;
  return path.startsWith('/') || path === '*' ? path : `/${path}`;
}

function bodyOf(chance: Chance): string {
  const body = one(chance, BODIES);
  return chance() < 0.01 ? body + 'x'.repeat(Math.floor(chance() * 2_000_000)) : body;
}

function one<T>(chance: Chance, choices: readonly T[]): T {
  // Proof: the index is from 0 to below the length, and no list of choices is empty.
  return choices[Math.floor(chance() * choices.length)] as T;
}
