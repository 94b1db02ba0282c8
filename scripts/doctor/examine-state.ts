import type { StoreSettings } from '../../lib/config/environment/read-environment.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Duration, Instant } from '../../lib/domain/time.ts';
import { openKvStore } from '../../lib/record/kv/kv.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import type { Store } from '../../lib/record/store.ts';
import { wordsOf } from '../terminal/words.ts';
import { fail, type Line, pass, warn } from './line.ts';

/** `head`: undefined if it cannot be read, null if nothing is stored. */
export type ExaminedState = { readonly lines: readonly Line[]; readonly head: Head | null | undefined };

/**
 * The first read opens the connection and does not count. Upstash says 1 ms within a region and over 100 ms between regions far apart
 * (upstash.com/blog/edge-caching-benchmark).
 */
const READS = 4;
const SAME_REGION: Duration = 100;

const FIXES = {
  kv: 'See whether the database that KV_REST_API_URL names runs, is of this account, and has room',
  sqlite: 'See whether the disk has room and is whole; STATE_PATH can name another file',
} as const;
/** The integration of Vercel sets both, one beside the other. */
const OTHER_TOKEN = 'Set the value of KV_REST_API_TOKEN that Upstash shows, not KV_REST_API_READ_ONLY_TOKEN';

/**
 * Reads the recorded state, says how long an answer takes, and writes a few letters that no reader looks for and that expire after a day: a token or a disk
 * that can only be read shows nothing else. Ends after two attempts at a store that does not answer. Never throws.
 */
export async function examineState(settings: StoreSettings, timeoutMs: number, now: () => Instant): Promise<ExaminedState> {
  const what = settings.kind === 'kv' ? 'State in the KV' : `State in ${settings.path}`;
  let store: Store | null = null;
  try {
    store = open(settings, timeoutMs);
    const reads = settings.kind === 'kv' ? READS : 1;
    const { head, times } = await readTimes(store, reads, now);
    const [, ...counted] = times;
    const middle = counted.toSorted((a, b) => a - b)[Math.floor(counted.length / 2)];
    const unwritten = await writeFault(store, now());
    const words = `${what}: can be read${unwritten === null ? ' and written' : ''}`;
    const lines = [middle === undefined ? pass(words) : latencyLine(words, middle)];
    return { head, lines: unwritten === null ? lines : [...lines, unusable(what, settings, unwritten)] };
  } catch (error) {
    return { head: undefined, lines: [unusable(what, settings, wordsOf(error, 'cannot be read'))] };
  } finally {
    await store?.close();
  }
}

/** A state file that cannot be opened is told with what to do already. */
function unusable(what: string, { kind }: StoreSettings, words: string): Line {
  if (words.includes('token may not write')) return fail(`${what}: ${words}. ${OTHER_TOKEN}`);
  return fail(kind === 'sqlite' && words.includes('STATE_PATH') ? `${what}: ${words}` : `${what}: ${words}. ${FIXES[kind]}`);
}

/** Why the state cannot be written; null if it can. */
async function writeFault(store: Store, now: Instant): Promise<string | null> {
  try {
    await store.writeBlobs([{ name: `doctor/${now}`, text: 'doctor' }]);
    return null;
  } catch (error) {
    return wordsOf(error, 'cannot be written');
  }
}

async function readTimes(store: Store, reads: number, now: () => Instant) {
  const times: Duration[] = [];
  let head: Head | null = null;
  for (let read = 0; read < reads; read += 1) {
    const began = now();
    ({ head } = await store.readHead());
    times.push(now() - began);
  }
  return { head, times };
}

/** Pure; `found`: of which state, and what can be done with it. A healthy check waits for five such answers, and so does whoever presses a button. */
export function latencyLine(found: string, took: Duration): Line {
  const words = `${found}; an answer takes ${Math.round(took)} ms from here`;
  if (took <= SAME_REGION) return pass(words);
  return warn(`${words}, as from another region: keep the KV where the product runs (this machine may be elsewhere)`);
}

function open(settings: StoreSettings, timeoutMs: number): Store {
  return settings.kind === 'kv' ? openKvStore({ ...settings, timeoutMs }) : openSqliteStore(settings.path);
}
