import { randomUUID } from 'node:crypto';
import type { RosterEntry } from './alerts/route.ts';
import { openPagerDutyApi } from './alerts/channels/pagerduty-api.ts';
import { createAtlasClient } from './atlas/client.ts';
import { collect } from './atlas/collect.ts';
import type { Environment } from './config/env.ts';
import { acknowledgementGap, acknowledgementsReach, waysBack } from './config/reachable.ts';
import { policyOf } from './config/policy.ts';
import { addressesNamed } from './config/recovery-policy.ts';
import { dispatch, type DispatchAnswer } from './dispatch.ts';
import type { Head } from './domain/head.ts';
import type { RecordedView } from './domain/view.ts';
import { EMPTY_MEMORY, type Memory } from './domain/memory.ts';
import { type Explained, explainRoute } from './explain-route.ts';
import { openHeartbeat } from './heartbeat.ts';
import { type PageModel, pageModel } from './page-model.ts';
import { maintenanceOf } from './maintenance.ts';
import { contextOf, type Parts } from './parts.ts';
import { recipientsNamed } from './recipients-named.ts';
import { redactingStore } from './records.ts';
import { daily, type DailyAnswer } from './proving/daily.ts';
import { check } from './run.ts';
import { type Asked, liveRunbook, type LiveValues, type People, peopleOf } from './runbooks.ts';
import type { CheckAnswer } from './summary.ts';
import { readPacked } from './state/packed-blobs.ts';
import type { Store } from './state/store.ts';
import type { StatusJson } from './status/json.ts';
import { isStale, statusJson } from './status.ts';
import { openStoreAlarm } from './store-alarm.ts';
import { type Naming, subjectNamed } from './subject-named.ts';
import { openEveryChannel } from './wire-channels.ts';
import { configuration } from './wire-config.ts';
import { environment, environmentWith } from './wire-environment.ts';
import { openRecovery } from './wire-recovery.ts';

/** Rows on one page of the status page. */
const PAGE_ROWS = 200;
/** One store request; two attempts and the alarm after them must fit the smallest useful budget. */
const STORE_TIMEOUT_SHARE = 0.15;

let wired: Promise<Parts> | null = null;

async function parts(): Promise<Parts> {
  wired ??= wire(environmentWith(configuration().teams ?? [], addressesNamed(configuration()), configuration().contacts));
  return wired;
}

async function wire(env: Environment): Promise<Parts> {
  const policy = policyOf(configuration());
  const { requestTimeoutMs, runBudgetMs, statusUrl, secrets } = env;
  const log = (line: string): void => console.error(`restorable: ${line}`);
  const channels = openEveryChannel(env, policy.general.contacts);
  const heartbeat = openHeartbeat(env.heartbeatUrl, Math.min(requestTimeoutMs, runBudgetMs * 0.1), log);
  const client = createAtlasClient({ baseUrl: env.atlas.baseUrl, credentials: env.atlas.credentials, requestTimeoutMs, secrets });
  const projectIds = env.atlas.projectIds;
  return {
    store: redactingStore(await openStore(env), env.secrets),
    collect: (hints, now, deadline) => collect({ client, projectIds, hints, now, deadline }),
    channels,
    policy,
    projectIds,
    // About the whole organisation, so the default recipients'.
    alarm: openStoreAlarm({
      channels: channels.filter(({ team }) => team === undefined),
      heartbeat,
      statusUrl,
      general: policy.general,
      now: Date.now,
    }),
    heartbeat,
    ...(env.pagerdutyApi && { pagerduty: openPagerDutyApi({ ...env.pagerdutyApi, timeout: requestTimeoutMs }) }),
    statusUrl,
    canAcknowledge: acknowledgementsReach(env),
    waysBack: waysBack(env),
    slackButton: env.webhooks.slackSigningSecret !== null,
    requestTimeoutMs,
    runBudgetMs,
    now: Date.now,
    newId: randomUUID,
    recovery: openRecovery(env),
    log,
  };
}

