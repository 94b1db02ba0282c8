import { expect, test } from 'vitest';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { HOUR } from '../../lib/domain/time.ts';
import type { HeartbeatKind } from '../../lib/deliver/heartbeat.ts';
import { check } from '../../lib/run/check.ts';
import { factsOfLook, snapshot } from '../support/facts.ts';
import { kindsOf, type Stage, stage, storeWith } from '../support/ports.ts';

type Watched = {
  readonly on: Stage;
  /** One check, an hour after the last, by a process of its own, of which the switch hears all but these: what Slack is notified, and how often the head was written. */
  readonly hour: (...missed: readonly HeartbeatKind[]) => Promise<{ readonly notified: readonly string[]; readonly swaps: number }>;
};

function watched(): Watched {
  const on = stage();
  const hour: Watched['hour'] = async (...missed) => {
    let swaps = 0;
    const store = storeWith(on.store, {
      swap: async (request) => {
        swaps += 1;
        return on.store.swap(request);
      },
    });
    const before = on.channels.slack.notifications.length;
    // Without PagerDuty: a new process would owe it the resolves of an alarm that may be out.
    const channels = [on.channels.slack];
    await check(on.restarted({ store, channels, heartbeat: (kind) => Promise.resolve(!missed.includes(kind)) }));
    on.now += HOUR;
    return { notified: kindsOf(on.channels.slack).slice(before), swaps };
  };
  return { on, hour };
}

async function headOf({ store }: Stage): Promise<Head | null> {
  return (await store.readHead()).head;
}

test('two missed pings at the end in a row are reported by the next check, and resolved by the first check whose pings all arrive', async () => {
  const { hour } = watched();
  const notified: (readonly string[])[] = [];
  for (const missed of [['success'], ['success'], ['success'], [], []] as const) notified.push((await hour(...missed)).notified);
  expect(notified).toEqual([[], [], ['trigger monitor'], [], ['resolve monitor']]);
});

test('the second missed ping at the beginning in a row is reported at once', async () => {
  const { hour } = watched();
  const notified: (readonly string[])[] = [];
  for (const missed of [['start'], ['start'], [], []] as const) notified.push((await hour(...missed)).notified);
  expect(notified).toEqual([[], ['trigger monitor'], [], ['resolve monitor']]);
});

test('single missed pings, with a received one between them, notify nobody', async () => {
  const { hour } = watched();
  const notified: (readonly string[])[] = [];
  for (const missed of [['success'], [], ['start'], [], ['success'], []] as const) notified.push((await hour(...missed)).notified);
  expect(notified.flat()).toEqual([]);
});

test('a check writes the head once, and once more only if its last ping alone was missed', async () => {
  const { hour } = watched();
  const swaps: number[] = [];
  for (const missed of [[], ['success'], [], ['start']] as const) swaps.push((await hour(...missed)).swaps);
  expect(swaps).toEqual([1, 2, 1, 1]);
});

test('the /fail ping of a check that was cut off is recorded as missed if it is refused', async () => {
  const { on, hour } = watched();
  on.collect = (_, now) => factsOfLook({ at: now, complete: false });
  const began = on.now;
  await hour('fail');
  expect(await headOf(on)).toMatchObject({ heartbeatMissedSince: began, heartbeatMissedAt: began });
});

test('the last ping holds counts and no names', async () => {
  const on = stage();
  on.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now) } });
  await check(on.ports);
  expect(on.pings).toEqual(['start', 'success 1 at risk; none proven by a restore; 1 open P0 (run-1)']);
});
