import type { Silence, StoredWindow } from '../../lib/domain/incidents/head.ts';
import { clean, plural } from '../../lib/domain/text.ts';
import { type Duration, iso, short, withShortTimes } from '../../lib/domain/time.ts';
import { addSilence, addWindow, coveredIncidents, endSilence } from '../../lib/people/silences.ts';
import { isUnseen } from '../../lib/people/unknown-names.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { readStatus } from '../../lib/wire/recorded-state.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { type AskedSilence, matchOf } from './wrong-silence.ts';
import type { Answer } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

type Asked = AskedSilence & {
  readonly by?: string | undefined;
  readonly end?: string | undefined;
  readonly for?: Duration | undefined;
  readonly list?: true | undefined;
};

/** `restorewatch silence`: without --for, --list and --end it is about a maintenance window. Throws an Error with words for people. */
export async function silence(asked: Asked): Promise<Answer> {
  if (asked.list) return listed();
  const ports = await openPorts();
  const by = userNamed(asked.by);
  if (asked.end !== undefined) {
    if (!(await endSilence(ports, asked.end, by))) throw new Error(`there is none with the id ${asked.end}; --list shows those there are`);
    return { data: { ended: asked.end }, text: 'ended; what it hid and still fails is told by the next run' };
  }
  const request = { match: matchOf(asked), by, why: asked.why ?? '' };
  if (asked.for === undefined) {
    const { cron = '', timeZone = '', minutes = Number.NaN } = asked;
    const made = madeOf(await addWindow(ports, { ...request, cron, timeZone, minutes }));
    const what = `nobody is told of ${named(made.match)} at ${made.cron} (${made.timeZone}), for ${made.minutes} min each time`;
    return { data: { made }, text: [`${what}: ${made.id}`, ...(await notes(ports, made))].join('\n') };
  }
  const now = ports.now();
  const made = madeOf(await addSilence(ports, { ...request, from: now, until: now + asked.for }));
  const data = { made: { ...made, from: iso(made.from), until: iso(made.until) } };
  const { head } = await ports.store.readHead();
  const covered = head === null ? [] : coveredIncidents(head, made, now);
  const first = `silenced until ${short(made.until, now)}: ${made.id}`;
  const about = `${named(made.match)}; ${plural(covered.length, 'open incident falls', 'open incidents fall')} under it`;
  return { data: { ...data, covers: covered.map(({ id }) => id) }, text: [first, about, ...(await notes(ports, made))].join('\n') };
}

/** Throws an Error that names the problems. */
function madeOf<T>(result: { readonly made: T } | { readonly problems: readonly string[] }): T {
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result.made;
}

type Made = Pick<Silence | StoredWindow, 'id' | 'match'>;

/** How to end it, and whether what it names was compared with anything. */
async function notes(ports: Ports, { id, match }: Made): Promise<readonly string[]> {
  const names = [match.cluster, match.project].filter((name) => name !== undefined);
  const { head } = await ports.store.readHead();
  const unseen = names.length > 0 && head !== null && (await isUnseen(ports.store, head));
  const note = `no check has run yet, so nobody knows whether ${clean(names.join(' in '))} exists`;
  return [...(unseen ? [note] : []), `to end it: restorewatch silence --end ${id}`];
}

/** What it is about: "cluster orders, check rpo". */
function named(match: Made['match']): string {
  return clean(
    Object.entries(match)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );
}

/** What holds now, as the page lists it. */
async function listed(): Promise<Answer> {
  const { silences, maintenance, generatedAt } = await readStatus({ limit: 1, cursor: null });
  const held = silences.map(({ id, match, by, why, until }) => `${id}  until ${until}  ${named(match)}  ${by}: ${why}`);
  const windows = maintenance.map(({ id, match, by, why, times, activeUntil, nextStart }) => {
    const when = activeUntil === null ? (nextStart === null ? 'never again' : `next ${nextStart}`) : `NOW, until ${activeUntil}`;
    return `${id ?? 'restorewatch.config.ts'}  ${times}  ${when}  ${named(match)}  ${by === null ? '' : `${by}: `}${why}`;
  });
  const lines = [
    ...(held.length === 0 ? ['no silence holds'] : held),
    ...(windows.length === 0 ? [] : ['maintenance windows:', ...windows]),
  ];
  const text = lines.map((line) => withShortTimes(shown(line), Date.parse(generatedAt))).join('\n');
  return { data: { silences, maintenance }, text };
}

/** One line of plain text; the two blanks between columns stay. */
function shown(line: string): string {
  return line
    .split('  ')
    .map((cell) => clean(cell))
    .join('  ');
}