/** Only the adapter that is configured is loaded. */
async function openStore({ store, requestTimeoutMs, runBudgetMs }: Environment): Promise<Store> {
  if (store.kind === 'sqlite') return (await import('./state/sqlite.ts')).openSqliteStore(store.path);
  const { openKvStore } = await import('./state/kv.ts');
  return openKvStore({ url: store.url, token: store.token, timeoutMs: Math.min(requestTimeoutMs, runBudgetMs * STORE_TIMEOUT_SHARE) });
}

export async function runCheck(): Promise<CheckAnswer> {
  return check(await parts());
}

export async function runDispatch(): Promise<DispatchAnswer> {
  return dispatch(await parts());
}

export async function runRestoreTests(): Promise<DailyAnswer> {
  return daily(await parts());
}

/** What acts for a person need (wire-people.ts; the command line). Throws `EnvironmentError`. */
export async function openForPeople(): Promise<Parts> {
  return parts();
}

/** Who would be told of such an incident, and why; reads the recorded state alone. Throws `EnvironmentError`, `StoreError`, or Error for an ambiguous name. */
export async function explainRouteTo(naming: Naming, asked: Omit<Explained, 'subject'>): Promise<string> {
  const { store, channels, policy, canAcknowledge, now } = await parts();
  const { head } = await store.readHead();
  // Only ever written by a run, packed; the head's schema number covers its shape.
  const memory = head && head.memoryBlobs.length > 0 ? ((await readPacked(store, head.memoryBlobs)) as Memory | null) : EMPTY_MEMORY;
  const { roster, general } = contextOf({ channels, policy, canAcknowledge }, now(), head);
  const settings = environment();
  const recipientsOf = (entry: RosterEntry): string => recipientsNamed(entry, settings, configuration().teams ?? []);
  return explainRoute(
    { ...asked, subject: subjectNamed(naming, memory) },
    { policy: { ...policy, general }, roster, silences: head?.silences ?? [], recipientsOf, now: now() },
  );
}

type Recorded = { readonly head: Head | null; readonly view: RecordedView | null };

async function recorded(): Promise<Recorded> {
  const { store } = await parts();
  const { head } = await store.readHead();
  // Only ever written by a run, packed; the head's schema number covers its shape.
  return { head, view: head && ((await readPacked(store, head.viewBlobs)) as RecordedView | null) };
}

/** `GET /api/status`: from the last recorded run, never from Atlas. Throws `StoreError`. */
export async function readStatus({ limit, cursor }: { readonly limit: number; readonly cursor: string | null }): Promise<StatusJson> {
  const { head, view } = await recorded();
  const { policy, now } = await parts();
  const { checkInterval } = policy.general;
  return statusJson(head, view, { now: now(), checkInterval, limit, cursor, maintenance: maintenanceOf(head, policy.general) });
}

/** The status page's model; pages count from 1. Throws `StoreError`. */
export async function readPage({ page }: { readonly page: number }): Promise<PageModel> {
  const { head, view } = await recorded();
  const { policy, now, channels, waysBack: ways = [] } = await parts();
  const general = { ...policy.general, maintenance: maintenanceOf(head, policy.general) };
  const cursor = String((page - 1) * PAGE_ROWS);
  return pageModel(head, view, {
    now: now(),
    checkInterval: general.checkInterval,
    limit: PAGE_ROWS,
    cursor,
    channels: channels.map(({ id }) => id),
    general,
    acknowledgementGap: acknowledgementGap(ways, channels, general),
  });
}

/** What fills a runbook; null where nothing is recorded of what was asked for. Throws `StoreError`. */
export async function readRunbook(asked: Asked): Promise<LiveValues | null> {
  const { head, view } = await recorded();
  const { policy, now } = await parts();
  return liveRunbook(head, view, { ...asked, policy: policy.general, now: now() });
}

/** Whom a runbook says to tell: from restorable.config.ts alone, so there when nothing else is. */
export function readPeople(): People {
  return peopleOf(policyOf(configuration()).general);
}

/** True while the last complete run is younger than two intervals; false where the store cannot be read. */
export async function readHealth(): Promise<boolean> {
  try {
    const { store, policy, now } = await parts();
    const { head } = await store.readHead();
    return !isStale(head, now(), policy.general.checkInterval);
  } catch {
    return false;
  }
}
