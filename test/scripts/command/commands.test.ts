import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { COMMAND_NAMES } from '../../support/command-names.ts';
import { shortPauses } from '../../support/short-pauses.ts';
import { restorewatch, runScript } from '../run.ts';

vi.mock('node:timers/promises', (original) => shortPauses(original));

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-commands-'));
const state = join(folder, 'state.sqlite');
/** Nothing is there; what is refused is recorded beside it. */
const NOWHERE = join(folder, 'nowhere');

/** What each command needs, so that nothing but what a test adds is wrong with the call. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'incidents note': ['--incident', 'i', '--text', 'resized the disk'],
  erasures: ['--after-restore', 'r'],
  'erasures add': ['--reference', 'PRIV-123', '--clusters', 'orders'],
  'erasures confirm': ['--reference', 'PRIV-123', '--restore', 'r'],
  'alerts test': ['--channel', 'slack'],
  user: ['alice'],
  silence: ['--list'],
  accept: ['--list'],
  validate: ['--backup', NOWHERE],
  restore: ['--cluster', 'orders', '--project', 'shop', '--to', '2026-11-22T13:42:00Z', '--target', 'sandbox'],
  'restore-test': ['--status'],
  drill: ['--list'],
  'evidence export': ['--from', '2026-01-01', '--unsigned'],
  'evidence verify': [NOWHERE, '--key', NOWHERE],
};
/** All that do something; these three alone only name what is below them. */
const COMMANDS = COMMAND_NAMES.filter((words) => !['', 'alerts', 'evidence', 'incidents'].includes(words));
/** Needs nothing of the environment, so that a wrong one is nothing to it. */
const WITHOUT_SETTINGS = ['evidence key'];
/** What rings a phone, restores, begins a drill, or deletes backups. */
const ASKING: readonly (readonly [string, readonly string[]])[] = [
  ['alerts test', ['--channel', 'slack']],
  ['alerts prove', []],
  ['restore', NEEDS['restore'] ?? []],
  ['restore-test', ['--start', 'weekly']],
  ['drill', ['--scenario', 'breach']],
  ['backup', ['--keep', '2', '--out', join(tmpdir(), 'restorewatch-nowhere')]],
];

