import { MongoClient } from 'mongodb';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { emptyHead, type Head } from '../../../lib/domain/incidents/head.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { passwordProblem } from '../../../lib/config/environment/password-rules.ts';
import { RESPONDER, VIEWER } from '../../../scripts/demo/accounts.ts';
import { placeFrom, urlOf } from '../../../scripts/demo/app.ts';
import { createClock } from '../../../scripts/demo/clock.ts';
import { jobsBetween, startCrons, stepFrom } from '../../../scripts/demo/crons.ts';
import { makeFolder, startEmulators } from '../../../scripts/demo/emulators.ts';
import { refuseTakenPorts } from '../../../scripts/demo/free-ports.ts';
import { momentsUntil, PAST } from '../../../scripts/demo/history/play-history.ts';
import { patienceOf } from '../../../scripts/demo/restore.ts';
import { doneSteps, type Seen } from '../../../scripts/demo/steps.ts';
import { incident } from '../../support/incidents.ts';

const NOW = Date.UTC(2026, 10, 30, 12);

describe('where the demo listens', () => {
  test.for([
    [{}, '127.0.0.1', 'http://localhost:3000'],
    [{ HOST: '', PORT: '' }, '127.0.0.1', 'http://localhost:3000'],
    [{ HOST: '', PORT: '4000' }, '127.0.0.1', 'http://localhost:4000'],
    [{ HOST: '0.0.0.0' }, '0.0.0.0', 'http://localhost:3000'],
    [{ HOST: '10.0.0.7' }, '10.0.0.7', 'http://10.0.0.7:3000'],
    [{ HOST: 'fd00::7' }, 'fd00::7', 'http://[fd00::7]:3000'],
  ] as const)('with %j the page is served on %s, and its address is %s', ([source, host, url]) => {
    const place = placeFrom(source);
    expect([place.host, urlOf(place)]).toEqual([host, url]);
  });

  test('a port that is taken is refused in a sentence that says what to set', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(refuseTakenPorts([{ name: 'CONTROL_PORT', host: '127.0.0.1', port }])).rejects.toThrow(/EADDRINUSE.*set CONTROL_PORT/);
    server.close();
  });

  test.for([Number.NaN, 0, 65_536])('%d is no port', async (port) => {
    await expect(refuseTakenPorts([{ name: 'PORT', host: '127.0.0.1', port }])).rejects.toThrow('from 1 to 65535');
  });

  test('one port for both pages is refused', async () => {
    const both = [
      { name: 'PORT', host: '127.0.0.1', port: 4_000 } as const,
      { name: 'CONTROL_PORT', host: '127.0.0.1', port: 4_000 } as const,
    ];
    await expect(refuseTakenPorts(both)).rejects.toThrow('both 4000');
  });
});

test('a MongoDB that cannot be used ends the demo with a sentence that says what to set, and leaves no folder behind', async () => {
  vi.stubEnv('MONGO_TEST_URI', 'mongodb://[nowhere');
  const folder = makeFolder();
  await expect(startEmulators({ folder })).rejects.toThrow(/^demo: the MongoDB for restore tests cannot be used .*MONGO_TEST_URI/);
  vi.unstubAllEnvs();
  expect(existsSync(folder)).toBe(false);
});

test.for([
  ['mongodb://127.0.0.1:1/', 5_000],
  ['mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100', 100],
  ['mongodb://127.0.0.1:1/?retryWrites=false&serverselectiontimeoutms=9000', 9_000],
] as const)('the MongoDB at %s is waited for %i ms', ([address, patience]) => {
  expect(new MongoClient(address, patienceOf(address)).options.serverSelectionTimeoutMS).toBe(patience);
});

