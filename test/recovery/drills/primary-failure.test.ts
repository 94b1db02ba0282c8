import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { chosenDrill, startDrill } from '../../../lib/recovery/drills/runner/start-drill.ts';
import { dailyDrills } from '../../../lib/recovery/drills/runner/daily-drills.ts';
import type { FailoverMeasure, WriterMeasure } from '../../../lib/recovery/drills/failover-measure.ts';
import { openDrillSandbox } from '../../../lib/recovery/drills/sandbox/drill-sandbox.ts';
import { DrillError } from '../../../lib/recovery/drills/drill-ports.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { openTcpProxy } from '../../support/tcp-proxy.ts';
import { drillStage, type DrillStage, QUICK, stubSandbox } from './drill-stage.ts';

/** This file's own: the server is shared. */
const DATABASE = 'restorewatch_drill_primary';
const URI = 'mongodb://sandbox.example:27017/';
const CLUSTER = { mongo: { uri: URI, databases: [DATABASE] } };

function restarts({ atlas }: DrillStage): number {
  return atlas.requests.filter(({ path }) => path.endsWith('/restartPrimaries')).length;
}

async function recordOf(on: DrillStage) {
  return (await on.store.records({ limit: 1, before: null, kind: 'drill' })).records[0];
}

describe('a primary-failure drill is judged', () => {
  const writer = (gap: number | null, open = false): WriterMeasure => ({
    accepted: 100,
    failed: gap === null ? 0 : 3,
    gaps: gap === null ? [] : [{ from: 1_000, until: open ? null : 1_000 + gap }],
    slowest: 40,
  });
  type Case = readonly [title: string, changes: Partial<FailoverMeasure>, verdict: string, words: string];
  const cases: readonly Case[] = [
    ['exactly as long as promised', { unretried: writer(10 * SECOND) }, 'passed', 'RTO 10.0 s; RPO 0.0 s'],
    ['a millisecond longer than promised', { unretried: writer(10 * SECOND + 1) }, 'failed', '10 s was promised'],
    ['not over when the measure ended', { unretried: writer(SECOND, true) }, 'failed', 'not accepted again'],
    // The measure ends 60 s after the act, which is at second 0.
    [
      'not over, and the time promised was not either',
      { unretried: { ...writer(SECOND, true), gaps: [{ from: 55_000, until: null }] }, actedAt: 0, endedAt: 60_000 },
      'could-not-verify',
      'ended 5.0 s after writes failed, before 10 s',
    ],
    [
      'not over, exactly when the promised time was',
      { unretried: { ...writer(SECOND, true), gaps: [{ from: 50_000, until: null }] }, actedAt: 0, endedAt: 60_000 },
      'could-not-verify',
      'ended 10.0 s after',
    ],
    [
      'not over a millisecond later',
      { unretried: { ...writer(SECOND, true), gaps: [{ from: 49_999, until: null }] }, actedAt: 0, endedAt: 60_000 },
      'failed',
      'not accepted again',
    ],
    ['one acknowledged write lost', { unretried: writer(SECOND), lost: 1, lostSpan: 50 }, 'failed', '1 acknowledged write was lost'],
    [
      'what was acknowledged could not be read back',
      { unretried: writer(SECOND), lost: null },
      'could-not-verify',
      'could not be read back',
    ],
    ['no write failed', { unretried: writer(null) }, 'could-not-verify', 'no write failed'],
    ['interrupted', { unretried: writer(SECOND), interrupted: true }, 'could-not-verify', 'interrupted'],
    [
      'only the writer with retries saw errors, and for too long',
      { unretried: writer(SECOND), retried: writer(11 * SECOND) },
      'failed',
      '11.0 s',
    ],
  ];
  test.for(cases)('%s: $2', async ([, changes, verdict, words]) => {
    const on = await drillStage({ scenarios: ['primary-failure'], cluster: CLUSTER, uri: URI });
    const at = on.clock.now;
    const measure = {
      actedAt: at,
      endedAt: at + 60_000,
      unretried: writer(SECOND),
      retried: writer(null),
      lost: 0,
      lostSpan: 0,
      interrupted: false,
      ...changes,
    };
    const failover = async (_uri: string, { act }: { readonly act: () => Promise<void> }): Promise<FailoverMeasure> => {
      await act();
      return measure;
    };
    await dailyDrills(on.ports, { sandbox: stubSandbox({ failover }), tempo: QUICK });
    expect(restarts(on)).toBe(1);
    expect(await recordOf(on)).toMatchObject({ verdict, summary: expect.stringContaining(words) });
  });
});

