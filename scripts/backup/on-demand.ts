import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { onDemandSnapshot } from '../../lib/recovery/by-hand/on-demand-snapshot.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { recordJson } from '../../lib/record/record-export.ts';
import { interruptible } from '../process/interruption.ts';
import type { Screen } from '../terminal/screen.ts';
import type { Answer } from '../terminal/terminal.ts';
import { wordsOf } from '../terminal/words.ts';
import { keepRecord } from './keep-record.ts';
import { projectNamed, type Settings } from './settings.ts';

type Asked = { readonly project: string | undefined; readonly cluster: string; readonly by: string; readonly out: string };

/** `restorewatch backup --atlas`: a snapshot in Atlas now, kept for 90 days (plan 1.1), waited for and recorded. */
export async function takeOnDemand(asked: Asked, screen: Screen, settings: Settings): Promise<Answer> {
  const { cluster, by, out } = asked;
  const ports = await openPorts();
  const atlas = ports.recovery?.atlas;
  if (!atlas)
    throw new Error('--atlas: set ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET, a service account that may take snapshots');
  const project = projectNamed(cluster, asked.project, ports.policy.general);
  return interruptible(async ({ signal, code }) => {
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
      const summary = `a snapshot was not taken, or Atlas did not say so: ${wordsOf(error)}`;
      const about = { subject: `${cluster} (project ${project})`, by, measured: {}, evidence: [], details: {} };
      return { id, kind: 'snapshot', startedAt, endedAt: Date.now(), verdict, summary, ...about };
    });
    screen.say(await keepRecord(record, join(out, 'snapshots.records.jsonl'), settings));
    const ended = record.verdict === 'passed' ? 0 : record.verdict === 'interrupted' ? code() : 1;
    return { data: recordJson(record), text: record.summary, code: ended };
  });
}
