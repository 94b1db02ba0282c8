import { exposedCollector } from './collector.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { CHANNEL_IDS, type ChannelId } from '../support/channel-ids.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import type { Cell, Figure } from './figures.ts';
import { inMemory } from './in-memory.ts';

const BEGINS = Date.UTC(2027, 5, 1);
const OWED = 10_000;
/** Of the one dispatch, a quarter of a run’s by default (`RUN_BUDGET_MS`): how many go out in it is the figure. */
const BUDGET_MS = 60_000;
const MB = 1e6;

/** What one dispatch does with ten thousand owed messages. */
export async function owedFigure(): Promise<Figure> {
  const what = `dispatch with ${OWED.toLocaleString('en')} owed messages and a budget of ${BUDGET_MS / 1_000} s: accepted, seconds, store round trips, MB of heap over idle at the most, garbage included`;
  return { what, most: null, cells: await owedDispatch() };
}

/** Providers that take each message at once: what remains is ours. */
async function owedDispatch(): Promise<readonly Cell[]> {
  const start = performance.now();
  const parts = {
    ...inMemory(
      () => Math.round(BEGINS + performance.now() - start),
      () => undefined,
    ),
    runBudgetMs: BUDGET_MS,
  };
  await parts.store.swap({
    expected: 0,
    writer: 'bench',
    head: owing(BEGINS),
    adopt: [],
    drop: [],
    history: [],
    release: null,
    now: BEGINS,
  });
  exposedCollector()();
  const idle = process.memoryUsage().heapUsed;
  let [trips, most] = [0, idle];
  // Sampled here: with every wire in memory no timer comes in between.
  parts.store.rule = () => {
    trips += 1;
    most = Math.max(most, process.memoryUsage().heapUsed);
    return null;
  };
  const begun = performance.now();
  const { body } = await dispatch(parts);
  const seconds = (performance.now() - begun) / 1_000;
  const growth = (most - idle) / MB;
  if (!('deliveries' in body)) throw new Error(`bench: the dispatch failed: ${body.error}`);
  return [body.deliveries.accepted, seconds, trips, growth].map((value) => ({
    value,
    shown: value.toLocaleString('en', { maximumFractionDigits: 1 }),
  }));
}

/** A head in which every channel owes a quarter of the messages, one for each incident. */
function owing(now: Instant): Head {
  const ids = Array.from({ length: OWED }, (_, index) => `backup-age-c${index}-bench`);
  const channelAt = (index: number): ChannelId => CHANNEL_IDS[index % CHANNEL_IDS.length] ?? 'email';
  const run = { runId: 'bench', startedAt: now, finishedAt: now, complete: true };
  return {
    ...emptyHead(now - MINUTE),
    lastRun: run,
    lastComplete: run,
    incidents: ids.map((id) => incident(id, now)),
    deliveries: ids.map((id, index) => delivery(id, channelAt(index), now)),
  };
}

function incident(id: string, now: Instant): Incident {
  const resource = { projectId: 'p1', projectName: 'fleet', clusterId: id, name: id };
  const said = { summary: 'newest recovery point is 1 d 2 h old', evidence: [], action: 'Take a snapshot.', startedAt: now - HOUR };
  return {
    id,
    check: 'backup-age',
    resource,
    severity: 'critical',
    priority: 'P0',
    state: 'open',
    openedAt: now - MINUTE,
    resolvedAt: null,
    resolution: null,
    acknowledgement: null,
    ...said,
  };
}

function delivery(id: string, channel: ChannelId, now: Instant): Delivery {
  const untried = { state: 'owed', attempts: 0, acceptedAt: null, lastError: null, ambiguous: false, claim: null, receipt: null } as const;
  return {
    key: `trigger/${channel}/0/${id}`,
    kind: 'trigger',
    channel,
    recipient: 0,
    priority: 'P0',
    incidents: [id],
    root: null,
    reroute: null,
    createdAt: now - MINUTE,
    nextTryAt: now,
    ...untried,
  };
}
