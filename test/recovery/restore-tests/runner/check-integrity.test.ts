import { describe, expect, test } from 'vitest';
import { type Config, policyOf } from '../../../../lib/config/policy/define-config.ts';
import type { Assertion, EvidenceLine } from '../../../../lib/domain/recovery/evidence.ts';
import type { Incident } from '../../../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/domain/time.ts';
import type { Ports } from '../../../../lib/ports/ports.ts';
import { dailyRestoreTests } from '../../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { ConnectError } from '../../../../lib/recovery/validate/read/connect.ts';
import { check } from '../../../../lib/run/check.ts';
import { PLAN, recoveryStage, type RecoveryStage } from '../../../support/recovery-stage.ts';

const MANY = { name: 'many', collection: 'shop.orders', min: 5 };

function sources(...given: readonly { readonly cluster: string; readonly uri?: { readonly env: string } }[]): Pick<Config, 'restoreTests'> {
  const [base] = PLAN.restoreTests ?? [];
  if (!base) throw new Error('the stage has a plan');
  return { restoreTests: [{ ...base, sources: given.map((source) => ({ project: 'shop', ...source })) }] };
}

type Answer = EvidenceLine['verdict'] | Error;

/** A monitor whose sources answer as scripted; what was asked of which address is kept. */
function integrityStage(config: Config, addresses: Readonly<Record<string, string>> = { MONGODB_URI: 'mongodb://main' }) {
  const made = recoveryStage({ digestHour: null, ...PLAN, ...config });
  const asked: string[] = [];
  const script: { answer: Answer; addresses: Readonly<Record<string, string>>; config: Config } = { answer: 'passed', addresses, config };
  const checkAssertions = async (uri: string, assertions: readonly Assertion[]): Promise<readonly EvidenceLine[]> => {
    asked.push(...assertions.map(({ name }) => `${name} at ${uri}`));
    const { answer } = script;
    if (answer instanceof Error) throw answer;
    return assertions.map(({ name, namespace }) => ({
      what: 'assertion',
      namespace,
      expected: `"${name}": at least 5 documents`,
      found: answer === 'failed' ? '1 document' : '9 documents',
      verdict: answer,
    }));
  };
  const ports = (): Ports => {
    const { recovery } = made.ports;
    if (!recovery) throw new Error('the ports of recovery are missing');
    const sourceAddress = (variable: string | null): string | null => script.addresses[variable ?? 'MONGODB_URI'] ?? null;
    return made.restarted({
      recovery: { ...recovery, atlas: null, sourceAddress, deployments: { ...recovery.deployments, checkAssertions } },
      policy: policyOf({ digestHour: null, ...PLAN, ...script.config }),
    });
  };
  /** One day: the daily cron, and a check six hours later. */
  const day = async (): Promise<Incident | undefined> => {
    await dailyRestoreTests(ports());
    made.now += 6 * HOUR;
    await check(ports());
    made.now += 18 * HOUR;
    return open(made);
  };
  return { made, script, asked, ports, day };
}

async function open({ store }: RecoveryStage): Promise<Incident | undefined> {
  const { head } = await store.readHead();
  return head?.incidents.findLast((incident) => incident.check === 'integrity');
}

const lines = async ({ state }: RecoveryStage) => (await state()).integrity?.lines ?? [];
const integrityRecords = async ({ records }: RecoveryStage) => (await records()).filter(({ kind }) => kind === 'integrity');

test('an assertion that holds opens no incident and leaves one record', async () => {
  const { day, made } = integrityStage({ assertions: [MANY] });
  expect(await day()).toBeUndefined();
  expect(await day()).toBeUndefined();
  expect(await integrityRecords(made)).toMatchObject([{ verdict: 'passed', subject: 'the source at MONGODB_URI' }]);
});

test('an assertion that fails raises a P0 at once, says when it last held, and resolves when it holds again', async () => {
  const { day, made, script, ports } = integrityStage({ assertions: [MANY] });
  await day();
  script.answer = 'failed';
  await dailyRestoreTests(ports());
  expect(await open(made)).toMatchObject({
    priority: 'P0',
    state: 'open',
    summary: expect.stringContaining('it last held at 2026-11-22T12:00:00Z'),
  });
  const told = made.channels.pagerduty.notifications.flatMap(({ incidents }) => incidents.map((incident) => incident.check));
  expect(told.filter((one) => one === 'integrity')).toHaveLength(1);
  made.now += DAY;
  script.answer = 'passed';
  expect(await day()).toMatchObject({ state: 'resolved', resolution: expect.stringContaining('recovered: 1 assertion holds') });
  expect((await integrityRecords(made)).map(({ verdict }) => verdict)).toEqual(['passed', 'failed', 'passed']);
});

