import { expect, test } from 'vitest';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import { resend } from '../../lib/people/resend.ts';
import { check } from '../../lib/run/check.ts';
import { ACCEPTED, REJECTED } from '../support/sender.ts';
import { factsOfLook, NOW, snapshot } from '../support/facts.ts';
import { type Stage, stage } from '../support/ports.ts';

async function headOf(at: Stage): Promise<Head> {
  const { head } = await at.store.readHead();
  if (!head) throw new Error('nothing is stored');
  return head;
}

/** A P0 that SMS has refused. */
async function refused(): Promise<{ readonly at: Stage; readonly key: string }> {
  const at = stage();
  at.channels.sms.answer = () => REJECTED;
  at.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known([snapshot(NOW - 30 * HOUR)], now) } });
  await check(at.ports);
  const key = (await headOf(at)).deliveries.find(({ state }) => state === 'rejected')?.key ?? '';
  expect(key).toContain('sms');
  return { at, key };
}

test('a refused message that somebody sends again goes out at once, not after its hour', async () => {
  const { at, key } = await refused();
  at.channels.sms.answer = () => ACCEPTED;
  at.now += MINUTE;
  const { outcome, send } = await resend(at.restarted(), key, 'dana');
  await send();
  expect(outcome).toBe('due');
  expect((await headOf(at)).deliveries.find((one) => one.key === key)).toMatchObject({ state: 'accepted', attempts: 2 });
  expect(at.log).toContain(`audit: sending again asked for by dana: ${key} is due`);
});

test('a message that is refused again waits an hour from then', async () => {
  const { at, key } = await refused();
  at.now += MINUTE;
  await (await resend(at.restarted(), key, 'dana')).send();
  expect((await headOf(at)).deliveries.find((one) => one.key === key)).toMatchObject({
    state: 'rejected',
    attempts: 2,
    nextTryAt: NOW + MINUTE + HOUR,
  });
});

test('if the process dies after the answer, the message is still due', async () => {
  const { at, key } = await refused();
  at.now += MINUTE;
  await resend(at.restarted(), key, 'dana');
  expect((await headOf(at)).deliveries.find((one) => one.key === key)?.claim).not.toBeNull();
});

test.for([
  ['there is none of that key', 'no-such-key\n', 'unknown'],
  ['it was accepted', null, 'settled'],
] as const)('if %s nothing is sent and nothing is written', async ([, given, expected]) => {
  const { at } = await refused();
  const key = given ?? (await headOf(at)).deliveries.find(({ state }) => state === 'accepted')?.key ?? '';
  const { revision } = await at.store.readHead();
  const before = at.channels.sms.notifications.length;
  const { outcome, send } = await resend(at.restarted(), key, 'dana');
  await send();
  expect(outcome).toBe(expected);
  expect((await at.store.readHead()).revision).toBe(revision);
  expect(at.channels.sms.notifications.length).toBe(before);
});

test('of two who send it again at once one does, and the audit trail has that one', async () => {
  const { at, key } = await refused();
  at.channels.sms.answer = () => ACCEPTED;
  at.now += MINUTE;
  const asked = await Promise.all(['dana', 'erin'].map((by) => resend(at.restarted(), key, by)));
  for (const { send } of asked) await send();
  const noted = (await at.store.trail({ limit: 100, before: null })).filter(({ what }) => what === 'resend');
  expect(asked.map(({ outcome }) => outcome).toSorted()).toEqual(['due', 'sending']);
  expect(noted.map(({ by }) => by)).toEqual([asked[0]?.outcome === 'due' ? 'dana' : 'erin']);
  expect((await headOf(at)).deliveries.find((one) => one.key === key)).toMatchObject({ state: 'accepted', attempts: 2 });
});

test('a message that follows one which never arrived is not sent: that one has to go first', async () => {
  const { at, key } = await refused();
  const root = (await headOf(at)).deliveries.find((one) => one.key === key);
  if (!root) throw new Error('nothing was refused');
  const follower = { ...root, key: 'remind/sms/0/x', kind: 'remind', root: key, state: 'owed', attempts: 0, lastError: null } as const;
  const { head, revision } = await at.store.readHead();
  if (!head) throw new Error('nothing is stored');
  await at.store.swap({
    expected: revision,
    writer: 'test',
    head: { ...head, deliveries: [...head.deliveries, follower] },
    adopt: [],
    drop: [],
    history: [],
    release: null,
    now: at.now,
  });
  const before = at.channels.sms.notifications.length;
  const { outcome, send } = await resend(at.restarted(), follower.key, 'dana');
  await send();
  expect([outcome, at.channels.sms.notifications.length]).toEqual(['waiting', before]);
  expect(at.log).toContain(`audit: sending again asked for by dana: ${follower.key} is waiting`);
});