let server: Server;
let requests = 0;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1;
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a port has an address of this form.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env = {
    ATLAS_BASE_URL: url,
    ATLAS_CLIENT_ID: 'watch',
    ATLAS_CLIENT_SECRET: 'watch-secret',
    ATLAS_RESTORE_CLIENT_ID: 'restore',
    ATLAS_RESTORE_CLIENT_SECRET: 'restore-secret',
    SLACK_BOT_TOKEN: 'xoxb-slack-secret',
    SLACK_CHANNEL_ID: 'C0123456789',
    SLACK_API_URL: `${url}/api/`,
    STATE_PATH: state,
    REQUEST_TIMEOUT_MS: '300',
    RUN_BUDGET_MS: '2000',
  };
});
beforeEach(() => {
  requests = 0;
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function call(words: string, ...args: readonly string[]) {
  return restorewatch([...words.split(' '), ...args], { env });
}

/** Nothing was asked of anybody, and no state was made. */
function nothingHappened(): boolean {
  return requests === 0 && !existsSync(state);
}

describe.for(COMMANDS)('restorewatch %s', (words) => {
  const needs = NEEDS[words] ?? [];

  test('--help shows usage, an example and exit codes, does nothing, and ends with 0', async () => {
    const { code, stdout, stderr } = await call(words, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(`^Usage: restorewatch ${words} [^]*\nExample:\n {2}restorewatch ${words}[^]*\nExit codes.*: 0 [^]*1 [^]*2 `),
    );
    expect(nothingHappened()).toBe(true);
  });

  test('--help does nothing beside a whole call, either', async () => {
    expect((await call(words, ...needs, '--help')).code).toBe(0);
    expect(nothingHappened()).toBe(true);
  });

  test.for([
    ['--jsno', '--json'],
    ['--hepl', '--help'],
  ] as const)('the misspelt option %s ends with 2, names the nearest, and does nothing', async ([option, nearest]) => {
    const { code, stdout, stderr } = await call(words, ...needs, option);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`(Did you mean ${nearest}?)`);
    expect(stderr).toContain(`restorewatch ${words} --help`);
    expect(nothingHappened()).toBe(true);
  });

  test('a misspelt option is named with the nearest before what is missing', async () => {
    const { code, stderr } = await call(words, '--jsn');
    expect([code, stderr]).toEqual([2, expect.stringContaining("unknown option '--jsn'\n(Did you mean --json?)")]);
  });

  test('a word too many ends with 2, is not shown, and does nothing', async () => {
    const { code, stderr } = await call(words, ...needs, 'SEKRETpassword');
    expect([code, stderr]).toEqual([2, expect.stringContaining('too many arguments')]);
    expect(stderr).not.toContain('SEKRET');
    expect(nothingHappened()).toBe(true);
  });

  test('in a wrong environment says what is wrong and shows no stack', async () => {
    const yes = ASKING.some(([name]) => name === words) ? ['--yes'] : [];
    const broken = { ...env, ATLAS_CLIENT_SECRET: '', SANDBOX_MONGODB_URI: '' };
    const { code, said } = await restorewatch([...words.split(' '), ...needs, ...yes], { env: broken });
    expect(code === 0).toBe(WITHOUT_SETTINGS.includes(words));
    expect(said).not.toMatch(/\n\s+at /);
    expect(requests).toBe(0);
  });

  test('with --json in a wrong environment has its cause on standard output as JSON, or an answer', async () => {
    const yes = ASKING.some(([name]) => name === words) ? ['--yes'] : [];
    const broken = { ...env, ATLAS_CLIENT_SECRET: '', SANDBOX_MONGODB_URI: '' };
    const { code, stdout } = await restorewatch([...words.split(' '), ...needs, ...yes, '--json'], { env: broken });
    expect(WITHOUT_SETTINGS.includes(words) ? [0] : [1, 3]).toContain(code);
    expect(JSON.parse(stdout)).toEqual(expect.any(Object));
  });
});

test.for([
  ['silence', ['--list', '--cluster', 'orders'], '--cluster: not beside --list'],
  ['silence', ['--end', 's1', '--why', 'over'], '--why: not beside --end'],
  ['silence', ['--cluster', 'a', '--cluster', 'b', '--for', '2h', '--why', 'disk'], '--cluster is given twice'],
  ['silence', ['--cluster', 'a', '--for', '2h'], 'why: say why'],
  ['accept', [], '--cluster: whose schedule is accepted'],
  ['accept', ['--cluster', 'a'], '--why'],
  ['accept', ['--list', '--why', 'cheap'], '--why: not beside --list'],
  ['accept', ['--end', 'a1', '--project', 'shop'], '--project: not beside --end'],
  ['silence', ['--cluster', 'a', '--for', '60d', '--why', 'disk'], 'at most 30 days'],
  ['silence', ['--for', '2h', '--why', 'disk'], 'name a project'],
  ['silence', ['--cluster', 'a', '--cron', '99 99', '--time-zone', 'UTC', '--minutes', '60', '--why', 'disk'], 'is no cron expression'],
  ['silence', ['--cluster', 'a', '--cron', '0 1 * * *', '--time-zone', 'Mars', '--minutes', '60', '--why', 'disk'], 'is no time zone'],
  ['silence', ['--cluster', 'a', '--cron', '0 1 * * *', '--time-zone', 'UTC', '--why', 'disk'], 'minutes: '],
  ...['yesterday', '2026-11-31T10:00:00Z', '2026-11-30T10:00:00', 'a1b2'].map(
    (to) => ['restore', ['--cluster', 'a', '--target', 'b', '--to', to], 'It is a moment with its zone'] as const,
  ),
  ['drill', ['--follow-up', 'a deputy', '--due', '2026-02-30'], 'It is a day, as 2026-12-01'],
  ['drill', ['--scenario', 'breach', '--step', '1'], '--step: say what came of it'],
  ['backup', ['--atlas', '--cluster', 'a', '--keep', '2'], '--keep: not beside --atlas'],
  ['backup', ['--atlas', '--cluster', 'a', '--gzip', '--no-oplog'], '--gzip and --no-oplog: not beside --atlas'],
  ['backup', ['--atlas', '--cluster', 'a', '--tool', 'driver'], '--tool: not beside --atlas'],
] as const)('restorewatch %s %j ends with 2 and says why, before the store is opened', async ([words, args, why]) => {
  const { code, stdout, stderr } = await call(words, ...args);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(why)]);
  expect(nothingHappened()).toBe(true);
});

