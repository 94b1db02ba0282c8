import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BREAKS } from '../../scripts/demo/breaks.ts';
import { startControl, type Control } from '../../scripts/demo/control.ts';
import type { Scheduler } from '../../scripts/demo/scheduler.ts';
import { startWorld, type World } from '../../scripts/demo/world.ts';
import { describeWith } from '../support/services.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld({ restore: false });
});

afterEach(() => world.close());

/** What can be seen of the outside world, in words that two moments can be compared by. */
async function seen(): Promise<string> {
  const listed = world.atlas.projects.flatMap(({ clusters }) =>
    clusters.map(({ name, presence, stalled, sizeBytes }) => [name, presence, stalled, sizeBytes]),
  );
  const failed = world.atlas.projects.flatMap(({ clusters }) =>
    clusters.flatMap(({ snapshots }) => snapshots.filter(({ outcome }) => outcome === 'failed')),
  );
  const behind = world.atlas.projects
    .flatMap(({ events }) => events.map(({ eventTypeName }) => eventTypeName))
    .filter((type) => type.startsWith('CPS_OPLOG'))
    .at(-1);
  return JSON.stringify([listed, failed.length, behind === 'CPS_OPLOG_BEHIND', await answer(`${world.atlas.url}/api/atlas/v2/groups`)]);
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
      start(world);
      expect(await seen()).not.toBe(before);
      mend(world);
      expect(await seen()).toBe(before);
    },
  );

  test('no two have one id', () => {
    expect(new Set(BREAKS.map(({ id }) => id)).size).toBe(BREAKS.length);
  });
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
    control = await startControl(world, scheduler, 'http://localhost:1', 0);
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
    expect(world.cluster('orders').stalled).toBe(true);
    expect(await broken()).toEqual(['stop']);
    expect(await (await fetch(`${control.url}/mend/stop`, { method: 'POST' })).text()).toBe('200 check 2');
    expect(world.cluster('orders').stalled).toBe(false);
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
  const control = await startControl(world, scheduler, 'http://localhost:1', 0);
  expect((await fetch(`${control.url}/restore`, { method: 'POST' })).status).toBe(404);
  expect(await (await fetch(`${control.url}/state`)).json()).toMatchObject({ restore: false });
  control.close();
});

describeWith('mongodb', 'with a MongoDB', () => {
  test('orders has real data, a sandbox to be restored into, and a button that begins it', async () => {
    const real = await startWorld();
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
