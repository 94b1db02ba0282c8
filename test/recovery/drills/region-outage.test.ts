import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { beginDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import { followDrill } from '../../../lib/recovery/drills/runner/advance-drills.ts';
import { dailyDrills } from '../../../lib/recovery/drills/runner/daily-drills.ts';
import { openHead } from '../../../lib/ports/change-head.ts';
import { drillStage, type DrillStage, SANDBOX } from './drill-stage.ts';

const TWO_REGIONS = [
  { provider: 'AWS', region: 'US_EAST_1' },
  { provider: 'AWS', region: 'US_WEST_2' },
];

function outageStage(regions = TWO_REGIONS): Promise<DrillStage> {
  return drillStage({ scenarios: ['region-outage'], cluster: { regions } });
}

/** As `dispatch` does, every five minutes. */
async function everyFiveMinutes(on: DrillStage, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    on.pass(5 * MINUTE);
    await on.advance();
  }
}

function asked({ atlas }: DrillStage, method: string): number {
  return atlas.requests.filter((request) => request.method === method && request.path.endsWith('/outageSimulation')).length;
}

test('a region-outage drill starts, watches and ends the outage, and times each', async () => {
  const on = await outageStage();
  expect((await dailyDrills(on.ports)).body).toMatchObject({ started: ['monthly-region-outage'], underWay: 1 });
  expect((await on.active())[0]).toMatchObject({ phase: 'observe', region: TWO_REGIONS[0] });
  await everyFiveMinutes(on, 6);
  expect(await on.active()).toEqual([]);
  expect((await on.state()).ended).toMatchObject([{ scenario: 'region-outage', plan: 'monthly-region-outage', verdict: 'passed' }]);
  const [record] = (await on.store.records({ limit: 5, before: null, kind: 'drill' })).records;
  expect(record).toMatchObject({ verdict: 'passed', subject: 'sandbox (project shop)', by: 'cron' });
  // The emulated Atlas takes 5 min 10 s for each way, and is asked every 5 minutes.
  expect(record?.measured).toEqual({ start: 10 * MINUTE, outage: 5 * MINUTE, recovery: 10 * MINUTE });
  expect([asked(on, 'POST'), asked(on, 'DELETE')]).toEqual([1, 1]);
});

test('a region-outage drill on a cluster in a single region is refused, and asks Atlas for nothing', async () => {
  const on = await outageStage([{ provider: 'AWS', region: 'US_EAST_1' }]);
  const { body } = await dailyDrills(on.ports);
  expect(body).toMatchObject({ refused: { 'monthly-region-outage': expect.stringContaining('single region') }, underWay: 0 });
  expect(asked(on, 'POST')).toBe(0);
  expect((await on.store.records({ limit: 1, before: null })).records).toMatchObject([{ kind: 'drill', verdict: 'refused' }]);
});

test('a region-outage drill requests nothing where the tag was removed right before the request', async () => {
  const on = await outageStage();
  on.atlas.recovery.untagAfterRead(on.sandbox, 2);
  await dailyDrills(on.ports);
  expect((await on.state()).refusals['monthly-region-outage']?.why).toContain('tag restorewatch=sandbox');
  expect(asked(on, 'POST')).toBe(0);
});

test('a region-outage drill that a person stops ends the outage before itself', async () => {
  const on = await outageStage();
  await dailyDrills(on.ports);
  await everyFiveMinutes(on, 1);
  on.pass(MINUTE);
  await on.advance({ signal: AbortSignal.abort() });
  expect(asked(on, 'DELETE')).toBe(1);
  expect((await on.active())[0]).toMatchObject({ phase: 'recover', verdict: 'could-not-verify', interrupted: true });
  await everyFiveMinutes(on, 2);
  expect((await on.store.records({ limit: 1, before: null })).records).toMatchObject([{ verdict: 'interrupted' }]);
});

test('a region-outage drill that a person stops is followed until the region is back', async () => {
  const on = await outageStage();
  await dailyDrills(on.ports);
  await everyFiveMinutes(on, 1);
  const [drill] = await on.active();
  const phases: (string | undefined)[] = [];
  const say = (line: string): void => {
    if (!line.includes('end of the outage asked for')) return;
    void on.active().then(([open]) => {
      phases.push(open?.phase);
      on.pass(20 * MINUTE);
    });
  };
  expect(await followDrill(on.ports, drill?.id ?? '', { say, signal: AbortSignal.abort(), between: 1 })).toBe(true);
  expect([phases, asked(on, 'DELETE')]).toEqual([['recover'], 1]);
  expect((await on.store.records({ limit: 1, before: null })).records).toMatchObject([{ verdict: 'interrupted' }]);
});

test('a region-outage drill finds an outage whose request lost its answer, and does not request it again', async () => {
  const on = await outageStage();
  on.atlas.fault(/^POST .*\/outageSimulation/, { kind: 'lost' }, 1);
  await dailyDrills(on.ports);
  expect((await on.active())[0]).toMatchObject({ phase: 'start', troubles: { count: 1 } });
  await everyFiveMinutes(on, 6);
  expect((await on.state()).ended).toMatchObject([{ verdict: 'passed' }]);
  expect(asked(on, 'POST')).toBe(1);
});