describe.for(ASKING)('restorewatch %s %j', ([words, args]) => {
  test('without a terminal ends with 2, says that it needs --yes, and does nothing', async () => {
    const { code, stdout, stderr } = await call(words, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('needs --yes');
    expect(nothingHappened()).toBe(true);
  });

  // `restore` asks later, for the target's name (restore.test.ts).
  test.for(words === 'restore' ? [] : ['n\n', '\n', 'yeah\n', ''])(
    'on a terminal asks, and does nothing at the answer %j',
    async (input) => {
      const { code, stdout, stderr } = await restorewatch([...words.split(' '), ...args], { env, input, terminal: true });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/This .*\. Go on\? \[y\/N\] [^]*: not begun\n$/);
      expect(nothingHappened()).toBe(true);
    },
  );
});

test('at the answer y the command begins', async () => {
  const { code, stdout, stderr } = await restorewatch(['alerts', 'test', '--channel', 'slack'], { env, input: 'y\n', terminal: true });
  expect([code, stdout]).toEqual([1, expect.stringContaining('slack, trigger: ')]);
  expect(stderr).toContain('Go on?');
  expect(requests).toBe(1);
});

/** A call of each command that comes to an answer. `restore` and `sandbox` need more (restore.test.ts, sandbox.test.ts). */
const ANSWERING: readonly (readonly [string, readonly string[]])[] = [
  ['status', []],
  ['doctor', []],
  ['alerts test', ['--channel', 'slack', '--yes']],
  ['alerts prove', ['--yes']],
  ['silence', ['--list']],
  ['silence', ['--check', 'rpo', '--for', '2h', '--why', 'disk resize']],
  ['accept', ['--list']],
  ['incidents list', ['--timeline']],
  ['incidents note', ['--incident', 'i', '--text', 'resized the disk']],
  ['erasures', ['--after-restore', 'r']],
  ['erasures add', ['--reference', 'PRIV-123', '--clusters', 'orders']],
  ['erasures list', []],
  ['erasures confirm', ['--reference', 'PRIV-123', '--restore', 'r']],
  ['route', ['--cluster', 'orders']],
  ['records', []],
  ['backup', ['--tool', 'driver', '--out', folder]],
  ['validate', ['--backup', NOWHERE, '--tool', 'driver']],
  ['restore-test', ['--status']],
  ['restore-test', ['--advance', '--every', '0.1']],
  ['drill', ['--list']],
  ['drill', ['--advance']],
  ['drill', ['--checklist']],
  ['user', ['alice']],
  ['evidence key', []],
  ['evidence export', ['--from', '2026-01-01', '--unsigned', '--out', folder]],
  ['evidence verify', [NOWHERE, '--key', NOWHERE]],
];

/** A moment of these decades as a number: times in JSON are ISO 8601. */
const MILLISECONDS = /: 1[5-9]\d{11}\b/;