test('an assertion that fails names the last recovery point from when it held', async () => {
  const { day, made, script } = integrityStage({ assertions: [MANY] });
  await day();
  script.answer = 'failed';
  const { head } = await made.store.readHead();
  expect(head?.viewBlobs).not.toEqual([]);
  const incident = await day();
  const [, point = ''] = /the last recovery point from when it held is (\S+)$/.exec(incident?.summary ?? '') ?? [];
  const at = Date.parse(point);
  const held = (await made.state()).integrity?.lastHeld['many'] ?? 0;
  expect(at).toBeLessThanOrEqual(held);
  expect(at).toBeGreaterThan(held - DAY);
});

describe('an assertion is asked once a day', () => {
  test.for([
    [20 * HOUR - 1, 1],
    [20 * HOUR, 2],
  ] as const)('within %i ms: asked %i time(s)', async ([later, times]) => {
    const { made, ports, asked } = integrityStage({ assertions: [MANY] });
    await dailyRestoreTests(ports());
    made.now += later;
    await dailyRestoreTests(ports());
    expect(asked).toHaveLength(times);
  });
});

describe('an assertion that is no longer asked resolves its incident', () => {
  test.for([
    ['the assertions left the policy', (script: { config: Config }) => (script.config = {})],
    ['MONGODB_URI is gone', (script: { addresses: Readonly<Record<string, string>> }) => (script.addresses = {})],
  ] as const)('%s', async ([, change]) => {
    const { day, script, made } = integrityStage({ assertions: [MANY] });
    script.answer = 'failed';
    expect(await day()).toMatchObject({ state: 'open', priority: 'P0' });
    change(script);
    expect(await day()).toMatchObject({ state: 'resolved', resolution: expect.stringMatching(/^no longer asked/) });
    for (let days = 0; days < 4; days += 1) await day();
    expect((await made.store.readHead()).head?.incidents.filter((one) => one.check === 'integrity' && one.state !== 'resolved')).toEqual(
      [],
    );
    expect((await integrityRecords(made)).map(({ verdict }) => verdict)).toEqual(['failed']);
  });

  test('where it is one of two: the other is still asked, and the next day decides', async () => {
    const { day, script, made } = integrityStage({ assertions: [MANY, { ...MANY, name: 'wrong' }] });
    script.answer = 'failed';
    await day();
    script.config = { assertions: [MANY] };
    script.answer = 'passed';
    expect(await day()).toMatchObject({ state: 'resolved' });
    expect(await lines(made)).toHaveLength(1);
  });

  test('and is asked on the same day where it comes back', async () => {
    const { day, script, ports, made } = integrityStage({ assertions: [MANY] });
    await day();
    script.config = {};
    await dailyRestoreTests(ports());
    made.now += MINUTE;
    script.config = { assertions: [MANY] };
    script.answer = 'failed';
    await dailyRestoreTests(ports());
    expect(await open(made)).toMatchObject({ state: 'open' });
  });
});

describe('an assertion that cannot be asked', () => {
  const away = new ConnectError('unreachable', 'no server could be reached within 5 s');

  test('is unknown for two days, then a P1 that says since when', async () => {
    const { day, script } = integrityStage({ assertions: [MANY] });
    await day();
    script.answer = away;
    expect([await day(), await day()]).toEqual([undefined, undefined]);
    expect(await day()).toMatchObject({
      priority: 'P1',
      summary: expect.stringMatching(/no server could be reached.*; so since 2026-11-23T12:00:00Z$/),
    });
    script.answer = 'passed';
    expect(await day()).toMatchObject({ state: 'resolved' });
  });

  test('keeps a failure open as the P0 that it was', async () => {
    const { day, script } = integrityStage({ assertions: [MANY] });
    script.answer = 'failed';
    await day();
    script.answer = away;
    for (let days = 0; days < 4; days += 1) expect(await day()).toMatchObject({ state: 'open', priority: 'P0' });
  });

  test('counts its two days anew after a day on which it was asked', async () => {
    const { day, script } = integrityStage({ assertions: [MANY] });
    for (const answer of [away, away, 'passed', away, away] as const) {
      script.answer = answer;
      expect(await day()).toBeUndefined();
    }
  });

  test('is a P1 after two days where the daily cron stopped', async () => {
    const { day, made, ports } = integrityStage({ assertions: [MANY] });
    await day();
    made.now += 2 * DAY;
    await check(ports());
    expect(await open(made)).toMatchObject({ priority: 'P1', summary: expect.stringContaining('were last asked at 2026-11-22T12:00:00Z') });
  });

  test('names an unexpected error by its class alone', async () => {
    const { day, script, made } = integrityStage({ assertions: [MANY] });
    script.answer = new TypeError('mongodb://ann:hunter22@main');
    await day();
    expect(await lines(made)).toMatchObject([{ verdict: 'could-not-verify', expected: '"many"', found: 'unexpected TypeError' }]);
    expect(JSON.stringify(await made.store.readHead())).not.toContain('hunter22');
  });
});

