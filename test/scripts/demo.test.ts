import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeFrom, urlOf } from '../../scripts/demo/app.ts';
import { BREAKS } from '../../scripts/demo/breaks.ts';
import { startControl, type Control } from '../../scripts/demo/control.ts';
import type { Scheduler } from '../../scripts/demo/scheduler.ts';
import { startEmulators, type Emulators } from '../../scripts/demo/emulators.ts';
import { describeWith } from '../support/services.ts';

let emulators: Emulators;

beforeEach(async () => {
  emulators = await startEmulators({ restore: false });
});

afterEach(() => emulators.close());

/** What can be seen of the outside world, in words that two moments can be compared by. */
async function seen(): Promise<string> {
  const listed = emulators.atlas.projects.flatMap(({ clusters }) =>
    clusters.map(({ name, presence, stalled, sizeBytes }) => [name, presence, stalled, sizeBytes]),
  );
  const failed = emulators.atlas.projects.flatMap(({ clusters }) =>
    clusters.flatMap(({ snapshots }) => snapshots.filter(({ outcome }) => outcome === 'failed')),
  );
  const behind = emulators.atlas.projects
    .flatMap(({ events }) => events.map(({ eventTypeName }) => eventTypeName))
    .filter((type) => type.startsWith('CPS_OPLOG'))
    .at(-1);
  return JSON.stringify([listed, failed.length, behind === 'CPS_OPLOG_BEHIND', await answer(`${emulators.atlas.url}/api/atlas/v2/groups`)]);
}

async function answer(url: string): Promise<number | string> {
  return fetch(url, { signal: AbortSignal.timeout(300) }).then(
    ({ status }) => status,
    () => 'no answer',
  );
}

describe('the buttons', () => {
  test.for(BREAKS.filter(({ id }) => id !== 'pagerduty' && id !== 'damage'))(
    '$label, and mended it is as before',
    async ({ start, mend }) => {
      const before = await seen();
      start(emulators);
      expect(await seen()).not.toBe(before);
      mend(emulators);
      expect(await seen()).toBe(before);
    },
  );

  test('no two have one id', () => {
    expect(new Set(BREAKS.map(({ id }) => id)).size).toBe(BREAKS.length);
  });
});

test.for([
  [{}, '127.0.0.1', 'http://localhost:3000'],
  [{ HOST: '', PORT: '4000' }, '127.0.0.1', 'http://localhost:4000'],
  [{ HOST: '0.0.0.0' }, '0.0.0.0', 'http://localhost:3000'],
  [{ HOST: '10.0.0.7' }, '10.0.0.7', 'http://10.0.0.7:3000'],
  [{ HOST: 'fd00::7' }, 'fd00::7', 'http://[fd00::7]:3000'],
] as const)('with %j the page is served on %s, and its address is %s', ([source, host, url]) => {
  const place = placeFrom(source);
  expect([place.host, urlOf(place)]).toEqual([host, url]);
});

describe('the control page', () => {
  let checks = 0;
  let control: Control;
  const scheduler: Scheduler = {
    restoreNow: async () => '200 begun',
    checkNow: async () => `200 check ${(checks += 1)}`,
    last: () => null,
    stop: () => {},
  };

  beforeEach(async () => {
    checks = 0;
    control = await startControl(emulators, scheduler, 'http://localhost:1', 0);
  });

  afterEach(() => control.close());

  async function broken(): Promise<readonly string[]> {
    const state: { readonly breaks: readonly { readonly id: string; readonly broken: boolean }[] } = JSON.parse(
      await (await fetch(`${control.url}/state`)).text(),
    );
    return state.breaks.filter((one) => one.broken).map(({ id }) => id);
  }

  test('a button breaks and mends, and each push is followed by a check', async () => {
    expect(await (await fetch(`${control.url}/break/stop`, { method: 'POST' })).text()).toBe('200 check 1');
    expect(emulators.cluster('orders').stalled).toBe(true);
    expect(await broken()).toEqual(['stop']);
    expect(await (await fetch(`${control.url}/mend/stop`, { method: 'POST' })).text()).toBe('200 check 2');
    expect(emulators.cluster('orders').stalled).toBe(false);
    expect(await broken()).toEqual([]);
  });

  test.for([
    ['an unknown button', 'POST', '/break/nothing'],
    ['a link instead of a push', 'GET', '/break/stop'],
    ['an unknown address', 'GET', '/etc/passwd'],
  ] as const)('%s is not found, and changes nothing', async ([, method, path]) => {
    expect((await fetch(`${control.url}${path}`, { method })).status).toBe(404);
    expect(await broken()).toEqual([]);
    expect(checks).toBe(0);
  });

  test('the page itself is served', async () => {
    expect(await (await fetch(control.url)).text()).toContain('On-call phone');
  });
});

test('without a MongoDB no restore test can be begun', async () => {
  const scheduler: Scheduler = { checkNow: async () => '200', restoreNow: async () => '200 begun', last: () => null, stop: () => {} };
  const control = await startControl(emulators, scheduler, 'http://localhost:1', 0);
  expect((await fetch(`${control.url}/restore`, { method: 'POST' })).status).toBe(404);
  expect(await (await fetch(`${control.url}/state`)).json()).toMatchObject({ restore: false });
  control.close();
});

describeWith('mongodb', 'with a MongoDB', () => {
  test('orders has real data, a sandbox to be restored into, and a button that begins it', async () => {
    const real = await startEmulators();
    const scheduler: Scheduler = { checkNow: async () => '200', restoreNow: async () => '200 begun', last: () => null, stop: () => {} };
    const control = await startControl(real, scheduler, 'http://localhost:1', 0);
    expect(await (await fetch(`${control.url}/restore`, { method: 'POST' })).text()).toBe('200 begun');
    expect(Object.keys(real.restore?.environment ?? {})).toEqual([
      'ATLAS_RESTORE_CLIENT_ID',
      'ATLAS_RESTORE_CLIENT_SECRET',
      'SANDBOX_MONGODB_URI',
      'POLICY_FILE',
    ]);
    expect(real.cluster('orders').mongo).not.toBeNull();
    control.close();
    await real.close();
  });
});