test('a primary-failure drill whose writers cannot reach the sandbox could not be verified, and restarts nothing', async () => {
  const on = await drillStage({ scenarios: ['primary-failure'], cluster: CLUSTER, uri: URI });
  const failover = async (): Promise<never> => {
    throw new DrillError('no server could be reached');
  };
  await dailyDrills(on.ports, { sandbox: stubSandbox({ failover }), tempo: QUICK });
  expect(await recordOf(on)).toMatchObject({ verdict: 'could-not-verify', summary: expect.stringContaining('no server could be reached') });
  expect(restarts(on)).toBe(0);
});

test('a primary-failure drill restarts nothing where the tag was removed while the writers began', async () => {
  const on = await drillStage({ scenarios: ['primary-failure'], cluster: CLUSTER, uri: URI });
  const failover = async (_uri: string, { act }: { readonly act: () => Promise<void> }): Promise<never> => {
    on.sandbox.tags = {};
    await act();
    throw new Error('nobody expected the restart');
  };
  await dailyDrills(on.ports, { sandbox: stubSandbox({ failover }), tempo: QUICK });
  expect((await on.state()).refusals['monthly-primary-failure']?.why).toContain('tag restorewatch=sandbox');
  expect(restarts(on)).toBe(0);
});

test.for([
  ['Atlas refuses the restart', 'POST', true],
  ['the tag went, so that nothing may be written any more', 'tag', false],
] as const)('a primary-failure drill, when %s, drops the database that the writers made: %j', async ([, how, isDropped]) => {
  const on = await drillStage({ scenarios: ['primary-failure'], cluster: CLUSTER, uri: URI });
  on.atlas.fault(/^POST .*\/restartPrimaries/, { kind: 'status', status: 409 }, 1);
  const drops: string[] = [];
  const failover = async (_uri: string, { act }: { readonly act: () => Promise<void> }): Promise<never> => {
    if (how === 'tag') on.sandbox.tags = {};
    await act();
    throw new Error('nobody expected the restart');
  };
  await dailyDrills(on.ports, { sandbox: stubSandbox({ failover, drop: async (uri) => void drops.push(uri) }), tempo: QUICK });
  expect(drops).toEqual(isDropped ? [URI] : []);
  const record = await recordOf(on);
  expect(record?.verdict).toBe('refused');
  expect(record?.summary.includes('was not dropped: the target may not be written to')).toBe(!isDropped);
});

test('a primary-failure drill with too little time left begins nothing and waits for the next run', async () => {
  const on = await drillStage({ scenarios: ['primary-failure'], cluster: CLUSTER, uri: URI });
  const { ports } = on;
  await startDrill(ports, chosenDrill(ports.policy.general, { scenario: 'primary-failure' }), 'Ada');
  await on.advance({ sandbox: stubSandbox({}), tempo: { ...QUICK, leastTime: 11 * MINUTE } });
  const last = expect.stringContaining(
    'this run has 10 min left, a failover is measured for up to 11 min: raise RUN_BUDGET_MS, or `restorewatch drill',
  );
  expect((await on.active())[0]).toMatchObject({ phase: 'act', intent: null, troubles: { count: 1, last } });
});

describeWith('mongodb', 'a failover of a real server behind a wire that is cut', (where) => {
  let server: Mongo;
  beforeAll(async () => void (server = await mongo(where)));
  afterAll(async () => {
    const client = await new MongoClient(server.uri).connect();
    await client.db(DATABASE).dropDatabase();
    await client.close();
    await server.stop();
  });

  test('a primary-failure drill loses no acknowledged write when the restart cuts the writers off', async () => {
    const { hostname, port } = new URL(server.uri.replace(/^mongodb:/, 'http:'));
    const proxy = await openTcpProxy({ host: hostname, port: Number(port) });
    const uri = `mongodb://127.0.0.1:${proxy.port}/`;
    const on = await drillStage({
      scenarios: ['primary-failure'],
      cluster: { mongo: { uri, databases: [DATABASE] } },
      uri,
      realTime: true,
    });
    on.atlas.recovery.onRestart = () => proxy.cut(3);
    await dailyDrills(on.restarted({ runBudgetMs: 200_000 }), { sandbox: openDrillSandbox({ database: DATABASE }), tempo: QUICK });
    const record = await recordOf(on);
    expect(record).toMatchObject({ verdict: 'passed', measured: { rpo: 0 } });
    expect(record?.measured['rto']).toBeGreaterThan(0);
    expect(record?.details['timeline']).toContain('first failed write');
    expect(record?.details['timeline']).toContain('first accepted write');
    expect(JSON.stringify(record)).not.toContain(uri);
  });
});
