import { describe, expect, test } from 'vitest';
import { surelyNotTaken } from '../../../lib/collect/client/retry.ts';
import { SECOND } from '../../../lib/domain/time.ts';
import { errorOf, START } from '../harness.ts';
import { countOf, meetRestore, newestOf, POSTED, startRecovery, type RecoveryHarness } from './recovery-harness.ts';
import type { AtlasFault } from '../../emulators/atlas-http.ts';

type Case = { readonly name: string; readonly fault: AtlasFault; readonly message: string; readonly taken: number };

function isToken(url: Parameters<typeof fetch>[0]): boolean {
  return url instanceof URL && url.pathname === '/api/oauth/token';
}

/** None of these says that Atlas did not act. */
const AMBIGUOUS: readonly Case[] = [
  ...[500, 502, 503, 504, 408].map((status) => ({
    name: `a ${status}`,
    fault: { kind: 'status', status, headers: { 'retry-after': '1' } } as const,
    message: `createRestoreJob orders: ${status}`,
    taken: 0,
  })),
  { name: 'a 502 of HTML', fault: { kind: 'html' }, message: 'createRestoreJob orders: 502', taken: 0 },
  { name: 'silence', fault: { kind: 'hang' }, message: 'createRestoreJob orders: no answer within 100 ms', taken: 0 },
  { name: 'a reset connection', fault: { kind: 'reset' }, message: 'createRestoreJob orders: connection failed (ECONNRESET)', taken: 0 },
  {
    name: 'an answer that was lost after it was taken',
    fault: { kind: 'lost' },
    message: 'createRestoreJob orders: connection failed (ECONNRESET)',
    taken: 1,
  },
  {
    name: 'an answer cut in half',
    fault: { kind: 'truncate' },
    message: 'createRestoreJob orders: 200 (answered something that is not a JSON object)',
    taken: 1,
  },
  {
    name: 'a 200 of HTML',
    fault: { kind: 'html', status: 200 },
    message: 'createRestoreJob orders: 200 (answered something that is not a JSON object)',
    taken: 0,
  },
  {
    name: 'a job without an id',
    fault: { kind: 'edit', edit: (answer) => ({ ...answer, body: { deliveryType: 'automated' } }) },
    message: 'createRestoreJob orders: answered a restore job without a usable id',
    taken: 1,
  },
  {
    name: 'a redirect',
    fault: { kind: 'status', status: 302 },
    message: 'createRestoreJob orders: 302 (answered with a redirect, which is refused)',
    taken: 0,
  },
];

describe('a write of which nobody knows whether Atlas acted on it', () => {
  test.for(AMBIGUOUS)('$name is never sent a second time', async ({ fault, message, taken }) => {
    const harness = await startRecovery({ client: { requestTimeoutMs: fault.kind === 'hang' ? 100 : 5_000 } });
    meetRestore(harness, fault);
    const error = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.deadline));
    expect(error.message).toBe(message);
    expect([countOf(harness, POSTED), harness.time.waits, harness.atlas.recovery.jobs.length]).toEqual([1, [], taken]);
    expect(surelyNotTaken(error)).toBe(false);
  });

  test('the job of a lost answer is found in the listing', async () => {
    const harness = await startRecovery();
    harness.atlas.recovery.loseNextAnswer();
    await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.deadline));
    const jobs = await harness.recovery.restoreJobs(harness.source, harness.deadline);
    expect(jobs).toMatchObject([{ state: 'running', targetClusterName: 'sandbox', askedAt: START }]);
  });

  test('time that runs out while it is under way tells nothing', async () => {
    const harness = await startRecovery();
    // A token first, so that the time runs out in the write itself.
    await harness.recovery.restoreJobs(harness.source, harness.deadline);
    meetRestore(harness, { kind: 'hang' });
    const error = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.time.now + 50));
    expect(error.message).toBe('createRestoreJob orders: no answer before its time was up');
    expect([surelyNotTaken(error), countOf(harness, POSTED)]).toEqual([false, 1]);
  });

  test('a second try whose time runs out does not hide behind the refusal of the first', async () => {
    const harness = await startRecovery();
    await harness.recovery.restoreJobs(harness.source, harness.deadline);
    meetRestore(harness, { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 1);
    meetRestore(harness, { kind: 'hang' });
    const error = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.time.now + 1.5 * SECOND));
    expect([error.status, surelyNotTaken(error), countOf(harness, POSTED)]).toEqual([null, false, 2]);
  });
});