test('a region-outage drill whose process was killed before the request starts no outage and could not be verified', async () => {
  const on = await outageStage();
  const { ports } = on;
  const ledger = await openHead(ports);
  const drill = {
    id: 'drill-x',
    scenario: 'region-outage',
    plan: 'monthly-region-outage',
    by: 'cron',
    targetName: { ...SANDBOX, uri: null },
  } as const;
  await ledger.update({ apply: (head) => beginDrill(head, { ...drill, now: on.clock.now }) });
  // Dies as the request goes out: nothing of what follows is stored.
  let swaps = 0;
  const store = {
    ...on.store,
    swap: async (request: Parameters<typeof on.store.swap>[0]) => {
      swaps += 1;
      if (swaps > 4) throw new Error('killed');
      return on.store.swap(request);
    },
  };
  on.atlas.fault(/^POST .*\/outageSimulation/, { kind: 'status', status: 500 }, 99);
  const dying = on.restarted({ store });
  await on.advance({ ports: dying, ledger: await openHead(dying) }).catch(() => undefined);
  expect((await on.active())[0]?.marks.outageAsked).toBeDefined();
  on.pass(11 * MINUTE + SECOND);
  await everyFiveMinutes(on, 1);
  expect((await on.state()).ended).toMatchObject([
    { verdict: 'could-not-verify', summary: expect.stringContaining('process that meant to was ended') },
  ]);
});

test('a region-outage drill ends the outage although the tag and the plan are gone', async () => {
  const on = await outageStage();
  await dailyDrills(on.ports);
  on.sandbox.tags = {};
  const ports = on.restarted({ policy: { ...on.ports.policy, general: { ...on.ports.policy.general, drills: [] } } });
  for (let time = 0; time < 6; time += 1) {
    on.pass(5 * MINUTE);
    await on.advance({ ports });
  }
  expect(asked(on, 'DELETE')).toBe(1);
  expect(await on.active()).toEqual([]);
});

test('a region-outage drill tries to end the outage for as long as it takes, and raises a P0', async () => {
  const on = await outageStage();
  await dailyDrills(on.ports);
  await everyFiveMinutes(on, 2);
  on.atlas.fault(/^DELETE .*\/outageSimulation/, { kind: 'status', status: 500 }, 99);
  await everyFiveMinutes(on, 3);
  expect((await on.active())[0]).toMatchObject({ phase: 'end', troubles: { last: expect.stringContaining('endOutage') } });
  on.pass(HOUR);
  await dailyDrills(on.ports);
  const { head } = await on.store.readHead();
  expect(head?.incidents).toMatchObject([{ check: 'drill', severity: 'critical', summary: expect.stringContaining('could not be ended') }]);
  on.atlas.heal();
  await everyFiveMinutes(on, 4);
  expect(await on.active()).toEqual([]);
});

test('a region-outage drill raises a P0 an hour after Atlas took the end without acting, until the region is back', async () => {
  let stuck = true;
  const on = await drillStage({
    scenarios: ['region-outage'],
    cluster: { regions: TWO_REGIONS },
    atlas: (real) => ({ ...real, endOutage: async (...asked) => (stuck ? 'SIMULATING' : real.endOutage(...asked)) }),
  });
  const told = async () => {
    await dailyDrills(on.ports);
    return (await on.store.readHead()).head?.incidents.filter(({ severity }) => severity === 'critical') ?? [];
  };
  await dailyDrills(on.ports);
  // 10 min until it is seen, 5 more until its end is asked for.
  await everyFiveMinutes(on, 3 + 12);
  expect(await told()).toEqual([]);
  await everyFiveMinutes(on, 1);
  const summary = expect.stringContaining(
    'sandbox (project shop) could not be ended for 1 h 5 min: Atlas took the request, and does not say',
  );
  expect(await told()).toMatchObject([{ check: 'drill', state: 'open', summary }]);
  await everyFiveMinutes(on, 24);
  expect(await told()).toMatchObject([{ state: 'open' }]);
  const [drill] = await on.active();
  expect(drill?.wrong).toEqual(['Atlas still says SIMULATING: its end is asked for again', 'phase “recover” made no end within 2 h']);
  stuck = false;
  await everyFiveMinutes(on, 5);
  expect((await on.state()).ended).toMatchObject([{ verdict: 'failed', summary: expect.stringContaining('see in Atlas') }]);
  expect(await told()).toMatchObject([{ state: 'resolved' }]);
});

test('a region-outage drill whose outage somebody else ended could not be verified', async () => {
  const on = await outageStage();
  await dailyDrills(on.ports);
  await everyFiveMinutes(on, 1);
  const outage = on.atlas.recovery.outages.get(on.sandbox);
  if (outage) outage.endAskedAt = on.clock.now;
  await everyFiveMinutes(on, 3);
  expect((await on.state()).ended).toMatchObject([{ verdict: 'could-not-verify', summary: expect.stringContaining('somebody else') }]);
});
