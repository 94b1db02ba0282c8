import { expect, test } from 'vitest';
import { MINUTE, SECOND, type Duration } from '../../../lib/domain/time.ts';
import { type StallWatch, watchStalls } from '../../../lib/recovery/dump/stall.ts';

type Clock = { readonly pass: (time: Duration) => Promise<void>; readonly left: () => number };

/** A watch on a time of its own; `lines` is what it said, `left` counts its timers. */
function watched(ping: () => Promise<unknown> = () => Promise.resolve()): Clock & { readonly watch: StallWatch; readonly lines: string[] } {
  const lines: string[] = [];
  const waiting = new Map<() => void, Duration>();
  let now: Duration = 0;
  const watch = watchStalls({
    ping,
    say: (line) => void lines.push(line),
    timer: (after, act) => {
      waiting.set(act, now + after);
      return () => void waiting.delete(act);
    },
  });
  async function pass(time: Duration): Promise<void> {
    now += time;
    for (const [act, at] of Array.from(waiting)) {
      if (at > now) continue;
      waiting.delete(act);
      act();
    }
    // The answer to a ping comes by promises.
    await new Promise(setImmediate);
  }
  return { watch, lines, pass, left: () => waiting.size };
}

const ANSWERS = 'the server answers, so it is waited for; Ctrl-C ends it';

test('a restore without progress for five minutes is told, a millisecond earlier it is not, and with what it waits for', async () => {
  const { watch, lines, pass } = watched();
  watch.moved('shop.orders, building the index total_1 (1 of 2)');
  await pass(5 * MINUTE - 1);
  expect(lines).toEqual([]);
  await pass(1);
  expect(lines).toEqual([`no progress for 5 min: shop.orders, building the index total_1 (1 of 2); ${ANSWERS}`]);
});

test('a stall is told again every five minutes, and never ends anything', async () => {
  const { watch, lines, pass } = watched();
  watch.moved('shop.orders');
  for (let times = 0; times < 3; times += 1) await pass(5 * MINUTE);
  expect(lines.map((line) => line.slice(0, 'no progress for 15 min'.length))).toEqual([
    'no progress for 5 min:',
    'no progress for 10 min',
    'no progress for 15 min',
  ]);
});

test('any progress begins the five minutes anew', async () => {
  const { watch, lines, pass } = watched();
  watch.moved('shop.orders');
  await pass(4 * MINUTE);
  watch.moved('shop.orders');
  await pass(4 * MINUTE);
  expect(lines).toEqual([]);
  await pass(MINUTE);
  expect(lines).toHaveLength(1);
});

test('a stalled server that does not answer a ping is told as such', async () => {
  const { lines, pass } = watched(() => Promise.reject(new Error('timed out')));
  await pass(5 * MINUTE);
  expect(lines).toEqual([expect.stringMatching(/^no progress for 5 min: the first answer; the server does not even answer a ping/)]);
});

test('a stalled server whose answer to a ping never comes is told as such after ten seconds, a millisecond earlier it is not', async () => {
  const { lines, pass } = watched(() => new Promise(() => {}));
  await pass(5 * MINUTE);
  await pass(10 * SECOND - 1);
  expect(lines).toEqual([]);
  await pass(1);
  expect(lines).toEqual([expect.stringMatching(/^no progress for 5 min: the first answer; the server does not even answer a ping/)]);
});

test('no timer is left where what was watched ends while the server is pinged', async () => {
  const { watch, lines, pass, left } = watched(() => new Promise(() => {}));
  await pass(5 * MINUTE);
  watch.stop();
  expect(left()).toBe(0);
  await pass(10 * SECOND);
  expect(lines).toEqual([]);
});

test('progress while the server is pinged is no stall', async () => {
  const answer = Promise.withResolvers<void>();
  const { watch, lines, pass } = watched(() => answer.promise);
  await pass(5 * MINUTE);
  watch.moved('shop.orders');
  answer.resolve();
  await pass(0);
  expect(lines).toEqual([]);
});

test('nothing is told, and no timer is left, once what was watched has ended, even where something still moves', async () => {
  const { watch, lines, pass } = watched();
  watch.stop();
  watch.moved('shop.orders');
  await pass(10 * MINUTE);
  expect(lines).toEqual([]);
});
