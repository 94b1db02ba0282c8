import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { durationOf } from '../lib/domain/duration.ts';
import { iso } from '../lib/domain/time.ts';
import { openForPeople } from '../lib/wire.ts';
import { addSilence, endSilence, listSilences } from '../lib/silences.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run silence -- --cluster NAME --for 2h --why "disk resize"   [--project NAME] [--check ID] [--priority P1] [--by NAME]
npm run silence -- --list
npm run silence -- --end ID`;

const OPTIONS = {
  project: { type: 'string' },
  cluster: { type: 'string' },
  check: { type: 'string' },
  priority: { type: 'string' },
  for: { type: 'string' },
  why: { type: 'string' },
  by: { type: 'string' },
  list: { type: 'boolean' },
  end: { type: 'string' },
} as const;

function who(given: string | undefined): string {
  return given ?? process.env['USER'] ?? 'command line';
}

/** Silences, lists and ends silences in the state that the environment names. */
async function silence(): Promise<string> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  const parts = await openForPeople();
  if (values.list) {
    const silences = await listSilences(parts);
    const lines = silences.map(({ id, match, by, why, until }) => `${id}  until ${iso(until)}  ${JSON.stringify(match)}  ${by}: ${why}`);
    return lines.length === 0 ? 'no silence holds' : lines.join('\n');
  }
  if (values.end !== undefined) {
    if (await endSilence(parts, values.end, who(values.by))) return `ended; what it hid and still fails is told by the next run`;
    throw new Error(`silence: there is none with the id ${values.end}; --list shows those there are`);
  }
  const length = durationOf(values.for ?? '');
  if (length === null) throw new Error(`silence: --for: how long, as 90m, 2h or 3d; a silence has an end\n${USAGE}`);
  const { project, cluster, check, priority } = values;
  const match = { ...(project && { project }), ...(cluster && { cluster }), ...(check && { check }), ...(priority && { priority }) };
  const now = Date.now();
  const result = await addSilence(parts, { match, by: who(values.by), why: values.why ?? '', from: now, until: now + length });
  if ('problems' in result) throw new Error(`silence: ${result.problems.join('; ')}\n${USAGE}`);
  return `silenced until ${iso(result.made.until)}: ${result.made.id}`;
}

silence().then(
  (words) => process.stdout.write(`${words}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'silence: failed'}\n`);
    process.exitCode = 1;
  },
);
