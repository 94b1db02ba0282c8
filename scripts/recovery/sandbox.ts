import { withClient } from '../backup/take.ts';
import { askingOf, userOf } from '../backup/interlock.ts';
import { readSettings, type Settings, targetNamed } from '../backup/settings.ts';
import { plural } from '../../lib/domain/text.ts';
import { comparableHosts } from '../../lib/recovery/dump/connection-string.ts';
import { useInWords } from '../../lib/recovery/dump/interlock/sandbox-lease.ts';
import { markInWords, type MarkFound } from '../../lib/recovery/dump/interlock/sandbox-mark.ts';
import { examineTarget, markSandbox } from '../../lib/recovery/dump/restore/mark-sandbox.ts';
import { aboutMark } from '../../lib/recovery/dump/restore/restore-target.ts';
import { interruptible } from '../process/interruption.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';
import { underWay } from './validate.ts';

type Asked = {
  readonly target: string;
  readonly mark?: true | undefined;
  readonly by?: string | undefined;
  readonly yes?: true | undefined;
};

/** `restorewatch sandbox`: what `validate` would meet there; with --mark it makes a sandbox of it first. */
export async function sandbox(terminal: Terminal, { target, mark, by, yes }: Asked): Promise<Answer> {
  const settings = readSettings();
  const { uri, secrets, warning } = targetNamed(target, settings);
  terminal.learn([...settings.secrets, ...secrets]);
  if (warning !== null) terminal.say(warning);
  const users = await underWay(settings, terminal);
  if (mark && users.length > 0) throw new Error(`not marked: ${users.join(', ')} is under way and may be using it; wait for its end`);
  const { timeoutMs } = settings;
  const found = await interruptible(({ signal }) =>
    withClient({ uri, timeoutMs, signal, screen: terminal }, async (client, watch) => {
      watch.moved(mark ? 'marking the server, once you agree' : 'asking the server');
      const asking = askingOf(uri, settings);
      const confirm = yes ? async () => {} : (databases: readonly string[]) => terminal.confirm(question(uri, databases, settings));
      if (mark) await markSandbox(client, { ...asking, user: userOf(userNamed(by), 'sandbox --mark'), say: terminal.say, confirm });
      return examineTarget(client, asking);
    }),
  );
  return answer(comparableHosts(uri), found, users);
}

function question(uri: string, databases: readonly string[], { sources }: Settings): string {
  const held = databases.length === 0 ? 'it is empty now' : `it holds ${plural(databases.length, 'database')} now: ${databases.join(', ')}`;
  const unknown = sources.length === 0 ? ' MONGODB_URI is not set, so nobody can make sure that it is not the source of the backups.' : '';
  return `This marks ${comparableHosts(uri).join(', ')} as a sandbox: all of its data may be overwritten and dropped from then on; ${held}.${unknown}`;
}

function answer(hosts: readonly string[], found: Awaited<ReturnType<typeof examineTarget>>, others: readonly string[]): Answer {
  const { databases, mark, inUse, left, verdict } = found;
  const users = [...others, ...(inUse === null ? [] : [inUse])];
  const lines = [
    `${hosts.join(', ')}: answers, ${mark.kind === 'marked' ? markInWords(mark.mark) : `not marked as a sandbox${aboutMark(mark)}`}`,
    databases.length === 0 ? 'it is empty' : `it holds ${databases.join(', ')}`,
    ...(users.length === 0 ? [] : [`in use by ${users.join('; ')}`]),
    ...(left === null ? [] : [`${useInWords(left)}, ended without giving it back: the next validate drops what it noted as created by it`]),
    verdict.allowed ? 'the interlock lets a restore through, as far as names tell' : `the interlock refuses: ${verdict.why}`,
  ];
  const allowed = verdict.allowed && users.length === 0;
  const data = {
    hosts,
    marked: mark.kind === 'marked',
    mark: markData(mark),
    databases,
    users,
    allowed: verdict.allowed,
    why: verdict.allowed ? null : verdict.why,
  };
  return { data, text: lines.join('\n'), code: allowed ? 0 : 1 };
}

/** Who marked it, on which machine and when; null where it is not marked. */
function markData(found: MarkFound) {
  return found.kind === 'marked' ? { owner: found.mark.owner, host: found.mark.host, at: found.mark.at.toISOString() } : null;
}
