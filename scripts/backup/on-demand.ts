import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogRecord } from '../../lib/domain/record.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { onDemandSnapshot } from '../../lib/recovery/on-demand.ts';
import { openForPeople } from '../../lib/wire.ts';
import { onInterrupt } from './interrupt.ts';
import { keepRecord } from './keep-record.ts';
import { projectNamed } from './project-named.ts';
import type { Screen } from './screen.ts';
import type { Settings } from './settings.ts';

type Asked = { readonly project: string | undefined; readonly cluster: string | undefined; readonly by: string; readonly out: string };

/** `npm run backup -- --atlas`: a snapshot in Atlas now, kept for 90 days (plan 1.1), waited for and recorded. Gives the exit code. */
export async function takeOnDemand(asked: Asked, screen: Screen, settings: Settings): Promise<number> {
  const { cluster, by, out } = asked;
  if (!cluster) throw new Error('--atlas: say which cluster: --cluster NAME --project NAME');
  const parts = await openForPeople();
  const atlas = parts.recovery?.atlas;
  if (!atlas)
    throw new Error('--atlas: set ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET, a service account that may take snapshots');
  const project = projectNamed(cluster, asked.project, parts.policy.general);
  const { signal, code } = onInterrupt();
  const [id, startedAt] = [`snapshot-${randomUUID()}`, Date.now()];
  const record = await onDemandSnapshot({
    atlas,
    project,
    cluster,
    by,
    patience: 6 * HOUR,
    now: Date.now,
    pause: (span) => pause(span, undefined, { signal }).catch(() => undefined),
    say: (words) => screen.say(words),
    stopped: () => signal.aborted,
    id,
  }).catch((error: unknown): LogRecord => {
    const verdict = atlas.refusalOf(error) === null ? 'could-not-verify' : 'refused';
    const summary = `a snapshot was not taken, or Atlas did not say so: ${error instanceof Error ? error.message : 'unknown error'}`;
    const nothing = { measured: {}, evidence: [], details: {} };
    return {
      id,
      kind: 'snapshot',
      startedAt,
      endedAt: Date.now(),
      subject: `${cluster} (project ${project})`,
      by,
      verdict,
      summary,
      ...nothing,
    };
  });
  screen.say(record.summary);
  screen.say(await keepRecord(record, join(out, 'snapshots.records.jsonl'), settings));
  return record.verdict === 'passed' ? 0 : record.verdict === 'interrupted' ? code() : 1;
}