describe('where an assertion is asked', () => {
  const two = sources({ cluster: 'orders' }, { cluster: 'billing', uri: { env: 'BILLING_URI' } });
  const of = (cluster: string) => ({ ...MANY, cluster });

  test.for<readonly [string, Config, Readonly<Record<string, string>>, readonly string[]]>([
    ['it names the only source, which has no address of its own', { assertions: [of('orders')] }, { MONGODB_URI: 'm' }, ['many at m']],
    [
      'it names no source, and the only one has an address of its own',
      { assertions: [MANY], ...sources({ cluster: 'orders', uri: { env: 'ORDERS_URI' } }) },
      { MONGODB_URI: 'm', ORDERS_URI: 'o' },
      ['many at o'],
    ],
    ['it names no source, and there are two', { assertions: [MANY], ...two }, { MONGODB_URI: 'm', BILLING_URI: 'b' }, ['many at m']],
    [
      'it names one of two, by that one’s address',
      { assertions: [of('billing')], ...two },
      { MONGODB_URI: 'm', BILLING_URI: 'b' },
      ['many at b'],
    ],
    ['there is no restore test at all', { assertions: [MANY], restoreTests: [] }, { MONGODB_URI: 'm' }, ['many at m']],
  ])('%s', async ([, config, addresses, expected]) => {
    const { asked, ports } = integrityStage(config, addresses);
    await dailyRestoreTests(ports());
    expect(asked).toEqual(expected);
  });

  test.for<readonly [string, Config, Readonly<Record<string, string>>, RegExp]>([
    [
      'names one of two that has no address of its own: never at MONGODB_URI',
      { assertions: [of('orders')], ...two },
      { MONGODB_URI: 'm' },
      /set `uri: \{ env: 'NAME' \}` of the source orders in restorewatch\.config\.ts/,
    ],
    ['names one whose variable is not set', { assertions: [of('billing')], ...two }, { MONGODB_URI: 'm' }, /^BILLING_URI is not set/],
    [
      'names no source, and MONGODB_URI is not set while another’s is',
      { assertions: [MANY], ...two },
      { BILLING_URI: 'b' },
      /^MONGODB_URI is not set/,
    ],
    [
      'names what is no source',
      { assertions: [of('ordres')] },
      { MONGODB_URI: 'm' },
      /^no restore test in restorewatch\.config\.ts has a source ordres/,
    ],
  ])('one that %s cannot be verified', async ([, config, addresses, words]) => {
    const { asked, ports, made } = integrityStage(config, addresses);
    await dailyRestoreTests(ports());
    expect(asked).toEqual([]);
    expect(await lines(made)).toMatchObject([{ verdict: 'could-not-verify', expected: '"many"', found: expect.stringMatching(words) }]);
  });

  test('is nowhere, without a finding, where no address was ever given', async () => {
    const { day, asked, made } = integrityStage({ assertions: [MANY] }, {});
    for (let days = 0; days < 4; days += 1) expect(await day()).toBeUndefined();
    expect([asked, (await made.state()).integrity]).toEqual([[], undefined]);
  });

  test('for two sources, one with an address and one without, keeps the order of the policy', async () => {
    const { made, ports, asked } = integrityStage(
      { assertions: [of('orders'), { ...of('billing'), name: 'bills' }], ...two },
      { BILLING_URI: 'b' },
    );
    await dailyRestoreTests(ports());
    expect(asked).toEqual(['bills at b']);
    expect((await lines(made)).map(({ verdict }) => verdict)).toEqual(['could-not-verify', 'passed']);
  });
});
