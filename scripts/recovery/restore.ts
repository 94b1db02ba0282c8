import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { startAndFollow, refusedRecord } from '../../lib/recovery/by-hand/follow-manual-restore.ts';
import { type Asking, planned, type RestorePlanned } from '../../lib/recovery/by-hand/manual-restore.ts';
import { mayHaveRestored, readErasures } from '../../lib/people/erasures/erasure-log.ts';
import { undoneBy } from '../../lib/domain/recovery/erasure.ts';
import { recordAct } from '../../lib/people/audit-trail.ts';
import { openHead } from '../../lib/ports/change-head.ts';
import { errorInWords } from '../../lib/ports/ports.ts';
import { storeRestoreByHand } from '../../lib/recovery/state/restore-tests-in-head.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { recordJson } from '../../lib/record/record-export.ts';
import { keepRecord } from '../backup/keep-record.ts';
import { projectNamed, readSettings } from '../backup/settings.ts';
import { interruptible } from '../process/interruption.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';
import { eraseAgainInWords } from '../watch/erasures.ts';

/** Where records go that the store does not take. */
const RECORDS = join('backups', 'restores.records.jsonl');

type Asked = { readonly cluster: string; readonly to: string; readonly target: string; readonly yes?: true | undefined } & {
  readonly [Name in 'project' | 'targetProject' | 'by']?: string | undefined;
};

type Session = Asking & { readonly id: string; readonly by: string; readonly keep: (record: LogRecord) => Promise<void> };

/** `restorewatch restore`: shows the plan, asks for the target's name to be typed unless --yes, then starts and follows. */
export async function restore(terminal: Terminal, asked: Asked): Promise<Answer> {
  const session = await opened(terminal, asked);
  const first = await planned(session);
  terminal.say(`${first.lines.join('\n')}\n`);
  await refuse(session, first);
  if (!asked.yes) {
    const name = await terminal.ask(`Type the target's name (${asked.target}) to replace all its data, anything else to stop: `);
    if (name === null) throw new Error('not begun: nothing was typed');
    if (name !== asked.target) throw new Error('not begun: the name that was typed is not the target’s');
  }
  return begin(session, terminal);
}

async function opened({ say }: Terminal, { cluster, to, target, by, ...values }: Asked): Promise<Session> {
  const settings = readSettings();
  const ports = await openPorts();
  const atlas = ports.recovery?.atlas;
  if (!atlas)
    throw new Error('set ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET: restores use this second service account alone');
  const { general } = ports.policy;
  const project = projectNamed(cluster, values.project, general);
  const known = [...(general.restoreTests ?? []), ...(general.drills ?? [])].find((plan) => plan.target.cluster === target);
  const targetProject = values.targetProject ?? known?.target.project ?? project;
  return {
    asked: { source: { project, cluster }, to, target: { project: targetProject, cluster: target } },
    ports,
    atlas,
    id: `restore-${randomUUID()}`,
    by: userNamed(by),
    keep: async (record) => say(await keepRecord(record, RECORDS, settings)),
  };
}

/** Everything is read again right before the request: minutes may have passed at the prompt. */
async function begin(session: Session, { say }: Terminal): Promise<Answer> {
  const { atlas, asked, id, by, keep } = session;
  const again = await planned(session);
  await refuse(session, again);
  await audit(session, say);
  return interruptible(async ({ signal, code }) => {
    signal.addEventListener('abort', () => say('stopping to look; the restore goes on in Atlas. Its record says so.'));
    const record = await startAndFollow({
      atlas,
      asked,
      planned: again,
      id,
      by,
      now: Date.now,
      pause: (span) => pause(span, undefined, { signal }).catch(() => undefined),
      say,
      stopped: () => signal.aborted,
      keep,
    });
    await keep(record);
    await remember(session, again, record, say);
    const follow = await eraseAgain(session, record);
    const data = { ...recordJson(record), again: follow.again };
    const next = 'Next: restorewatch restore-test, or your own checks against the target; then move the application.';
    if (record.verdict === 'passed') return { data, text: [record.summary, ...follow.lines, next].join('\n') };
    return { data, text: [record.summary, ...follow.lines].join('\n'), code: record.verdict === 'interrupted' ? code() : 1 };
  });
}

type EraseAgain = { readonly again: readonly string[] | null; readonly lines: readonly string[] };

/** What the restore has brought back, by reference; null where the store does not tell. */
async function eraseAgain({ ports }: Session, record: LogRecord): Promise<EraseAgain> {
  if (!mayHaveRestored(record)) return { again: [], lines: [] };
  try {
    const { erasures, confirmed } = await readErasures(ports.store);
    const again = undoneBy(record, erasures, confirmed);
    const confirm = `Not finished until each is confirmed: restorewatch erasures confirm --reference REFERENCE --restore ${record.id}`;
    const lines = again.length === 0 ? [] : [...again.map((erasure) => eraseAgainInWords(erasure)), confirm];
    return { again: again.map(({ reference }) => reference), lines };
  } catch (error) {
    const later = `ask again later: restorewatch erasures --after-restore ${record.id}`;
    return { again: null, lines: [`the store did not say what has to be erased again: ${errorInWords(error)}; ${later}`] };
  }
}

/** A store that is down does not keep anybody from restoring; the record of the restore goes to a file then. */
async function audit({ ports, asked: { source, target, to }, id, by }: Session, say: Terminal['say']): Promise<void> {
  const [from, onto] = [source, target].map(({ project, cluster }) => `${project}/${cluster}`);
  const details = { source: from ?? '', target: onto ?? '', to };
  const written = recordAct(ports, { at: Date.now(), what: 'restore-started', by, from: null, about: id, details });
  await written.catch((error: unknown) => say(`the store did not take the entry of the audit trail: ${errorInWords(error)}`));
}

/** How long it took is kept beside the times of restore tests. The record has it too, so that a store that is down loses nothing for good. */
async function remember(
  { ports }: Session,
  { source }: RestorePlanned,
  { measured, endedAt }: LogRecord,
  say: Terminal['say'],
): Promise<void> {
  const { restore } = measured;
  if (restore === undefined || source === null) return;
  const done = { clusterId: source.clusterId, endedAt, restore };
  const kept = openHead(ports).then((ledger) => ledger.update({ apply: (head) => storeRestoreByHand(head, done) }));
  await kept.catch((error: unknown) => say(`the store did not take how long it took: ${errorInWords(error)}`));
}

/** Throws Error where there are refusals, and leaves a record of them. */
async function refuse({ asked, id, by, keep }: Session, plan: RestorePlanned): Promise<void> {
  if (plan.refusals.length === 0) return;
  const why = plan.refusals.join('; ');
  await keep(refusedRecord({ asked, planned: plan, id, by, now: Date.now }, why));
  throw new Error(`refused: ${why}`);
}