test.for([
  'mongodb://me:s3cret-word',
  'mongo//me:s3cret-word@h/',
  'mongodb://me:s3cret/word@h/',
  'mongodb://me:s3cret-word@127.0.0.1:1/?serverSelectionTimeoutMS=100',
])('a password in the address of a MongoDB that cannot be used is not shown: %s', async (address) => {
  vi.stubEnv('MONGO_TEST_URI', address);
  const problem = await startEmulators({ folder: makeFolder() }).then(String, (error: unknown) => String(error));
  vi.unstubAllEnvs();
  expect(problem).toContain('cannot be used');
  expect(problem).not.toContain('s3cret');
});

test.for([RESPONDER, VIEWER])('$name has a password that the product takes', ({ name, password }) => {
  expect(passwordProblem(password, name)).toBeNull();
});

describe('the clock', () => {
  test('stands while the past is played, then runs, and is as far ahead as it was pushed', () => {
    let real = NOW;
    const clock = createClock(() => real);
    clock.standAt(NOW - DAY);
    real += MINUTE;
    expect(clock.now()).toBe(NOW - DAY);
    clock.run();
    clock.push(3 * HOUR);
    expect([clock.now(), clock.ahead()]).toEqual([NOW + MINUTE + 3 * HOUR, 3 * HOUR]);
  });

  test('of a process that loads it is moved by a message, for every way of asking', () => {
    const clock = pathToFileURL(join(import.meta.dirname, '../../../scripts/demo/pushed-clock.ts')).href;
    const program = `const before = Date.now();
      process.send = () => {};
      process.emit('message', { shift: 3_600_000 });
      const late = [Date.now() - before, new Date().getTime() - before, Date.parse(Date()) - before + 1000].every((by) => by >= 3_600_000 && by < 3_660_000);
      const others = new Date(5).getTime() === 5 && new Date() instanceof Date && Date.UTC(1970, 0) === 0 && Date.prototype === new Date().constructor.prototype;
      process.stdout.write(String(late && others));`;
    const { stdout } = spawnSync(process.execPath, ['--import', clock, '-e', program], { encoding: 'utf8' });
    expect(stdout).toBe('true');
  });
});

describe('time that is let pass', () => {
  const idle = emptyHead(NOW);
  const withIncident = (openedAt: number): Head => ({ ...idle, incidents: [incident('i1', { openedAt, state: 'open' })] });

  test.for([
    ['to the next hour where nothing is owed', NOW + 10 * MINUTE, idle, 50 * MINUTE],
    ['to the next dispatch while an incident is fresh', NOW + 12 * MINUTE, withIncident(NOW), 3 * MINUTE],
    ['to the next dispatch at two hours less a millisecond', NOW + 2 * HOUR - 1, withIncident(NOW), 1],
    ['to the next hour once it is two hours old', NOW + 2 * HOUR, withIncident(NOW), HOUR],
    ['to the end, if that is sooner', NOW + 5 * HOUR - MINUTE, idle, MINUTE],
  ] as const)('goes %s', ([, now, head, step]) => {
    expect(stepFrom(now, NOW + 5 * HOUR, head)).toBe(step);
  });

  test.for([
    ['a dispatch alone within the hour', 10 * MINUTE, 15 * MINUTE, ['dispatch']],
    ['a check at the full hour', 55 * MINUTE, HOUR, ['dispatch', 'check']],
    ['the daily crons at six', 17 * HOUR, 18 * HOUR, ['dispatch', 'check', 'restore-test', 'drill']],
  ] as const)('calls %s', ([, from, to, jobs]) => {
    expect(jobsBetween(NOW + from, NOW + to)).toEqual(jobs);
  });

  test('moves the app’s clock before each call, and every check of three hours is called once', async () => {
    const calls: string[] = [];
    const clock = createClock(() => NOW);
    const app = {
      cron: async (job: string) => (calls.push(job), '200 {}'),
      setAhead: async (by: number) => void calls.push(`+${by / HOUR}`),
    };
    const crons = startCrons({ app, clock, readHead: async () => idle });
    expect(await crons.push(3 * HOUR)).toBe(true);
    crons.stop();
    expect(calls).toEqual(['+1', 'dispatch', 'check', '+2', 'dispatch', 'check', '+3', 'dispatch', 'check']);
    expect(crons.pushing()).toBeNull();
  });

  test('is refused while an earlier push goes on, also before that has its turn, and says how many of its checks have run', async () => {
    const seen: unknown[] = [];
    const clock = createClock(() => NOW);
    const app = { cron: async (job: string) => (job === 'check' && seen.push(crons.pushing()), '200 {}'), setAhead: async () => {} };
    const crons = startCrons({ app, clock, readHead: async () => idle });
    const under = crons.checkNow();
    const first = crons.push(2 * HOUR);
    expect(await crons.push(HOUR)).toBe(false);
    await Promise.all([under, first]);
    crons.stop();
    const until = NOW + 2 * HOUR;
    expect(seen).toEqual([0, 0, 1].map((checked) => ({ until, checked, checks: 2 })));
    expect([clock.ahead(), crons.pushing()]).toEqual([2 * HOUR, null]);
  });

  test('runs its jobs without the app where that can be, and by the app where it cannot', async () => {
    const byApp: string[] = [];
    const app = { cron: async (job: string) => (byApp.push(job), '200 {}'), setAhead: async () => {} };
    const direct = (job: string) => (job === 'check' ? Promise.resolve('200 direct') : null);
    const crons = startCrons({ app, clock: createClock(() => NOW), readHead: async () => idle, direct });
    await crons.push(HOUR);
    expect([byApp, crons.last()?.answer]).toEqual([['dispatch'], '200 direct']);
    await crons.checkNow();
    crons.stop();
    expect([byApp, crons.last()?.answer]).toEqual([['dispatch', 'check'], '200 {}']);
  });
});

