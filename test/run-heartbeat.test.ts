import { expect, test } from 'vitest';
import { known } from '../lib/domain/fact.ts';
import type { Head } from '../lib/domain/head.ts';
import { HOUR } from '../lib/domain/time.ts';
import type { HeartbeatKind } from '../lib/heartbeat.ts';
import { check } from '../lib/run.ts';
import { factsOfLook, snapshot } from './support/facts.ts';
import { kindsOf, type Stage, stage, storeWith } from './support/parts.ts';

type Listening = {
  readonly on: Stage;
  /** One check, an hour after the last, by a process of its own, of which the switch hears all but these: what Slack is told, and how often the head was written. */
  readonly hour: (...unheard: readonly HeartbeatKind[]) => Promise<{ readonly told: readonly string[]; readonly swaps: number }>;
};

function listening(): Listening {
  const on = stage();
  const hour: Listening['hour'] = async (...unheard) => {
    let swaps = 0;
    const store = storeWith(on.store, {
      swap: async (request) => {
        swaps += 1;
        return on.store.swap(request);
      },
    });
    const before = on.channels.slack.letters.length;
    // Without PagerDuty: a new process would owe it the resolves of an alarm that may be out.
    const channels = [on.channels.slack];
    await check(on.restarted({ store, channels, heartbeat: (kind) => Promise.resolve(!unheard.includes(kind)) }));
    on.now += HOUR;
    return { told: kindsOf(on.channels.slack).slice(before), swaps };
  };
  return { on, hour };
}

async function headOf({ store }: Stage): Promise<Head | null> {
  return (await store.readHead()).head;
}

test('an end that is never heard is told by the check after the second in a row, and ends with the first that was heard wholly', async () => {
  const { hour } = listening();
  const told: (readonly string[])[] = [];
  for (const unheard of [['success'], ['success'], ['success'], [], []] as const) told.push((await hour(...unheard)).told);
  expect(told).toEqual([[], [], ['trigger monitor'], [], ['resolve monitor']]);
});

test('a beginning that is never heard is told by the second in a row', async () => {
  const { hour } = listening();
  const told: (readonly string[])[] = [];
  for (const unheard of [['start'], ['start'], [], []] as const) told.push((await hour(...unheard)).told);
  expect(told).toEqual([[], ['trigger monitor'], [], ['resolve monitor']]);
});

test('what was missed once, and again after one that was heard, is told to nobody', async () => {
  const { hour } = listening();
  const told: (readonly string[])[] = [];
  for (const unheard of [['success'], [], ['start'], [], ['success'], []] as const) told.push((await hour(...unheard)).told);
  expect(told.flat()).toEqual([]);
});

test('a check writes once where it was heard, and once more only where its end alone was not', async () => {
  const { hour } = listening();
  const swaps: number[] = [];
  for (const unheard of [[], ['success'], [], ['start']] as const) swaps.push((await hour(...unheard)).swaps);
  expect(swaps).toEqual([1, 2, 1, 1]);
});

test('a check that was cut off, and whose /fail is refused, counts as well', async () => {
  const { on, hour } = listening();
  on.collect = (_, now) => factsOfLook({ at: now, complete: false });
  const began = on.now;
  await hour('fail');
  expect(await headOf(on)).toMatchObject({ deafSince: began, deafAt: began });
});

test('the end tells counts and no names', async () => {
  const on = stage();
  on.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now) } });
  await check(on.parts);
  expect(on.beats).toEqual(['start', 'success 0 restorable, 1 not, 0 unknown, 0 exempt; 1 open P0 (run-1)']);
});
