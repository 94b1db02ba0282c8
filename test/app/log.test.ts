import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LEAST } from '../config/environment/environment-source.ts';

const SECRET = LEAST.ATLAS_CLIENT_SECRET;
const said: string[] = [];

beforeEach(() => {
  for (const [name, value] of Object.entries(LEAST)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation((line) => void said.push(String(line)));
  said.length = 0;
  // The environment is read once for all modules of a process.
  vi.resetModules();
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetModules();
});

test('an unexpected error of a route is logged on one line with message, stack and cause, and without secrets', async () => {
  const { answering } = await import('../../app/api/answer.ts');
  const answer = await answering('GET /api/status', async () => {
    throw new TypeError(`cannot read ${SECRET}\nof undefined`, { cause: new Error(`Bearer ${SECRET}`) });
  });
  expect([answer.status, await answer.json()]).toEqual([500, { error: 'internal' }]);
  expect(said).toEqual([
    expect.stringMatching(
      /^GET \/api\/status failed: TypeError: cannot read \[redacted\] of undefined at .*log\.test\.ts:\d+.*; caused by Error: Bearer \[redacted\]/,
    ),
  ]);
  expect(said.join()).not.toMatch(/\n|secret-of-atlas/);
});

test('a wrong environment is logged once, with its problems and without a stack', async () => {
  vi.stubEnv('REQUEST_TIMEOUT_MS', 'soon');
  const { answering } = await import('../../app/api/answer.ts');
  const { environment } = await import('../../lib/wire/load-environment.ts');
  for (const _ of [1, 2])
    expect(await (await answering('GET /', async () => Response.json(environment()))).json()).toEqual({ error: 'configuration' });
  expect(said).toEqual([expect.stringMatching(/^The environment has one problem:\n {2}REQUEST_TIMEOUT_MS: .*"soon"$/)]);
});

test('a cron route without CRON_SECRET asks in the log for one of the length that the start takes without a warning', async () => {
  const { cronRoute } = await import('../../app/api/answer.ts');
  const { readEnvironment } = await import('../../lib/config/environment/read-environment.ts');
  const answer = await cronRoute('check', () => Promise.reject(new Error('ran')))(new Request('http://127.0.0.1/api/cron/check'));
  expect(answer.status).toBe(500);
  const length = Number(/CRON_SECRET is not set.* at least (\d+) characters/.exec(said.join('\n'))?.[1]);
  const faultsWith = (characters: number) => readEnvironment({ ...LEAST, CRON_SECRET: 'x'.repeat(characters) }).faults.join('\n');
  expect([faultsWith(length), faultsWith(length - 1)]).toEqual([
    expect.not.stringMatching(/CRON_SECRET/),
    expect.stringMatching(/CRON_SECRET/),
  ]);
});