describe('the past', () => {
  test('ends now, begins three months ago, and leaves no two checks further apart than a day', () => {
    const moments = momentsUntil(NOW);
    expect([moments[0], moments.at(-1)]).toEqual([NOW - PAST, NOW]);
    const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    expect([Math.min(...gaps) > 0, Math.max(...gaps)]).toEqual([true, DAY]);
  });
});

describe('the six steps', () => {
  const nothing: Seen = { begun: NOW, visited: new Set(), signedIn: false, hasRead: false, pushed: 0, head: null };
  const about = (more: object): Head => ({
    ...emptyHead(NOW),
    incidents: [
      incident('i1', {
        check: 'pitr-gap',
        resource: { projectId: 'p', clusterId: 'c', name: 'orders', projectName: 'shop' },
        openedAt: NOW,
        ...more,
      }),
    ],
  });

  test.for([
    ['nothing at first', {}, []],
    ['the look, once somebody signed in', { signedIn: true }, ['look']],
    ['not the reading, before there is anything to read', { hasRead: true }, []],
    ['the break, once its incident is open', { head: about({}) }, ['break']],
    ['not a break of before', { head: about({ openedAt: NOW - 1 }) }, []],
    ['the reading', { head: about({}), hasRead: true }, ['break', 'read']],
    ['the acknowledgement', { head: about({ state: 'acknowledged' }) }, ['break', 'acknowledge']],
    ['the mending, once three hours have passed', { head: about({ state: 'resolved' }), pushed: 3 * HOUR }, ['break', 'mend']],
    ['not the mending a millisecond sooner', { head: about({ state: 'resolved' }), pushed: 3 * HOUR - 1 }, ['break']],
    [
      'what is left, once all three were looked at',
      { head: about({}), visited: new Set(['incidents', 'cluster', 'checklist']) },
      ['break', 'after'],
    ],
    ['not two of the three', { head: about({}), visited: new Set(['incidents', 'cluster']) }, ['break']],
  ] as const)('tick %s', ([, seen, done]) => {
    expect(doneSteps({ ...nothing, ...seen } as Seen)).toEqual(done);
  });
});
