import { describe, expect, test } from 'vitest';
import { check } from '../../lib/run/check.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { factsOfLook, NOW } from '../support/facts.ts';
import { type Stage, stage, storeWith } from '../support/ports.ts';

/** The daily counts of each trigger. */
async function counted(on: Stage): Promise<Readonly<Record<string, number>>> {
  const { head } = await on.store.readHead();
  const calls = Object.entries(head?.calls ?? {});
  return Object.fromEntries(calls.map(([name, { days }]) => [name, days.reduce((sum, [, count]) => sum + count, 0)]));
}

function watching(): Stage {
  const on = stage();
  on.collect = (_, now) => factsOfLook({ at: now });
  return on;
}

describe('a check', () => {
  test('records what called it', async () => {
    const on = watching();
    await check(on.ports, 'github');
    expect((await on.store.readHead()).head?.lastRun?.trigger).toBe('github');
    expect(await counted(on)).toEqual({ '*': 1, github: 1 });
  });

  test('without a name is counted as unnamed', async () => {
    const on = watching();
    await check(on.ports);
    expect((await on.store.readHead()).head?.lastRun).not.toHaveProperty('trigger');
    expect(await counted(on)).toEqual({ '*': 1, unnamed: 1 });
  });

  test('takes as many swaps with a name as without', async () => {
    const swapsOf = async (trigger: string | null): Promise<number> => {
      const on = watching();
      let swaps = 0;
      const store = storeWith(on.store, { swap: (request) => ((swaps += 1), on.store.swap(request)) });
      for (let hour = 0; hour < 3; hour += 1) {
        on.now = NOW + hour * HOUR;
        await check(on.restarted({ store }), trigger);
      }
      return swaps;
    };
    expect(await swapsOf('github')).toBe(await swapsOf(null));
  });
});

describe('a check that is skipped because another is under way', () => {
  /** vercel's check is under way while github calls, so often. */
  async function overlapping(on: Stage, calls: number, trigger: string | null): Promise<number> {
    let swaps = 0;
    const store = storeWith(on.store, { swap: (request) => ((swaps += 1), on.store.swap(request)) });
    on.collect = async (_, now) => {
      for (let call = 0; call < calls; call += 1)
        expect(await check(on.restarted({ store }), trigger)).toMatchObject({ body: { skipped: expect.any(String) } });
      return factsOfLook({ at: now });
    };
    await check(on.ports, 'vercel');
    return swaps;
  }

  test('still counts as a call of its trigger, and the check under way is recorded', async () => {
    const on = stage();
    await overlapping(on, 1, 'github');
    expect(await counted(on)).toEqual({ '*': 1, github: 1, vercel: 1 });
    expect((await on.store.readHead()).head?.lastRun?.trigger).toBe('vercel');
  });

  test('writes once an interval, however often it is called', async () => {
    const on = stage();
    expect(await overlapping(on, 3, 'github')).toBe(1);
  });

  test('writes nothing for a caller without a name', async () => {
    const on = stage();
    expect(await overlapping(on, 1, null)).toBe(0);
  });
});

test('two triggers of one minute: each is missed only where it did not call', async () => {
  const on = watching();
  for (let hour = 0; hour < 30; hour += 1) {
    on.now = NOW + hour * HOUR;
    await check(on.ports, 'vercel');
    on.now += MINUTE;
    if (hour < 20) await check(on.ports, 'github');
  }
  const { head } = await on.store.readHead();
  const open = head?.incidents.filter(({ check: of, state }) => of === 'monitor' && state !== 'resolved') ?? [];
  expect(open.map(({ resource, severity }) => `${resource.part} ${severity}`)).toEqual(['trigger github warning']);
});
