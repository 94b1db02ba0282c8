import { spell } from '../../lib/domain/time.ts';
import type { Chapter, Fault, NotYet } from './fault.ts';
import { type Result, type Verdict, VERDICTS, words } from './verdict.ts';
import type { healthyYears } from './years.ts';

type Healthy = ReturnType<typeof healthyYears>;

export type Score = {
  readonly chapters: readonly Chapter[];
  readonly results: ReadonlyMap<string, Result>;
  readonly notYet: readonly NotYet[];
  readonly healthy: Healthy;
  readonly commit: string;
  readonly seed: number;
};

/** docs/score.md. */
export function tableOf({ chapters, results, notYet, healthy, commit, seed }: Score): string {
  const all = [...results.values()];
  const counts = VERDICTS.map((verdict) => `${all.filter((result) => result.verdict === verdict).length} ${verdict}`).join(', ');
  return [
    '# What we catch',
    '',
    'Made by `npm run score -- --write`; do not edit. A test fails where a verdict gets worse than it stands here.',
    '',
    `Commit ${commit}, seed ${seed}. ${all.length} faults: ${counts}. ${yearsIn(healthy)}`,
    '',
    ...HOW,
    ...chapters.flatMap((chapter) => chapterLines(chapter, results)),
    '## Healthy years',
    '',
    ...healthyLines(healthy),
    '## Not yet judged',
    '',
    '| What happens | Source | Why not |',
    '|---|---|---|',
    ...notYet.map(({ title, source, why }) => row([title, source, why])),
    '',
  ].join('\n');
}

const HOW: readonly string[] = [
  'Each fault is a documented change of what Atlas, the store, a provider or the scheduler does. It is played in a world of its own: the real',
  'line and its real adapters, over HTTP, against emulators under one virtual clock; checks on the hour, dispatches in between; it begins',
  'seven minutes after a check. **Caught**: the right check notified of it at the right severity about the right cluster, a provider accepted it within',
  'the time that the policy allows, nobody was notified of anything else, nor more urgently, nor of the same twice; the incident was open as long as the',
  'fault was, and where that was mended, its end was notified. Where nobody is to be notified, caught means that nobody was. *late*: after that time. *false*:',
  'somebody was notified of something else, more urgently or again. *missed*: the rest.',
  '',
  'Marks: [S] Atlas’s OpenAPI, [D] vendor documentation, [R] recorded responses of Atlas, or read in source,',
  '[X] executed against a stub, [OM] Ops Manager’s documentation, [I] inference, [?] unverified. Sections are those of docs/facts and docs/contract.md.',
  '',
];

function chapterLines({ heading, faults }: Chapter, results: ReadonlyMap<string, Result>): readonly string[] {
  const lines = faults.map((fault) => faultLine(fault, results.get(fault.id)));
  return [
    `## ${heading}`,
    '',
    '| Fault | What happens | Source | Expected notification | Verdict | After |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ];
}

function faultLine(fault: Fault, result: Result | undefined): string {
  const expected =
    fault.expect.length > 4
      ? `${fault.expect.slice(0, 1).map(words).join()} and ${fault.expect.length - 1} alike`
      : fault.expect.map(words).join('; ');
  const verdict = result === undefined ? 'missed' : `${result.verdict}${result.detail === '' ? '' : `: ${result.detail}`}`;
  const after = result === undefined || result.after === null ? '' : spell(result.after);
  return row([`\`${fault.id}\``, fault.title, fault.source, expected === '' ? 'nothing' : expected, verdict, after]);
}

function healthyLines(healthy: Healthy): readonly string[] {
  return [
    `${yearsIn(healthy)} ${healthy.checks} checks of ${healthy.clusters} clusters: every schedule from hourly to weekly, sharded, flex, NVMe, M0, young, paused and`,
    'resumed, growing by 20 % a week, shrinking, almost empty, with on-demand snapshots, snapshots that take up to an hour and come late by up to a',
    'quarter of one, resizes, a move to another region, elections, conversions from flex to dedicated and from a replica set to sharded, previews that',
    'live for two days, Atlas’s own default schedule, edited and replaced schedules, expiries and labels that change, secrets renewed every week,',
    'runs that are missed or doubled, and a maintenance window in a time zone that changes its clocks, in which a snapshot fails.',
    `${healthy.justified} times somebody was notified rightly, and neither more nor less often than is right: the break that each pause leaves in a PITR window,`,
    'and once a year that nobody there tests a restore, and that nobody proves the alert path.',
    '',
    ...healthy.alarms.slice(0, 20).map((alarm) => `- ${alarm}`),
    ...(healthy.alarms.length > 0 ? [''] : []),
  ];
}

function yearsIn({ years, alarms }: Healthy): string {
  return `False alarms in ${years} simulated year${years === 1 ? '' : 's'} of healthy clusters: ${alarms.length}.`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

export type Recorded = {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly falseAlarms: number;
  readonly years: number;
  readonly seed: number;
};

/** What a table says. Throws where it is none. */
export function readTable(text: string): Recorded {
  const verdicts = new Map<string, Verdict>();
  for (const line of text.split('\n')) {
    const [, id, verdict] = /^\| `([\w-]+)` \|.*\| (caught|late|false|missed)(?:: .*)? \| [^|]*\|$/.exec(line) ?? [];
    const known = VERDICTS.find((one) => one === verdict);
    if (id !== undefined && known !== undefined) verdicts.set(id, known);
  }
  const seed = /, seed (\d+)\./.exec(text)?.[1];
  const [, years, falseAlarms] = /in (\d+) simulated years? of healthy clusters: (\d+)\./.exec(text) ?? [];
  if (verdicts.size === 0 || seed === undefined || years === undefined || falseAlarms === undefined)
    throw new Error('docs/score.md is not a table made by `npm run score -- --write`');
  return { verdicts, falseAlarms: Number(falseAlarms), years: Number(years), seed: Number(seed) };
}

/** One sentence for each fault that stands worse than recorded; a new one must be caught. */
export function worsened(recorded: Recorded, results: ReadonlyMap<string, Result>): readonly string[] {
  const rank = (verdict: Verdict): number => VERDICTS.indexOf(verdict);
  const gone = [...recorded.verdicts.keys()].filter((id) => !results.has(id)).map((id) => `${id} is no longer in the catalogue`);
  const worse = [...results.values()].filter(({ id, verdict }) => rank(verdict) > rank(recorded.verdicts.get(id) ?? 'caught'));
  return [
    ...gone,
    ...worse.map(({ id, verdict, detail }) => `${id} was ${recorded.verdicts.get(id) ?? 'not there'}, and is ${verdict}: ${detail}`),
  ];
}
