import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { textOf } from '../documents.ts';
import { appRoutes } from './app-routes.ts';
import { faultsOf, readOutput, type VercelOutput } from './vercel-output.ts';

const VERCEL = textOf('vercel.json');
const ROUTES = ['/', '/api/cron/check', '/api/cron/dispatch', '/api/cron/restore-test', '/api/cron/drill'];
const CRONS: VercelOutput['crons'] = JSON.parse(VERCEL).crons;
const MEGABYTE = 2 ** 20;

type Function = NonNullable<ReturnType<VercelOutput['functions']['get']>>;

/** An output without a fault, but for what is changed of the function of the check. */
function output(changes: Partial<Function> = {}, crons = CRONS): VercelOutput {
  const usual: Function = { runtime: 'nodejs24.x', maxDuration: 300, bytes: 18 * MEGABYTE, variables: [] };
  return { crons, functions: new Map(ROUTES.map((path) => [path, path === '/api/cron/check' ? { ...usual, ...changes } : usual])) };
}

describe('the output of `vercel build`', () => {
  it('is good where crons, durations, runtime, sizes and routes are as they are meant', () => {
    expect(faultsOf(output(), VERCEL, ROUTES)).toEqual([]);
  });

  test.for<[string, VercelOutput, string]>([
    ['a cron that is missing', output({}, CRONS.slice(1)), 'the cron of /api/cron/check is not "0 * * * *"'],
    [
      'another schedule',
      output({}, CRONS.with(0, { path: '/api/cron/check', schedule: '0 0 * * *' })),
      'the cron of /api/cron/check is not',
    ],
    ['a cron too many', output({}, [...CRONS, { path: '/api/x', schedule: '* * * * *' }]), 'a cron calls /api/x'],
    ['a duration that was lost', output({ maxDuration: null }), '/api/cron/check may run for null s, and vercel.json says 300 s'],
    ['another runtime', output({ runtime: 'nodejs20.x' }), '/api/cron/check runs on nodejs20.x'],
    ['a byte over 50 MB', output({ bytes: 50 * MEGABYTE + 1 }), '/api/cron/check has 50.0 MB of files, more than 50.0 MB'],
    ['a variable of the machine', output({ variables: ['CRON_SECRET'] }), '/api/cron/check has the value of CRON_SECRET'],
  ])('is refused with %s', ([, bad, words]) => {
    expect(faultsOf(bad, VERCEL, ROUTES)).toEqual([expect.stringContaining(words)]);
  });

  it('may have a function of exactly 50 MB', () => expect(faultsOf(output({ bytes: 50 * MEGABYTE }), VERCEL, ROUTES)).toEqual([]));

  it('is refused without a route of `app`, and where a run outlasts its function', () => {
    expect(faultsOf(output(), VERCEL, [...ROUTES, '/i/[code]'])).toEqual(['/i/[code] has no function']);
    const short = output({ maxDuration: 60 });
    const sixty = VERCEL.replace(
      '"app/api/cron/check/route.ts": { "maxDuration": 300 }',
      '"app/api/cron/check/route.ts": { "maxDuration": 60 }',
    );
    expect(faultsOf(short, sixty, ROUTES)).toEqual(['/api/cron/check may run for 60 s, which a run of RUN_BUDGET_MS outlasts']);
  });

  it('is of an `app` whose routes are all known', () => {
    expect(appRoutes()).toEqual(expect.arrayContaining([...ROUTES, '/i/[code]', '/api/incidents/[id]/notes']));
    expect(appRoutes().filter((route) => !/^\/[\w./[\]-]*$/.test(route))).toEqual([]);
  });
});

test('the route of health has the limit of the check’s, by which Vercel puts both into one function', () => {
  const limitOf = (route: string): string | undefined =>
    /^export const maxDuration = (\d+);$/m.exec(textOf(`app/api/${route}/route.ts`))?.[1];
  expect(limitOf('health')).toBe(limitOf('cron/check'));
  expect(limitOf('health')).toBeDefined();
});

describe('the folder .vercel/output', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'restorewatch-vercel-'));
  afterAll(() => rmSync(checkout, { recursive: true, force: true }));

  it('is read with links followed, and traced files counted', () => {
    const functions = join(checkout, '.vercel/output/functions');
    mkdirSync(join(functions, 'api/one.func/inside'), { recursive: true });
    writeFileSync(join(checkout, '.vercel/output/config.json'), JSON.stringify({ version: 3, crons: CRONS, routes: [] }));
    const config = JSON.stringify({ runtime: 'nodejs24.x', maxDuration: 300, handler: 'x', filePathMap: { 'y.js': 'traced.js' } });
    writeFileSync(join(functions, 'api/one.func/.vc-config.json'), config);
    writeFileSync(join(functions, 'api/one.func/inside/code.js'), 'x'.repeat(100));
    writeFileSync(join(checkout, 'traced.js'), 'x'.repeat(1_000));
    symlinkSync('api/one.func', join(functions, 'index.func'));
    const expected = { runtime: 'nodejs24.x', maxDuration: 300, bytes: 1_100 + config.length, variables: [] };
    expect(Object.fromEntries(readOutput(checkout).functions)).toEqual({ '/': expected, '/api/one': expected });
    expect(readOutput(checkout).crons).toEqual(CRONS);
  });
});
