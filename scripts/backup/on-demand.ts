import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HOUR } from '../../lib/domain/time.ts';
import { onDemandSnapshot } from '../../lib/recovery/on-demand.ts';
import { appendToLog } from '../../lib/wire-records.ts';
import { openForPeople } from '../../lib/wire.ts';
import type { Screen } from './screen.ts';

type Asked = { readonly project: string | undefined; readonly cluster: string | undefined; readonly by: string };

/** `npm run backup -- --atlas`: a snapshot in Atlas now, kept for 90 days (plan 1.1), waited for and recorded. Gives the exit code. */
export async function takeOnDemand({ project, cluster, by }: Asked, screen: Screen): Promise<number> {
  if (!cluster || !project) throw new Error('--atlas: say which cluster: --project NAME --cluster NAME');
  const parts = await openForPeople();
  const atlas = parts.recovery?.atlas;
  if (!atlas)
    throw new Error('--atlas: set ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET, a service account that may take snapshots');
  const say = (words: string): void => screen.say(words);
  const id = `snapshot-${randomUUID()}`;
  const record = await onDemandSnapshot({
    atlas,
    project,
    cluster,
    by,
    patience: 6 * HOUR,
    now: Date.now,
    pause: (span) => pause(span),
    say,
    id,
  });
  await appendToLog(record);
  screen.say(`${record.summary}\nrecorded in the log as ${record.id}`);
  return record.verdict === 'passed' ? 0 : 1;
}