describe('a write on which Atlas certainly did not act', () => {
  test('is sent again after a 429, once its wait is over', async () => {
    const harness = await startRecovery();
    meetRestore(harness, { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 2);
    const job = await harness.recovery.requestRestore(newestOf(harness), harness.deadline);
    expect(job.state).toBe('running');
    expect([countOf(harness, POSTED), harness.atlas.recovery.jobs.length]).toEqual([3, 1]);
    expect(Math.min(...harness.time.waits)).toBeGreaterThanOrEqual(7 * SECOND);
  });

  test('is sent again under a new token after a 401', async () => {
    const harness = await startRecovery();
    await harness.recovery.restoreJobs(harness.source, harness.deadline);
    harness.atlas.revoke();
    await harness.recovery.requestRestore(newestOf(harness), harness.deadline);
    expect([countOf(harness, POSTED), harness.atlas.recovery.jobs.length]).toEqual([2, 1]);
  });

  test('is sent again once after a 401 by which Atlas means a missing role, and is then refused', async () => {
    const harness = await startRecovery();
    meetRestore(harness, { kind: 'status', status: 401, body: { errorCode: 'USER_UNAUTHORIZED' } });
    const error = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.deadline));
    expect(error.message).toBe('createRestoreJob orders: 401 USER_UNAUTHORIZED');
    expect([countOf(harness, POSTED), surelyNotTaken(error)]).toEqual([2, true]);
  });

  test('is tried three times if no connection can be made', async () => {
    const closed = await startRecovery();
    await closed.atlas.close();
    // Tokens and reads arrive; the write meets a port where nobody listens.
    const toNobody: typeof fetch = (url, init) =>
      fetch(init?.body && init.method === 'POST' && !isToken(url) ? closed.atlas.url : url, init);
    const harness = await startRecovery({ client: { fetch: toNobody } });
    const error = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.deadline));
    expect(error.message).toBe('createRestoreJob orders: connection failed (ECONNREFUSED)');
    expect([surelyNotTaken(error), harness.time.waits.length]).toEqual([true, 2]);
  });

  test('is not sent if there is no token', async () => {
    const harness = await startRecovery();
    harness.atlas.fault(/oauth/, { kind: 'status', status: 401 });
    const error = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.deadline));
    expect([surelyNotTaken(error), countOf(harness, POSTED)]).toEqual([true, 0]);
  });

  test('no error repeats a secret that Atlas’s answer repeats', async () => {
    const harness = await startRecovery();
    const { clientSecret } = harness.atlas.recovery.credentials;
    meetRestore(harness, { kind: 'status', status: 400, body: { errorCode: 'VALIDATION_ERROR', detail: `no: ${clientSecret}` } });
    const error = await errorOf(harness.recovery.requestRestore(newestOf(harness), harness.deadline));
    expect(error.message).toContain('VALIDATION_ERROR');
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(clientSecret);
  });
});

const OTHERS: readonly (readonly [string, (harness: RecoveryHarness) => Promise<unknown>])[] = [
  ['takeSnapshot', ({ recovery, source, deadline }) => recovery.requestSnapshot(source, { description: 'x', retentionDays: 1 }, deadline)],
  ['updateCluster', ({ recovery, source, deadline }) => recovery.pause(source, true, deadline)],
  ['restartPrimaries', ({ recovery, source, deadline }) => recovery.restartPrimaries(source, deadline)],
  ['startOutage', ({ recovery, source, deadline }) => recovery.startOutage(source, { provider: 'AWS', region: 'EU_WEST_1' }, deadline)],
  ['endOutage', ({ recovery, source, deadline }) => recovery.endOutage(source, deadline)],
];

describe('every other write whose answer is lost', () => {
  test.for(OTHERS)('%s is sent once', async ([name, ask]) => {
    const harness = await startRecovery();
    harness.atlas.fault(/^(POST|PATCH|DELETE) .*clusters/, { kind: 'status', status: 503 });
    expect((await errorOf(ask(harness))).message).toBe(`${name} orders: 503`);
    expect(countOf(harness, /^(POST|PATCH|DELETE) .*clusters/)).toBe(1);
  });
});
