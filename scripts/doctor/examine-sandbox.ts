import type { Environment } from '../../lib/config/environment/read-environment.ts';
import type { GeneralPolicy } from '../../lib/domain/policy/policy.ts';
import { markInWords } from '../../lib/recovery/dump/interlock/sandbox-mark.ts';
import { examineTarget, type Examined } from '../../lib/recovery/dump/restore/mark-sandbox.ts';
import { aboutMark } from '../../lib/recovery/dump/restore/restore-target.ts';
import { troubleOf } from '../../lib/recovery/state/step-outcome.ts';
import { connect } from '../../lib/recovery/validate/read/connect.ts';
import { askingOf } from '../backup/interlock.ts';
import { settingsOf } from '../backup/settings.ts';
import { fail, type Line, pass, warn } from './line.ts';

const WHAT = 'Sandbox for backups by hand (SANDBOX_MONGODB_URI)';

/** Says who marked the sandbox, who uses it, and whether the interlock lets `validate` restore there. Writes nothing; says nothing where none is set. */
export async function examineSandbox(environment: Environment, general: GeneralPolicy): Promise<readonly Line[]> {
  const { sandboxUri } = environment.recovery;
  if (sandboxUri === null) return [];
  try {
    const settings = settingsOf(environment, general);
    const client = await connect(sandboxUri, { timeoutMs: settings.timeoutMs });
    try {
      return [lineOf(await examineTarget(client, askingOf(sandboxUri, settings)))];
    } finally {
      // Not waited for: it may wait for a server that hangs.
      client.close().catch(() => undefined);
    }
  } catch (error) {
    return [fail(`${WHAT}: ${troubleOf(error)}`)];
  }
}

function lineOf({ mark, inUse, identity, databases }: Examined): Line {
  if (identity !== null) return fail(`${WHAT}: the interlock refuses it: ${identity}`);
  const known = mark.kind === 'marked' ? markInWords(mark.mark) : `not marked${aboutMark(mark)}`;
  if (inUse !== null) return pass(`${WHAT}: ${known}; in use: ${inUse}`);
  if (mark.kind === 'marked') return pass(`${WHAT}: ${known}`);
  if (databases.length === 0) return pass(`${WHAT}: ${known}, and empty`);
  return warn(`${WHAT}: ${known}; \`restorewatch validate\` restores nothing there while it holds data (${databases.join(', ')})`);
}
