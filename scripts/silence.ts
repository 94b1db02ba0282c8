import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { durationOf } from '../lib/domain/duration.ts';
import type { MaintenanceWindow } from '../lib/domain/policy.ts';
import { type Instant, iso } from '../lib/domain/time.ts';
import { openForPeople } from '../lib/wire.ts';
import { auditRefusal } from '../lib/wire-people.ts';
import type { Parts } from '../lib/parts.ts';
import { addSilence, addWindow, endSilence, listSilences, type Quiet, type WindowRequest } from '../lib/silences.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run silence -- --cluster NAME --for 2h --why "disk resize"   [--project NAME] [--check ID] [--priority P1] [--by NAME]
npm run silence -- --cluster NAME --cron "0 22 * * 6" --time-zone Europe/Berlin --minutes 120 --why "patch night"   again and again
npm run silence -- --list
npm run silence -- --end ID`;

const OPTIONS = {
  project: { type: 'string' },
  cluster: { type: 'string' },
  check: { type: 'string' },
  priority: { type: 'string' },
  for: { type: 'string' },
  cron: { type: 'string' },
  'time-zone': { type: 'string' },
  minutes: { type: 'string' },
  why: { type: 'string' },
  by: { type: 'string' },
  list: { type: 'boolean' },
  end: { type: 'string' },
} as const;

const MATCH = ['project', 'cluster', 'check', 'priority'] as const;

function who(given: string | undefined): string {
  return given ?? process.env['USER'] ?? 'command line';
}

type Given = Readonly<Partial<Record<Exclude<keyof typeof OPTIONS, 'list'>, string>>> & { readonly list?: boolean };

/** What the arguments ask for; a silence that makes no sense is refused, with a line of the audit. Throws an Error in words. */
async function silence(): Promise<string> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const { values, problem } = given();
  if (problem === null) return act(await openForPeople(), values);
  await auditRefusal(`a silence asked for by ${who(values.by)}: ${problem}`);
  throw new Error(`silence: ${problem}\n${USAGE}`);
}

function given(): { readonly values: Given; readonly problem: string | null } {
  try {
    const { values } = parseArgs({ options: OPTIONS, strict: true });
    return { values, problem: problemOf(values) };
  } catch (error) {
    // An option that there is not; its message names it.
    return { values: {}, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** An empty name is a variable that was not set, and would make the silence wider. */
function problemOf(values: Given): string | null {
  const empty = MATCH.find((name) => values[name]?.trim() === '');
  if (empty !== undefined) return `--${empty}: is empty; name one, or leave it out`;
  if (isWindow(values))
    return values.for === undefined ? null : '--for: a maintenance window ends after its --minutes; leave one of the two out';
  const isNew = !values.list && values.end === undefined;
  return isNew && durationOf(values.for ?? '') === null ? '--for: how long, as 90m, 2h or 3d; a silence has an end' : null;
}

function isWindow({ cron, minutes, 'time-zone': timeZone }: Given): boolean {
  return cron !== undefined || minutes !== undefined || timeZone !== undefined;
}

async function act(parts: Parts, values: Given): Promise<string> {
  if (values.list) return listed(await listSilences(parts), parts.now());
  if (values.end !== undefined) {
    if (await endSilence(parts, values.end, who(values.by))) return `ended; what it hid and still fails is told by the next run`;
    throw new Error(`silence: there is none with the id ${values.end}; --list shows those there are`);
  }
  const match = Object.fromEntries(MATCH.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name].trim()]])));
  const said = { match, by: who(values.by), why: values.why ?? '' };
  if (isWindow(values)) return windowMade(parts, { ...said, ...timesOf(values) });
  const now = Date.now();
  const until = now + (durationOf(values.for ?? '') ?? 0);
  const result = await addSilence(parts, { ...said, from: now, until });
  if ('problems' in result) throw new Error(`silence: ${result.problems.join('; ')}\n${USAGE}`);
  return `silenced until ${iso(result.made.until)}: ${result.made.id}`;
}

function timesOf({ cron = '', minutes, 'time-zone': timeZone = '' }: Given): Pick<WindowRequest, 'cron' | 'timeZone' | 'minutes'> {
  return { cron, timeZone, minutes: Number(minutes) };
}

async function windowMade(parts: Parts, request: WindowRequest): Promise<string> {
  const result = await addWindow(parts, request);
  if ('problems' in result) throw new Error(`silence: ${result.problems.join('; ')}\n${USAGE}`);
  return `nobody is told at ${result.made.cron} (${result.made.timeZone}), for ${result.made.minutes} min each time: ${result.made.id}`;
}

function listed({ silences, maintenance }: Quiet, now: Instant): string {
  const held = silences.map(({ id, match, by, why, until }) => `${id}  until ${iso(until)}  ${JSON.stringify(match)}  ${by}: ${why}`);
  const windows = maintenance.map((window) => {
    const { made, match, why, times } = window;
    const whose = made ? `${made.id}  ${times}` : `restorable.config.ts  ${times}`;
    return `${whose}  ${whenOf(window, now)}  ${JSON.stringify(match)}  ${made ? `${made.by}: ` : ''}${why}`;
  });
  return [
    held.length === 0 ? 'no silence holds' : held.join('\n'),
    ...(windows.length === 0 ? [] : ['maintenance windows:', ...windows]),
  ].join('\n');
}

function whenOf({ activeUntil, nextStart }: MaintenanceWindow, now: Instant): string {
  const [end, next] = [activeUntil(now), nextStart(now)];
  if (end !== null) return `NOW, until ${iso(end)}`;
  return next === null ? 'never again' : `next ${iso(next)}`;
}

silence().then(
  (words) => process.stdout.write(`${words}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'silence: failed'}\n`);
    process.exitCode = 1;
  },
);
