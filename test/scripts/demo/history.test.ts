import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import { receivePagerDuty, receiveSlack } from '../../../lib/people/webhooks/receive-webhook.ts';
import { dailyRestoreTests } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../../../lib/run/check.ts';
import { dispatch } from '../../../lib/run/dispatch.ts';
import { acknowledgeAtPagerDuty, acknowledgeInSlack } from '../../../scripts/demo/answers.ts';
import { ANSWERS } from '../../../scripts/demo/app.ts';
import { createClock, type DemoClock } from '../../../scripts/demo/clock.ts';
import { directJobs } from '../../../scripts/demo/direct-jobs.ts';
import { startEmulators, type Emulators } from '../../../scripts/demo/emulators.ts';
import { openHistory } from '../../../scripts/demo/history/history-ports.ts';
import { receivedBy } from '../../../scripts/demo/received.ts';

const NOW = Date.UTC(2026, 10, 30, 12);

let clock: DemoClock;
let emulators: Emulators;
let ports: Ports;

beforeEach(async () => {
  vi.stubEnv('MONGO_TEST_URI', '');
  clock = createClock();
  clock.standAt(NOW);
  emulators = await startEmulators({ now: clock.now });
  ports = await openHistory(emulators, clock.now, { host: '127.0.0.1', port: 3_000 });
  // Certificates and password hashes take seconds where others compute too.
}, 60_000);

afterEach(async () => {
  vi.unstubAllEnvs();
  await ports.store.close();
  await emulators.close();
});

const head = async () => (await ports.store.readHead()).head;

/** A weekly test from its beginning to its end, with a dispatch every five minutes. */
async function restored() {
  await check(ports, null);
  await dailyRestoreTests(ports);
  for (let at = NOW + 5 * MINUTE; at < NOW + 2 * HOUR; at += 5 * MINUTE) {
    clock.standAt(at);
    await dispatch(ports);
  }
  return (await head())?.recovery?.proofs.at(-1);
}

describe('a restore test of the demo without a MongoDB', () => {
  test('goes through the same steps, passes, and names itself one that proves nothing about MongoDB', async () => {
    expect(emulators.restore?.isReal).toBe(false);
    const proof = await restored();
    expect(proof?.verdict).toBe('passed');
    expect(proof?.plan).toContain('proves-nothing-about-mongodb');
    const record = await ports.store.record(proof?.id ?? '');
    expect(JSON.stringify(record?.evidence)).toContain('emulated: proves nothing about MongoDB');
  });

  test('fails where a restore loses every tenth document, and the phone rings', async () => {
    emulators.atlas.recovery.faults.add('loses-every-tenth');
    expect((await restored())?.verdict).toBe('failed');
    expect(emulators.twilio.messages.at(-1)?.body).toContain('the restore test of');
  });
});

describe('who is called in the demo', () => {
  beforeEach(async () => {
    await check(ports, null);
    emulators.atlas.switchPitOff(emulators.cluster('orders'), 'lee@example.com');
    clock.standAt(NOW + HOUR);
    await check(ports, null);
  });

  const pass = async (minutes: number): Promise<void> => {
    clock.standAt(NOW + HOUR + minutes * MINUTE);
    await dispatch(ports);
  };
  const called = () => receivedBy(emulators).texts.map(({ to }) => to);

  test('the on-call at once, the next person once five minutes have gone by', async () => {
    expect(called()).toEqual(['the on-call']);
    await pass(6);
    expect(called()).toEqual(['the head of operations', 'the on-call']);
  });

  const atPagerDuty = {
    webhook: async (_path: string, body: string, headers: Readonly<Record<string, string>>) => {
      const request = { body: Buffer.from(body), signatures: headers['x-pagerduty-signature'] ?? null };
      return (await receivePagerDuty(ports, ANSWERS.PAGERDUTY_WEBHOOK_SECRET, request)).status;
    },
  };
  const inSlack = {
    webhook: async (_path: string, body: string, headers: Readonly<Record<string, string>>) => {
      const signed = { signature: headers['x-slack-signature'] ?? null, timestamp: headers['x-slack-request-timestamp'] ?? null };
      return (await receiveSlack(ports, ANSWERS.SLACK_SIGNING_SECRET, { body: Buffer.from(body), ...signed })).status;
    },
  };
  const acknowledgedBy = async () => (await head())?.incidents.flatMap(({ acknowledgement }) => acknowledgement?.by ?? []);

  test('nobody more once somebody acknowledged at PagerDuty', async () => {
    const [page] = receivedBy(emulators).pages;
    expect(await acknowledgeAtPagerDuty(emulators, atPagerDuty, page?.key ?? '')).toBe(true);
    await pass(15);
    expect([await acknowledgedBy(), called()]).toEqual([['Dana Doe'], ['the on-call']]);
  });

  test('the button in Slack acknowledges what its message is about, and nothing else', async () => {
    emulators.atlas.failSnapshot(emulators.cluster('invoices'));
    await check(ports, null);
    const message = receivedBy(emulators).slack.find(({ canAcknowledge }) => canAcknowledge);
    expect(await acknowledgeInSlack(emulators, inSlack, { ts: message?.ts ?? '', now: clock.now() })).toBe(true);
    expect(await acknowledgedBy()).toEqual(['sam']);
  });
});

test('the emulated Atlas takes snapshots as the clock is moved, and lets them expire', () => {
  const cluster = emulators.cluster('orders');
  clock.standAt(NOW + 7 * DAY);
  cluster.sync(clock.now());
  expect(cluster.snapshots.filter(({ createdAt }) => createdAt > NOW)).toHaveLength(28);
  expect(cluster.snapshots.every(({ expiresAt }) => expiresAt > clock.now())).toBe(true);
});

describe('the checks of pushed time', () => {
  test('run in the demo’s process, on the state that the app reads', async () => {
    const jobs = directJobs(ports, emulators);
    const before = emulators.atlas.requests.length;
    expect(await jobs('check')).toMatch(/^200 .*"complete":true/);
    expect((await head())?.lastRun?.complete).toBe(true);
    expect(emulators.atlas.requests.length).toBe(before);
    for (const job of ['dispatch', 'restore-test', 'drill'] as const) expect(await jobs(job)).toMatch(/^200 /);
  });

  test.for([
    ['refuses (403)', 'run in the demo itself', { kind: 'status', status: 403 }, true],
    ['hangs', 'are left to the page', { kind: 'hang' }, false],
    ['resets connections', 'are left to the page', { kind: 'reset' }, false],
  ] as const)('while Atlas %s, %s', async ([, , fault, isDirect]) => {
    const jobs = directJobs(ports, emulators);
    emulators.atlas.fault(/\/api\/atlas\//, fault);
    expect(jobs('check') !== null).toBe(isDirect);
    emulators.atlas.heal();
    expect(jobs('check')).not.toBeNull();
  });
});
