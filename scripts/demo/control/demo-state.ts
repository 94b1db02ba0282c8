import { DAY, HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../../lib/domain/time.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import { dailyRestoreTests } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { RESPONDER, VIEWER } from '../accounts.ts';
import { acknowledgeAtPagerDuty, acknowledgeInSlack } from '../answers.ts';
import type { App } from '../app.ts';
import { BREAKS, FIRST_BREAK } from '../breaks.ts';
import type { DemoClock } from '../clock.ts';
import type { Crons } from '../crons.ts';
import type { Emulators } from '../emulators.ts';
import { receivedBy } from '../received.ts';
import { doneSteps, type Place, STEPS } from '../steps.ts';

export type DemoParts = {
  readonly emulators: Emulators;
  readonly crons: Crons;
  readonly clock: DemoClock;
  readonly app: Pick<App, 'url' | 'webhook'>;
  readonly store: Pick<Ports['store'], 'readHead' | 'trail'>;
  /** Null where no restore test can be begun. */
  readonly ports: Ports | null;
};

/** What the buttons of the control page do. Each gives what it came to, in words, or null where there is no such button. */
export type Demo = {
  readonly state: () => Promise<object>;
  readonly turn: (how: 'break' | 'mend', id: string) => Promise<string | null>;
  readonly later: (id: string) => Promise<string | null>;
  readonly beginRestore: () => Promise<string | null>;
  readonly acknowledge: (id: string) => Promise<string | null>;
  readonly read: () => Promise<string>;
  /** The address of a page of the app, which counts as seen from then on. */
  readonly go: (place: Place) => string;
};

/** How far the clock can be pushed. */
const PUSHES: readonly { readonly id: string; readonly label: string; readonly by: Duration }[] = [
  { id: 'minutes', label: '10 minutes later', by: 10 * MINUTE },
  { id: 'hours', label: '3 hours later', by: 3 * HOUR },
  { id: 'week', label: 'A week later', by: 7 * DAY },
];
/** How long a restore takes that is begun here: nobody waits for half an hour of a demo. */
const RESTORE_TAKES: Duration = 20 * SECOND;
/** And how long those that the schedule begins. */
const USUAL_RESTORE: Duration = 25 * MINUTE;
/** Entries of the audit trail that are looked through for a sign-in. */
const LOOKED_THROUGH = 20;

/** What this demo has seen of the person who tries it. */
type Memory = {
  readonly begun: Instant;
  readonly broken: Set<string>;
  readonly visited: Set<Place>;
  readonly done: Set<string>;
  hasRead: boolean;
  signedIn: boolean;
  pushed: Duration;
};

export function createDemo(parts: DemoParts): Demo {
  const { emulators, app, ports, store } = parts;
  const begun = parts.clock.now();
  const memory: Memory = { begun, broken: new Set(), visited: new Set(), done: new Set(), hasRead: false, signedIn: false, pushed: 0 };
  return {
    async state() {
      const { head } = await store.readHead();
      await noteSignIn(parts, memory);
      for (const id of doneSteps({ ...memory, head })) memory.done.add(id);
      const steps = STEPS.map((step) => ({ ...step, done: memory.done.has(step.id) }));
      return { ...shown(parts, memory.broken), steps, visited: [...memory.visited] };
    },
    turn: (how, id) => turn(parts, memory, { how, id }),
    later: (id) => later(parts, memory, id),
    beginRestore: async () => (ports === null ? null : beginRestore(ports, emulators)),
    acknowledge: (id) => acknowledge(parts, id),
    async read() {
      memory.hasRead = true;
      return 'read';
    },
    go(place) {
      memory.visited.add(place);
      return `${app.url}${addressOf(place, emulators)}`;
    },
  };
}

/** Somebody who signed in has seen the page, by whatever link. */
async function noteSignIn({ store }: DemoParts, memory: Memory): Promise<void> {
  if (memory.signedIn) return;
  const entries = await store.trail({ limit: LOOKED_THROUGH, before: null, actsOnly: true });
  memory.signedIn = entries.some(({ what, at }) => what === 'sign-in' && Date.parse(at) >= memory.begun);
}

type Turn = { readonly how: 'break' | 'mend'; readonly id: string };

async function turn({ emulators, crons }: DemoParts, { broken }: Memory, { how, id }: Turn): Promise<string | null> {
  const found = BREAKS.find((one) => one.id === id);
  if (found === undefined) return null;
  if (how === 'break' && !broken.has(id)) found.start(emulators);
  if (how === 'mend') found.mend(emulators);
  if (how === 'break') broken.add(id);
  else broken.delete(id);
  return crons.checkNow();
}

async function later({ emulators, crons }: DemoParts, memory: Memory, id: string): Promise<string | null> {
  const push = PUSHES.find((one) => one.id === id);
  if (push === undefined) return null;
  emulators.atlas.recovery.restoreTakes = USUAL_RESTORE;
  if (!(await crons.push(push.by))) return 'The clock is being pushed already: wait until it is there.';
  memory.pushed += push.by;
  return `It is ${push.label.toLowerCase()}, and ${push.by < HOUR ? 'what was due in them has run' : 'every hour of it was checked'}.`;
}

async function acknowledge({ emulators, app, clock }: DemoParts, id: string): Promise<string | null> {
  const [where, key = ''] = id.split(/\/(.*)/s);
  if (where === 'pagerduty') return inWords(await acknowledgeAtPagerDuty(emulators, app, key));
  return where === 'slack' ? inWords(await acknowledgeInSlack(emulators, app, { ts: key, now: clock.now() })) : null;
}

function inWords(isTaken: boolean): string {
  return isTaken ? 'acknowledged' : 'Nothing is open there any more.';
}

async function beginRestore(ports: Ports, { atlas }: Emulators): Promise<string> {
  atlas.recovery.restoreTakes = RESTORE_TAKES;
  const [plan] = ports.policy.general.restoreTests ?? [];
  const { status, body } = await dailyRestoreTests(ports, { plan: plan?.name ?? '', by: RESPONDER.name });
  if (status === 500) return body.error;
  return body.started.length > 0 ? 'Begun: see “Restore tests” on the status page.' : 'One is under way already.';
}

function addressOf(place: Place, { atlas, cluster }: Emulators): string {
  if (place === 'page') return '/';
  if (place !== 'cluster') return `/${place}`;
  const { id } = cluster(FIRST_BREAK.cluster);
  const project = atlas.projects.find(({ clusters }) => clusters.some((one) => one.id === id));
  return `/clusters/${project?.id ?? ''}/${id}`;
}

function shown({ emulators, crons, clock, app, ports }: DemoParts, broken: ReadonlySet<string>): object {
  const isEmulated = emulators.restore !== null && !emulators.restore.isReal;
  return {
    appUrl: app.url,
    now: clock.now(),
    ahead: clock.ahead(),
    pushing: crons.pushing(),
    pushes: PUSHES.map(({ id, label }) => ({ id, label })),
    accounts: [RESPONDER, VIEWER],
    restore: ports === null ? null : { isEmulated },
    breaks: BREAKS.filter(({ id }) => id !== 'damage' || ports !== null).map(({ id, label, expect }) => ({
      id,
      label,
      expect,
      broken: broken.has(id),
    })),
    lastCheck: crons.last(),
    ...receivedBy(emulators),
  };
}
