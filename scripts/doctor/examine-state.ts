import type { StoreSettings } from '../../lib/config/env.ts';
import { spell } from '../../lib/domain/time.ts';
import { openKvStore } from '../../lib/state/kv.ts';
import { openSqliteStore } from '../../lib/state/sqlite.ts';
import type { Store } from '../../lib/state/store.ts';
import type { Line } from './line.ts';

/** Reads the recorded state, and says how old it is. Throws nothing. */
export async function examineState(settings: StoreSettings, timeoutMs: number, now: number): Promise<Line> {
  const what = settings.kind === 'kv' ? 'State in the KV' : `State in ${settings.path}`;
  const store = open(settings, timeoutMs);
  try {
    const { head } = await store.readHead();
    const run = head?.lastComplete ?? null;
    if (run === null) return { mark: 'warn', text: `${what}: can be read; no complete check is recorded yet` };
    return { mark: 'ok', text: `${what}: the last complete check ended ${spell(now - run.finishedAt)} ago` };
  } catch (error) {
    return { mark: 'bad', text: `${what}: ${error instanceof Error ? error.message : 'cannot be read'}` };
  } finally {
    await store.close();
  }
}

function open(settings: StoreSettings, timeoutMs: number): Store {
  return settings.kind === 'kv' ? openKvStore({ ...settings, timeoutMs }) : openSqliteStore(settings.path);
}
