import { setImmediate } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOver, LEASE, RENEW_EVERY, takeLease, type User } from '../../../../lib/recovery/dump/interlock/sandbox-lease.ts';
import { readKept, type Use } from '../../../../lib/recovery/dump/interlock/sandbox-mark.ts';
import { keepRenewing, type Ticks } from '../../../../lib/recovery/dump/restore/hold-target.ts';
import { openDeployments } from '../../../../lib/wire/recovery.ts';
import { mongo, type Mongo } from '../../../support/mongo.ts';
import { openOwnMarks, type OwnMarks } from '../../../support/own-marks.ts';
import { describeWith } from '../../../support/services.ts';

const ADA: User = { id: 'nonce-of-ada', owner: 'Ada', host: 'desk', process: 'boot ns 1 2', what: 'validate of /a', namespaces: [] };
const BOB: User = { ...ADA, id: 'nonce-of-bob', owner: 'Bob', process: 'boot ns 3 4', what: 'validate of /b' };
const MARK = { id: '1', owner: 'Eve', host: 'desk', at: new Date(0), servers: ['sandbox:27017'] };
const never: (use: Use) => boolean = () => false;

function useOf(user: User, until: number): Use {
  return { ...user, since: new Date(0), until: new Date(until) };
}

test.for([
  ['a millisecond before its end', 999, false, false],
  ['at its end', 1_000, false, true],
  ['a millisecond after its end', 1_001, false, true],
  ['long before its end, its process having ended', 0, true, true],
] as const)('a lease of a sandbox may be taken over: %s', ([, now, gone, isFree]) => {
  expect(isOver(useOf(ADA, 1_000), now, () => gone)).toBe(isFree);
});

describe('a lease that is kept', () => {
  /** Time that goes on only when told to, and a lease that is renewed by it. */
  function kept(renew: () => Promise<boolean>) {
    const state = { now: 0, lost: 0, renewals: 0, act: (): void => {} };
    const every: Ticks['every'] = (span, act) => {
      expect(span).toBe(60_000);
      state.act = act;
      return () => void (state.act = () => {});
    };
    const counted = (): Promise<boolean> => ((state.renewals += 1), renew());
    const stop = keepRenewing({ renew: counted }, () => void (state.lost += 1), { now: () => state.now, every });
    const pass = async (span: number): Promise<void> => {
      state.now += span;
      state.act();
      await setImmediate();
    };
    return { state, stop, pass };
  }

  test('is renewed every minute until it is stopped', async () => {
    const { state, stop, pass } = kept(async () => true);
    for (let minute = 0; minute < 10; minute += 1) await pass(RENEW_EVERY);
    stop();
    await pass(RENEW_EVERY);
    expect(state).toMatchObject({ renewals: 10, lost: 0 });
  });

  test('is lost as soon as somebody else has it', async () => {
    const { state, pass } = kept(async () => false);
    await pass(RENEW_EVERY);
    expect(state.lost).toBe(1);
  });

  test('is lost when no renewal came through for as long as it lasts, and not before', async () => {
    const { state, pass } = kept(() => Promise.reject(new Error('no answer')));
    await pass(LEASE - 1);
    expect(state.lost).toBe(0);
    await pass(1);
    expect(state.lost).toBe(1);
  });
});

