import { onTestFinished } from 'vitest';
import { createAtlasClient, type AtlasClient, type AtlasClientOptions } from '../../lib/collect/client/client.ts';
import { collect } from '../../lib/collect/collect.ts';
import { AtlasError, type AtlasFailure } from '../../lib/collect/client/atlas-error.ts';
import type { Facts, ProjectFacts } from '../../lib/domain/facts/facts.ts';
import type { DailyHint } from '../../lib/domain/memory/daily-notes.ts';
import type { CollectHints, ProjectHints } from '../../lib/domain/memory/collect-hints.ts';
import type { Duration, Instant } from '../../lib/domain/time.ts';
import { startAtlasEmulator, type AtlasEmulator } from '../emulators/atlas.ts';

/** A clock that stands still, but for the waits: they pass at once, and are noted. */
export type TestClock = {
  now: Instant;
  readonly waits: Duration[];
  readonly clock: () => Instant;
  readonly sleep: (duration: Duration) => Promise<void>;
};

export const START = Date.UTC(2026, 10, 22, 12);
export const NO_HINTS: CollectHints = { projects: {} };

export function testClock(now: Instant = START): TestClock {
  const state = {
    now,
    waits: [] as Duration[],
    clock: () => state.now,
    sleep(duration: Duration) {
      state.waits.push(duration);
      state.now += duration;
      return Promise.resolve();
    },
  };
  return state;
}

export type Harness = { readonly atlas: AtlasEmulator; readonly time: TestClock; readonly client: AtlasClient; readonly deadline: Instant };

/** An emulator on the test's clock, and a client that reads it with a service account unless the options say otherwise. */
export async function startHarness(options: Partial<AtlasClientOptions> = {}): Promise<Harness> {
  const time = testClock();
  const atlas = await startAtlasEmulator({ now: time.clock });
  onTestFinished(() => atlas.close());
  return { atlas, time, client: clientOf(atlas, time, options), deadline: START + 240_000 };
}

export function clientOf(atlas: AtlasEmulator, time: TestClock, options: Partial<AtlasClientOptions> = {}): AtlasClient {
  const { clientId, clientSecret } = atlas.credentials;
  const usual = {
    baseUrl: atlas.url,
    credentials: { kind: 'serviceAccount', clientId, clientSecret },
    requestTimeoutMs: 5_000,
    secrets: [],
  } as const;
  return createAtlasClient({ ...usual, clock: time.clock, sleep: time.sleep, random: () => 0.5, ...options });
}

/** The error that a read ends with; fails where it ends well. */
export async function errorOf(read: Promise<unknown>): Promise<AtlasError & AtlasFailure> {
  const outcome = await read.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof AtlasError) return Object.assign(outcome, outcome.failure);
  throw new Error(`expected an AtlasError, got ${String(outcome)}`);
}

export type CollectOptions = { readonly hints?: CollectHints; readonly projectIds?: readonly string[] | null; readonly deadline?: Instant };

export function collectFrom({ client, time, deadline }: Harness, options: CollectOptions = {}): Promise<Facts> {
  const { hints = NO_HINTS, projectIds = null } = options;
  return collect({ client, projectIds, hints, now: time.now, deadline: options.deadline ?? deadline });
}

/** The projects of facts that could be read; fails where they could not. */
export function projectsOf(facts: Facts): readonly ProjectFacts[] {
  if (facts.projects.known) return facts.projects.value;
  throw new Error(`projects unknown: ${facts.projects.reason}`);
}

export function onlyProject(facts: Facts): ProjectFacts {
  const [project, another] = projectsOf(facts);
  if (project === undefined || another !== undefined) throw new Error('expected exactly one project');
  return project;
}

/** Hints about one project that was wholly read an hour ago, but for what is said. */
export function hintsOf(projectId: string, said: Partial<ProjectHints> = {}): CollectHints {
  const readAt = START - 3_600_000;
  const events = { since: START - 8 * 86_400_000, until: readAt };
  // Just now: of an hour ago, some of the ids would be due, and ids follow from what the process did before.
  const hint: DailyHint = { answeredAt: START, everyRun: false };
  const daily = { alertConfigs: hint, customerKeys: hint, auditLog: hint, exportBuckets: hint, compliancePolicy: hint };
  return { projects: { [projectId]: { name: 'shop', readAt, events, daily, clusters: {}, ...said } } };
}
