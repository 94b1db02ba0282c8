import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../../scripts/demo/clock.ts';
import { startControl, type Control } from '../../../scripts/demo/control/control.ts';
import { createDemo } from '../../../scripts/demo/control/demo-state.ts';
import { startEmulators, type Emulators } from '../../../scripts/demo/emulators.ts';
import { HOUR } from '../../../lib/domain/time.ts';

type Webhook = { readonly path: string; readonly body: string; readonly headers: Readonly<Record<string, string>> };

let emulators: Emulators;
let control: Control;
let checks = 0;
let pushes: number[] = [];
let webhooks: Webhook[] = [];
let isPushing = false;

beforeEach(async () => {
  [checks, pushes, webhooks, isPushing] = [0, [], [], false];
  emulators = await startEmulators({ restore: false });
  const crons = {
    checkNow: async () => `200 check ${(checks += 1)}`,
    push: async (by: number) => !isPushing && pushes.push(by) > 0,
    pushing: () => null,
    last: () => null,
    stop: () => {},
  };
  const app = {
    url: 'http://localhost:1',
    webhook: async (path: string, body: string, headers: Webhook['headers']) => (webhooks.push({ path, body, headers }), 200),
  };
  const store = { readHead: async () => ({ revision: 0, head: null }), trail: async () => [] };
  control = await startControl(createDemo({ emulators, crons, app, store, clock: createClock(), ports: null }), 0);
});

afterEach(async () => {
  control.close();
  await emulators.close();
});

type State = {
  readonly breaks: readonly { readonly id: string; readonly broken: boolean }[];
  readonly steps: readonly { readonly id: string; readonly done: boolean }[];
  readonly visited: readonly string[];
};

async function state(): Promise<State> {
  // Proof: what `createDemo` gives, through JSON.
  return (await (await fetch(`${control.url}/state`)).json()) as State;
}

const post = (path: string, headers: Record<string, string> = {}) => fetch(`${control.url}${path}`, { method: 'POST', headers });
const broken = async () => (await state()).breaks.filter((one) => one.broken).map(({ id }) => id);

describe('the control page', () => {
  test('a button breaks and mends, and each push is followed by a check', async () => {
    expect(await (await post('/break/pitr')).text()).toBe('200 check 1');
    expect(emulators.cluster('orders').pit).toBe(false);
    expect(await broken()).toEqual(['pitr']);
    expect(await (await post('/mend/pitr')).text()).toBe('200 check 2');
    expect(emulators.cluster('orders').pit).toBe(true);
    expect(await broken()).toEqual([]);
  });

  test('the clock is pushed by three hours', async () => {
    expect((await post('/later/hours')).status).toBe(200);
    expect(pushes).toEqual([3 * HOUR]);
  });

  test.for([
    ['minutes', 'It is 10 minutes later, and what was due in them has run.'],
    ['hours', 'It is 3 hours later, and every hour of it was checked.'],
    ['week', 'It is a week later, and every hour of it was checked.'],
  ] as const)('a push by the button “%s” says what has run', async ([id, said]) => {
    expect(await (await post(`/later/${id}`)).text()).toBe(said);
  });

  test('a push while another goes on is refused in words', async () => {
    isPushing = true;
    expect(await (await post('/later/week')).text()).toContain('being pushed already');
    expect(pushes).toEqual([]);
  });

  test.for([
    ['an unknown button', 'POST', '/break/nothing'],
    ['an unknown span', 'POST', '/later/century'],
    ['a link instead of a push', 'GET', '/break/pitr'],
    ['a file of this machine', 'GET', '/etc/passwd'],
    ['a file beside the page', 'GET', '/control.ts'],
    ['a page that the app does not have', 'GET', '/go/elsewhere'],
    ['a restore test where none can be begun', 'POST', '/restore'],
  ] as const)('%s is not found, and changes nothing', async ([, method, path]) => {
    expect((await fetch(`${control.url}${path}`, { method })).status).toBe(404);
    expect([await broken(), checks, pushes]).toEqual([[], 0, []]);
  });

  test('another site in the same browser can push no button', async () => {
    expect((await post('/break/pitr', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await broken()).toEqual([]);
  });

  test('is served with its style and its script, and lets the browser load nothing from elsewhere', async () => {
    const page = await fetch(control.url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const text = await page.text();
    expect(text).toContain('On-call phone');
    expect(text).not.toMatch(/(src|href)="https?:|style=|<style|<script>/);
    for (const file of ['page.css', 'page.js', 'elements.js', 'messages.js'])
      expect((await fetch(`${control.url}/${file}`)).status).toBe(200);
  });

  test('a link to the app counts as seen, and ticks the first step', async () => {
    expect((await state()).steps.map(({ done }) => done)).toEqual([false, false, false, false, false, false]);
    const answer = await fetch(`${control.url}/go/page`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://localhost:1/']);
    expect((await state()).steps[0]?.done).toBe(true);
  });

  test('the page of the cluster is led to by the ids of its project and its own', async () => {
    const [shop] = emulators.atlas.projects;
    const answer = await fetch(`${control.url}/go/cluster`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`http://localhost:1/clusters/${shop?.id}/${emulators.cluster('orders').id}`);
  });

  test('nothing is acknowledged where nothing is open', async () => {
    expect(await (await post('/acknowledge/pagerduty/no-such-key')).text()).toBe('Nothing is open there any more.');
    expect(await (await post('/acknowledge/slack/1.0')).text()).toBe('Nothing is open there any more.');
    expect(webhooks).toEqual([]);
  });
});