describeWith('mongodb', 'the lease of a sandbox', (where) => {
  const parts: { server?: Mongo; marks?: OwnMarks; client?: MongoClient } = {};
  beforeAll(async () => {
    parts.server = await mongo(where);
    parts.marks = await openOwnMarks(parts.server.uri);
    parts.client = await new MongoClient(parts.marks.uri).connect();
  });
  afterAll(async () => {
    await parts.client?.close();
    await parts.marks?.stop();
    await parts.server?.stop();
  });
  function at(): { readonly marks: OwnMarks; readonly client: MongoClient } {
    const { marks, client } = parts;
    if (!marks || !client) throw new Error('not connected');
    return { marks, client };
  }
  async function take(user: User, isGone = never): ReturnType<typeof takeLease> {
    return takeLease(at().client, user, { previous: await readKept(at().client), isGone });
  }
  async function leaseOf(user: User) {
    const taken = await take(user);
    if ('heldBy' in taken) throw new Error(`held by ${taken.heldBy.owner}`);
    return taken.lease;
  }

  test.for([
    ['without a mark, of which nothing stays', null, null],
    ['with a mark, which stays', { mark: MARK }, { mark: MARK, use: null }],
  ] as const)('holds a server %s, and names who holds it to others', async ([, before, after]) => {
    const { marks } = at();
    await marks.put(before);
    const lease = await leaseOf(ADA);
    expect(await take(BOB)).toEqual({ heldBy: expect.objectContaining({ owner: 'Ada', host: 'desk', what: 'validate of /a' }) });
    expect(await lease.renew()).toBe(true);
    await lease.release();
    expect(await marks.kept()).toEqual(after && { _id: 'sandbox', ...after });
    await (await leaseOf(BOB)).release();
  });

  test('is told to restore tests and drills while it lasts', async () => {
    const deployments = openDeployments(5_000);
    const ask = (): Promise<string | null> => deployments.sandboxUse(at().marks.uri, { deadline: Date.now() + 30_000 });
    await at().marks.put(null);
    expect(await ask()).toBeNull();
    await at().marks.put({ use: useOf(ADA, Date.now() + LEASE) });
    expect(await ask()).toMatch(/^validate of \/a, by Ada on desk, until 20/);
    await at().marks.put({ use: useOf(ADA, 1) });
    expect(await ask()).toBeNull();
    await at().marks.put(null);
  });

  test('lasts five minutes by the server’s clock', async () => {
    await at().marks.put(null);
    const lease = await leaseOf(ADA);
    const use = (await readKept(at().client))?.use;
    expect((use?.until.getTime() ?? 0) - (use?.since.getTime() ?? 0)).toBe(5 * 60_000);
    await lease.release();
  });

  test('goes to one of two who come at the same moment', async () => {
    await at().marks.put({ mark: MARK });
    const both = await Promise.all([take(ADA), take(BOB)]);
    expect(both.filter((one) => 'lease' in one)).toHaveLength(1);
    expect(both.filter((one) => 'heldBy' in one)).toHaveLength(1);
  });

  test('that ran out goes to another, and its first owner neither renews, marks nor releases it any more', async () => {
    await at().marks.put({ mark: MARK });
    const first = await leaseOf(ADA);
    await at().marks.put({ mark: MARK, use: useOf(ADA, 1) });
    const second = await leaseOf(BOB);
    expect(await first.renew()).toBe(false);
    expect(await first.mark({ ...MARK, owner: 'Ada' })).toBe(false);
    await first.release();
    expect(await readKept(at().client)).toMatchObject({ mark: { owner: 'Eve' }, use: { owner: 'Bob' } });
    await second.release();
  });

  test('that ran out, and was renewed while another came to take it, stays with its owner', async () => {
    await at().marks.put({ mark: MARK });
    const lease = await leaseOf(ADA);
    await at().marks.put({ mark: MARK, use: useOf(ADA, 1) });
    const previous = await readKept(at().client);
    expect(await lease.renew()).toBe(true);
    expect(await takeLease(at().client, BOB, { previous, isGone: never })).toEqual({ heldBy: expect.objectContaining({ owner: 'Ada' }) });
    expect(await lease.renew()).toBe(true);
    await lease.release();
  });

  test('of a process that is known to have ended goes to another at once', async () => {
    await at().marks.put({ use: useOf(ADA, Date.now() + LEASE) });
    const taken = await take(BOB, (use) => use.process === ADA.process);
    expect(taken).toHaveProperty('lease');
  });

  test.for([
    ['no owner', { mark: { ...MARK, owner: 1 } }, 'mark.owner'],
    ['a use without an end', { use: { ...useOf(ADA, 1), until: 'soon' } }, 'use.until'],
  ] as const)('is not taken beside a document that this version does not know: %s', async ([, document, field]) => {
    await at().marks.put(document);
    await expect(take(BOB)).rejects.toThrow(`does not know (${field})`);
    await at().marks.put(null);
  });
});
