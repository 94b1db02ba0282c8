import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { FRAMEWORK_IDS } from '../../lib/domain/evidence/controls.ts';
import { described, needed, type Run } from './describe.ts';
import { day, logRoot, named, oneOf } from './values.ts';

const EXPORT = `evidence export --from 2026-01-01 --to 2026-12-31 --framework dora --out evidence
evidence verify evidence/restorewatch-evidence-2026-01-01-2026-12-31.json --key public.pem`;

/** Evidence that an outsider can check. */
export function evidence(run: Run): CommandUnknownOpts {
  return described('evidence', { about: 'Makes, exports and verifies evidence that an outsider can check.', example: EXPORT })
    .addCommand(key(run))
    .addCommand(exported(run))
    .addCommand(verify(run));
}

function key(run: Run) {
  return described('key', {
    about:
      'Makes an Ed25519 key and prints it: the private half for EVIDENCE_KEY, the public half for whoever verifies. Nothing is stored.',
    example: 'evidence key',
  }).action((_, command) => run(command, async () => (await import('../watch/evidence.ts')).newKey()));
}

function exported(run: Run) {
  return described('export', {
    about: 'Writes the evidence of a period as JSON (signed, with the log), CSV and an HTML report that prints.',
    example: 'evidence export --from 2026-01-01 --to 2026-12-31 --framework dora',
  })
    .option('--from <day>', 'has to be given: the first day, as 2026-01-01 (UTC)', day)
    .option('--to <day>', 'the last day; today unless said', day)
    .option('--cluster <name>', 'a report on this one alone, by name or id; the log stays whole, or it could not be checked', named)
    .option('--framework <name>', `${FRAMEWORK_IDS.join(', ')}; all unless said`, oneOf(FRAMEWORK_IDS))
    .option('--out <folder>', 'where the files go', named, '.')
    .option('--unsigned', 'without a signature, which anybody can change')
    .action((options, command) => {
      const from = needed(command, '--from <day>', options.from);
      return run(command, async () => (await import('../watch/evidence.ts')).exportEvidence({ ...options, from }));
    });
}

function verify(run: Run) {
  return described('verify', {
    about:
      'Says whether an evidence file is what was signed, and if not, where it differs. Needs the file and the public key, nothing else.',
    example: 'evidence verify evidence.json --key public.pem',
  })
    .argument('<file>', 'the JSON that `evidence export` wrote')
    .option('--key <file>', 'has to be given: the public key, PEM', named)
    .option('--root <number:sha256>', 'an entry of the log that was kept, as a daily digest gives it: the file has to hold it', logRoot)
    .action((file, options, command) => {
      const publicKey = needed(command, '--key <file>', options.key);
      return run(command, async () => (await import('../watch/evidence.ts')).verifyFile(file, { ...options, key: publicKey }));
    });
}
