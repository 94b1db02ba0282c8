import { resolve } from 'node:path';
import { configuration } from '../../lib/wire/load-policy.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { comparableHosts } from '../../lib/recovery/dump/connection-string.ts';
import { Interrupted } from '../../lib/recovery/dump/dump-error.ts';
import { sandboxUse } from '../../lib/recovery/dump/interlock/sandbox-use.ts';
import { type Backup, readBackup } from '../../lib/recovery/dump/read/read-backup.ts';
import { usersOf } from '../../lib/recovery/state/target-users.ts';
import { recordJson } from '../../lib/record/record-export.ts';
import { compareRestored } from '../backup/compare-restored.ts';
import { type Holding, validationOf } from '../backup/hold-against-dump.ts';
import { keepRecord, recordsBeside } from '../backup/keep-record.ts';
import { askingOf, thisMachine, userOf } from '../backup/interlock.ts';
import { Refused, restoreAndValidate, type Validated } from '../backup/restore-and-validate.ts';
import { readSettings, type Settings, targetNamed } from '../backup/settings.ts';
import { chooseTool } from '../backup/tool.ts';
import { withClient } from '../backup/take.ts';
import { evidenceTable, type Outcome, outcomeOf, recordOf } from '../backup/validation-record.ts';
import { interruptible } from '../process/interruption.ts';
import type { Screen } from '../terminal/screen.ts';
import { type Answer, NotConfirmed, type Terminal } from '../terminal/terminal.ts';
import { userNamed, wordsOf } from '../terminal/words.ts';

type Asked = {
  readonly backup: string;
  readonly target: string;
  readonly keepData?: true | undefined;
  readonly tool: 'auto' | 'mongorestore' | 'driver';
  readonly by?: string | undefined;
  readonly yes?: true | undefined;
};

/** `restorewatch validate --backup`: restores, compares and records it. */
export async function validate(terminal: Terminal, { backup, target, by, ...asked }: Asked): Promise<Answer> {
  const { uri, settings } = opened(terminal, target, '--target');
  const tool = await chooseTool('mongorestore', asked.tool);
  const keepData = asked.keepData ?? false;
  const { timeoutMs } = settings;
  const confirm = asked.yes ? async () => {} : terminal.confirm;
  const folder = resolve(backup);
  const taking = {
    ...askingOf(uri, settings),
    user: userOf(userNamed(by), `validate of ${folder}`),
    say: (line: string) => terminal.say(line),
  };
  const how = { targetUri: uri, taking, tool, keepData, screen: terminal, confirm };
  return recorded(terminal, {
    folder,
    into: 'into',
    uri,
    settings,
    by,
    whenStopped: keepData ? 'interrupted; what was restored until then is still there' : null,
    act: async (holding) => {
      const others = await underWay(settings, terminal);
      if (others.length > 0) throw new Refused(`refused: ${others.join(', ')} is under way and may be using the target; wait for its end`);
      return withClient({ uri, timeoutMs, signal: holding.signal, screen: terminal }, (client, watch) =>
        restoreAndValidate(client, { ...how, ...holding, watch }),
      );
    },
  });
}

type AskedToCompare = { readonly restored: string; readonly against: string; readonly by?: string | undefined };

/** `restorewatch validate --restored`: compares what somebody restored already, and records it (plan 6.1). It reads alone, and needs no sandbox. */
export async function validateRestored(terminal: Terminal, { restored, against, by }: AskedToCompare): Promise<Answer> {
  const { uri, settings } = opened(terminal, restored, '--restored');
  const { timeoutMs } = settings;
  return recorded(terminal, {
    folder: resolve(against),
    into: 'as restored already into',
    uri,
    settings,
    by,
    whenStopped: 'interrupted; nothing was changed',
    act: async (holding) => {
      const others = await underWay(settings, terminal);
      if (others.length > 0) terminal.say(`warning: ${others.join(', ')} is under way and may be changing what is compared`);
      const comparing = { ...holding, restored: uri, sources: settings.sources, machine: thisMachine() };
      return withClient({ uri, timeoutMs, signal: holding.signal, screen: terminal }, async (client, watch) => {
        // A user that may not read the mark there may still compare.
        const use = await sandboxUse(client).catch(() => null);
        if (use !== null) terminal.say(`warning: the server is in use: ${use}; it may be changing what is compared`);
        return compareRestored(client, { ...comparing, watch });
      });
    },
  });
}

function opened(
  terminal: Terminal,
  named: string,
  option: '--target' | '--restored',
): { readonly uri: string; readonly settings: Settings } {
  const read = readSettings();
  const { uri, secrets, warning } = targetNamed(named, read, option);
  const settings = { ...read, secrets: [...read.secrets, ...secrets] };
  terminal.learn(settings.secrets);
  if (warning !== null) terminal.say(warning);
  return { uri, settings };
}

type Task = {
  readonly folder: string;
  /** Stands between the backup and the server in the record's subject. */
  readonly into: string;
  readonly uri: string;
  readonly settings: Settings;
  readonly by: string | undefined;
  /** What Ctrl-C left; null: nothing. */
  readonly whenStopped: string | null;
  readonly act: (holding: Omit<Holding, 'watch'>) => Promise<Validated>;
};

async function recorded(terminal: Terminal, task: Task): Promise<Answer> {
  return interruptible(async ({ signal, code }) => {
    const startedAt = Date.now();
    const outcome = await attempt(task, signal);
    const subject = `${task.folder} ${task.into} ${comparableHosts(task.uri).join(', ')}`;
    const record = recordOf(outcome, { subject, by: userNamed(task.by), startedAt });
    terminal.say(await keepRecord(record, recordsBeside(task.folder), task.settings));
    const evidence = record.evidence.length > 0 ? evidenceTable(record.evidence) : [];
    const ended = record.verdict === 'passed' ? 0 : record.verdict === 'interrupted' ? code() : 1;
    return { data: recordJson(record), text: [...evidence, record.summary].join('\n'), code: ended };
  });
}

async function attempt({ folder, act, whenStopped }: Task, signal: AbortSignal): Promise<Outcome> {
  const { general } = policyOf(configuration());
  try {
    const backup: Backup = await readBackup(folder);
    const validated = await act({ backup, settings: validationOf(general, backup), rpo: general.recovery.rpo, signal });
    return { ...validated, backup };
  } catch (error) {
    if (error instanceof NotConfirmed) throw error;
    return error instanceof Interrupted && whenStopped !== null ? { verdict: 'interrupted', why: whenStopped } : outcomeOf(error);
  }
}

/** Restore tests and drills that may be using a sandbox now. Where that is not known, the screen says so, and none is returned. Never throws. */
export async function underWay({ log }: Pick<Settings, 'log'>, screen: Screen): Promise<readonly string[]> {
  // Without a store there is no restore test.
  if (log === 'file') return [];
  try {
    const { openPorts } = await import('../../lib/wire/wire.ts');
    const { head } = await (await openPorts()).store.readHead();
    return usersOf(head, null).map(({ id, source }) => `${id} of ${source.name}`);
  } catch (error) {
    screen.say(`warning: the store does not say whether a restore test or drill is under way: ${wordsOf(error)}`);
    return [];
  }
}