describe('--json', () => {
  test('is tried with every command', () => {
    const tried = new Set([...ANSWERING.map(([words]) => words), 'restore', 'sandbox']);
    expect([...tried].toSorted()).toEqual(COMMANDS.toSorted());
  });

  test.for(ANSWERING)(
    'of restorewatch %s %j parses, and nothing else is on standard output; nowhere is there a colour',
    async ([words, args]) => {
      const addresses = { MONGODB_URI: 'mongodb://127.0.0.1:1/shop', SANDBOX_MONGODB_URI: 'mongodb://127.0.0.1:1/' };
      const given = { env: { ...env, ...addresses }, input: 'pw-of-alice\n' };
      const { stdout, said } = await restorewatch([...words.split(' '), ...args, '--json'], given);
      expect(JSON.parse(stdout)).toEqual(expect.any(Object));
      expect(stdout).not.toMatch(MILLISECONDS);
      expect(said).not.toContain('\u001B');
    },
  );
});

describe('restorewatch', () => {
  test('alone shows all commands, and ends with 2', async () => {
    const { code, stderr } = await restorewatch([]);
    expect(code).toBe(2);
    for (const words of COMMANDS) expect(stderr).toContain(`\n  ${words.split(' ')[0]} `);
  });

  test.for([
    ['silense', 'silence'],
    ['doctr', 'doctor'],
    ['restore-tets', 'restore-test'],
    ['test', 'alerts test'],
    ['prove', 'alerts prove'],
    ['prove-alerts', 'alerts prove'],
    ['test-alert', 'alerts test'],
  ] as const)('%s ends with 2 and names the nearest command', async ([wrong, nearest]) => {
    const { code, stderr } = await restorewatch([wrong]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`(Did you mean ${nearest}?)`)]);
  });

  test.for([[['statuss', '--help']], [['help', 'statsu']], [['statuss', '--json']]] as const)(
    '%j ends with 2 and names the nearest command, instead of the help of everything',
    async ([args]) => {
      const { code, stdout, stderr } = await restorewatch(args);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('(Did you mean status?)')]);
    },
  );

  test('help status shows its help', async () => {
    expect(await restorewatch(['help', 'status'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: restorewatch status/) });
  });

  test('--jsn alone ends with 2 and names the nearest option of the commands', async () => {
    const { code, stderr } = await restorewatch(['--jsn']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('(Did you mean --json?)')]);
  });

  test('status --json=yes says that --json takes no value, instead of the option itself as the nearest', async () => {
    const { code, stderr } = await restorewatch(['status', '--json=yes']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: option '--json' takes no value\nNothing was done/)]);
  });

  test('an option that was cut short names all that begin so', async () => {
    const { code, stderr } = await restorewatch(['restore', '--targ', 'b']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('(Did you mean --target or --target-project?)')]);
  });

  test('alerts test --chanel sms names the nearest option, and not that --channel is missing', async () => {
    const { code, stderr } = await restorewatch(['alerts', 'test', '--chanel', 'sms']);
    expect([code, stderr]).toEqual([2, expect.stringContaining("unknown option '--chanel'\n(Did you mean --channel?)")]);
  });

  test('alerts prvoe ends with 2 and names the nearest command below it', async () => {
    const { code, stderr } = await restorewatch(['alerts', 'prvoe']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('(Did you mean prove?)')]);
  });

  test('uses no colour and no cursor where there is no terminal', async () => {
    for (const words of ['status', 'doctor']) expect((await call(words)).said).not.toContain('\u001B');
  });

  test('colours its answer on a terminal, unless NO_COLOR is set', async () => {
    const shown = async (more: Readonly<Record<string, string>>) =>
      (await restorewatch(['status'], { env: { ...env, ...more }, terminal: true })).stdout;
    expect(await shown({})).toContain('\u001B[');
    expect(await shown({ NO_COLOR: '1' })).not.toContain('\u001B');
  });

  test('as a program of its own gives the exit code to the shell', async () => {
    expect(await runScript('restorewatch.ts', { args: ['drill', '--scenario', 'breach'], env })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('needs --yes'),
    });
  });
});
