import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import { dailyRestoreTests } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../../../lib/run/check.ts';
import { dispatch } from '../../../lib/run/dispatch.ts';
import { RESPONDER, statusUsers } from '../../../scripts/demo/accounts.ts';
import { environmentOf } from '../../../scripts/demo/app.ts';
import { createClock } from '../../../scripts/demo/clock.ts';
import { type Emulators, startEmulators } from '../../../scripts/demo/emulators.ts';
import { openHistory } from '../../../scripts/demo/history/history-ports.ts';
import { everyPage } from '../../app/routes.ts';

let sent = new Headers();
vi.mock('next/headers', () => ({ headers: async () => sent }));
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: () => {} }));
vi.mock('next/navigation', () => ({
  useRouter: () => ({}),
  notFound: () => {
    throw new Error('not found');
  },
}));

/** What the plan, the sandbox and the assertion of a test against the emulated server have in their names. */
const SAYS_SO = /proves[ -]nothing/;
/** The restore alone, and with the validation, which ends at the next dispatch. No other span that is shown has these lengths. */
const TAKES = 52 * MINUTE;
const ITS_TIME = /\b5[25] min\b/;
const NOW = Date.now() - (Date.now() % SECOND);
const clock = createClock();
let emulators: Emulators;
let ports: Ports;
let proof: { readonly id: string } | undefined;

beforeAll(async () => {
  vi.stubEnv('MONGO_TEST_URI', '');
  vi.spyOn(console, 'error').mockImplementation(() => {});
  clock.standAt(NOW - 3 * HOUR);
  emulators = await startEmulators({ now: clock.now });
  ports = await openHistory(emulators, clock.now, { host: '127.0.0.1', port: 3_000 });
  emulators.atlas.recovery.restoreTakes = TAKES;
  await check(ports, null);
  await dailyRestoreTests(ports);
  for (let at = NOW - 3 * HOUR; at < NOW - HOUR; at += 5 * MINUTE) {
    clock.standAt(at);
    await dispatch(ports);
  }
  emulators.atlas.switchPitOff(emulators.cluster('orders'), 'lee@example.com');
  emulators.atlas.failSnapshot(emulators.cluster('orders'));
  clock.standAt(NOW);
  await check(ports, null);
  proof = (await ports.store.readHead()).head?.recovery?.proofs.at(-1);
  const environment = { ...environmentOf(emulators), STATUS_ACCESS: '', STATUS_USERS: await statusUsers() };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  sent = new Headers({ authorization: `Basic ${Buffer.from(`${RESPONDER.name}:${RESPONDER.password}`).toString('base64')}` });
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await ports.store.close();
  await emulators.close();
});

/** Each page with its markup, every folder of it that is a parameter filled with what the test is about. */
async function screens(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const { id: clusterId } = emulators.cluster('orders');
  const projectId = emulators.atlas.projects.find(({ clusters }) => clusters.some(({ id }) => id === clusterId))?.id ?? '';
  const pages = await everyPage({ projectId, clusterId, id: proof?.id ?? '', name: 'pitr-gap', code: 'abcdefg' });
  const asked = { cluster: clusterId, incident: (await ports.store.readHead()).head?.incidents[0]?.id ?? '' };
  const shown = pages.map(async ({ path, read }) => {
    // Proof: a page of Next gives an element. The page of a short link leads elsewhere, and shows nothing.
    const text = await read(path.startsWith('/runbooks') ? asked : {}).then(
      (page) => renderToStaticMarkup(page as React.ReactNode),
      () => '',
    );
    return { path, text };
  });
  return Promise.all(shown);
}

describe('a restore test against the emulated server', () => {
  test('is said to be one on every page that shows its verdict or its time', async () => {
    const all = await screens();
    const showing = all.filter(({ text }) => text.includes(`/records/${proof?.id}`) || ITS_TIME.test(text));
    expect(showing.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        '/',
        '/records',
        '/records/[id]',
        '/evidence',
        '/clusters/[projectId]/[clusterId]',
        '/runbooks/[name]',
        '/checklist',
      ]),
    );
    expect(showing.filter(({ text }) => !SAYS_SO.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('is said to be one beside the restore time of an incident', async () => {
    const first = (await screens()).find(({ path }) => path === '/')?.text ?? '';
    expect(first.replace(/<[^>]+>/g, ' ')).toMatch(/Restore time\s+55 min \(1 test by emulated-proves-nothing/);
  });

  test('is said to be one in every message with its time', () => {
    const { pagerduty, slack, smtp, twilio } = emulators;
    const all = [...pagerduty.alerts, ...slack.messages, ...smtp.mails, ...twilio.messages].map((message) => JSON.stringify(message));
    const timed = all.filter((message) => ITS_TIME.test(message));
    expect(timed.length).toBeGreaterThan(0);
    expect(timed.filter((message) => !SAYS_SO.test(message))).toEqual([]);
  });

  test('is said to be one in the status as JSON, by the plan of its newest test and by those of its times', async () => {
    const { readHandling } = await import('../../../lib/wire/read-handling.ts');
    const [source] = (await readHandling()).status.recovery.sources;
    expect([source?.last.plan, ...(source?.plans ?? [])]).toEqual(Array(2).fill(expect.stringMatching(SAYS_SO)));
  });
});
