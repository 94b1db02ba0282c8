import { describe, expect, test } from 'vitest';
import { unknown } from '../../lib/domain/facts/fact.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { cluster, factsOf, NOW, project, inWords, UNREAD, watcher } from '../support/facts.ts';
import { stage } from '../support/ports.ts';

const PROJECTS = 10;
const CLUSTERS = 3;

type Blind = (project: number, cluster: number) => boolean;

/** Clusters whose snapshots cannot be read, or whole projects that cannot be listed. */
function fleet(at: Instant, blind: Blind, { complete = true, whole = false } = {}): Facts {
  const projects = Array.from({ length: PROJECTS }, (_, p) => {
    const clusters = Array.from({ length: CLUSTERS }, (__, c) =>
      cluster(at, { id: `c${p}-${c}`, name: `c${p}-${c}`, ...(blind(p, c) && { snapshots: UNREAD, schedule: UNREAD }) }),
    );
    const isWhole = whole && clusters.every((_one, c) => blind(p, c));
    return project(clusters, at, { id: `p${p}`, name: `p${p}`, ...(isWhole && { dedicated: UNREAD, flex: UNREAD, events: UNREAD }) });
  });
  return factsOf(projects, at, { complete });
}

const all: Blind = () => true;
const none: Blind = () => false;
const half: Blind = (p) => p >= 5;
const oneInEach: Blind = (_, c) => c === 0;
const two: Blind = (p) => p < 2;
const unlisted = (at: Instant): Facts => ({ startedAt: at, complete: true, projects: unknown('503: Atlas is down') });

type Read = (at: Instant) => Facts;
const see =
  (blind: Blind, how = {}): Read =>
  (at) =>
    fleet(at, blind, how);

/** What the check says, run by run, an hour apart unless told; only what changed. */
function course(steps: readonly (readonly [runs: number, read: Read, apart?: number])[]): readonly string[] {
  const monitor = watcher();
  let at = NOW;
  const lines: string[] = [];
  for (const [runs, read, apart = HOUR] of steps)
    for (let run = 0; run < runs; run += 1) {
      const found = monitor.read(read(at)).judgement.findings.filter((one) => one.check === 'visibility' && one.verdict !== 'ok');
      const groups = Object.groupBy(found, (one) => `${wide(one.resource)} ${inWords(one)}`);
      const line = Object.entries(groups).map(([group, of]) => `${of?.length}×${group}`);
      if (lines.at(-1) !== line.join(', ')) lines.push(line.join(', '));
      at += apart;
    }
  return lines;
}

function wide({ clusterId, projectId }: { readonly clusterId: string | null; readonly projectId: string | null }): string {
  return clusterId === null ? (projectId === null ? 'organisation' : 'project') : 'cluster';
}

const A_DAY: readonly string[] = ['1×organisation unknown', '1×organisation failing warning', '1×organisation failing critical'];

describe('an organisation that was blind for a day and comes back in parts', () => {
  test.for<[string, Read, Read]>([
    ['half of the projects first', see(all), see(half)],
    ['half of the projects first, after none could be listed', unlisted, see(half)],
    ['half of the projects first, where whole projects could not be read', see(all, { whole: true }), see(half, { whole: true })],
    ['a part of each project first', see(all), see(oneInEach)],
    ['half of the projects, by a run that was cut off', see(all), see(half, { complete: false })],
  ])('is one incident until the last is back: %s', ([, down, partly]) => {
    expect(
      course([
        [1, see(none)],
        [26, down],
        [2, partly],
        [2, see(none)],
      ]),
    ).toEqual(['', ...A_DAY, '1×organisation unknown', '']);
  });

  test('says how many are still blind, and why', () => {
    const monitor = watcher();
    for (let hour = 0; hour < 26; hour += 1) monitor.read(fleet(NOW + hour * HOUR, all));
    const finding = monitor.read(fleet(NOW + 26 * HOUR, half)).finding('visibility', null);
    expect(finding?.summary).toBe('can be read again in part; 5 of 10 projects still blind: 403: not on the API access list');
  });

  test('hands over after two hours to the two that stay blind, as warnings whose day begins then', () =>
    expect(
      course([
        [26, see(all)],
        [3, see(two)],
        [23, see(two)],
        [1, see(two)],
        [1, see(two)],
      ]),
    ).toEqual([...A_DAY, '1×organisation unknown', '2×project failing warning', '2×project failing critical']));

  test.for<[string, number, string]>([
    ['1 ms before two hours', 2 * HOUR - 1, '1×organisation unknown'],
    ['at two hours', 2 * HOUR, '2×project failing warning'],
  ])('and not before: %s', ([, apart, expected]) =>
    expect(
      course([
        [26, see(all)],
        [2, see(two), apart],
      ]).at(-1),
    ).toBe(expected),
  );

  test('hands nothing over in a run that was cut off, however long the blindness lasts', () =>
    expect(
      course([
        [26, see(all)],
        [1, see(two)],
        [30, see(two, { complete: false })],
      ]),
    ).toEqual([...A_DAY, '1×organisation unknown']));

  test('is critical exactly 24 h after the hand-over, one millisecond earlier it is not', () => {
    const steps = [
      [26, see(all)],
      [2, see(two), 2 * HOUR],
    ] as const;
    const handedOver = NOW + 28 * HOUR;
    const last = (after: number): string => {
      const monitor = watcher();
      let at = NOW;
      for (const [runs, read, apart = HOUR] of [...steps] as readonly (readonly [number, Read, number?])[])
        for (let run = 0; run < runs; run += 1) {
          monitor.read(read(at));
          at += apart;
        }
      const { judgement } = monitor.read(see(two)(handedOver + after));
      return inWords(judgement.findings.find((one) => one.check === 'visibility' && one.resource.projectId === 'p0'));
    };
    expect([last(24 * HOUR - 1), last(24 * HOUR)]).toEqual(['failing warning', 'failing critical']);
  });

  test('begins the two hours anew if all was blind again meanwhile', () =>
    expect(
      course([
        [26, see(all)],
        [2, see(two)],
        [5, see(all)],
        [2, see(two)],
      ]),
    ).toEqual([...A_DAY, '1×organisation unknown', '1×organisation failing warning', '1×organisation unknown']));

  test('keeps the own clock of a project that had an incident of its own before', () => {
    const first: Blind = (p) => p === 0;
    const last = course([
      [3, see(first)],
      [26, see(all)],
      [3, see(first)],
    ]).at(-1);
    expect(last).toBe('1×project failing critical');
  });

  test('does not date the next blindness, after all was well, by the old clock', () =>
    expect(
      course([
        [26, see(all)],
        [2, see(half)],
        [2, see(none)],
        [1, see(two)],
        [1, see(two)],
      ]),
    ).toEqual([...A_DAY, '1×organisation unknown', '', '2×project unknown', '2×project failing warning']));
});

test('a project that was blind comes back in parts likewise', () => {
  const whole: Blind = (p) => p === 0;
  const part: Blind = (p, c) => p === 0 && c === 1;
  expect(
    course([
      [26, see(whole)],
      [2, see(part)],
      [1, see(part)],
      [24, see(part)],
    ]),
  ).toEqual([
    '1×project unknown',
    '1×project failing warning',
    '1×project failing critical',
    '1×project unknown',
    '1×cluster failing warning',
    '1×cluster failing critical',
  ]);
});

test.for<[string, Read, Read]>([
  ['listed in halves', see(all), see(half)],
  ['by a run that was cut off', see(all), see(half, { complete: false })],
  ['not listed at all before', unlisted, see(half)],
])('Atlas down for a day makes one incident, its end one resolve: %s', async ([, down, partly]) => {
  const made = stage();
  const run = async (times: number, read: Read): Promise<void> => {
    made.collect = (_, now) => read(now);
    for (let turn = 0; turn < times; turn += 1) {
      await check(made.ports);
      made.now += 59 * MINUTE + 59_000;
    }
  };
  await run(3, see(none));
  await run(26, down);
  await run(2, partly);
  await run(1, see(none));
  const ours = made.channels.pagerduty.notifications.filter(({ incidents }) => incidents.some((one) => one.check === 'visibility'));
  const pages = ours.map(({ kind, incidents }) => `${kind} ${incidents.map((one) => one.resource.name).join(', ')}`);
  expect(pages).toEqual(['trigger the Atlas organisation', 'resolve the Atlas organisation']);
  const { head } = await made.store.readHead();
  expect(head?.incidents.map(({ resource, state }) => `${resource.name}: ${state}`)).toEqual(['the Atlas organisation: resolved']);
});

describe('one run in which more is blind than usual', () => {
  const first: Blind = (p) => p === 0;
  const severityOf = (at: Instant, usual: Read, worse: Read, about: 'project' | 'cluster'): readonly string[] => {
    const monitor = watcher();
    const seen: string[] = [];
    for (let hour = 0; hour <= 26; hour += 1) {
      const read = hour > 0 && hour % 10 === 0 ? worse : usual;
      const { findings } = monitor.read(read(at + hour * HOUR)).judgement;
      const own = findings.filter((one) => one.check === 'visibility' && wide(one.resource) === about).map((one) => inWords(one));
      if (hour % 10 !== 0 && seen.at(-1) !== own.join()) seen.push(own.join());
    }
    return seen;
  };
  const oneCluster: Blind = (p, c) => p === 0 && c === 0;
  const unread: Read = (at) => {
    const { projects, ...rest } = fleet(at, oneCluster);
    if (!projects.known) throw new Error('the fleet is listed');
    return { ...rest, projects: { ...projects, value: projects.value.map((one) => ({ ...one, events: UNREAD })) } };
  };

  test.for<[string, Read, Read, 'project' | 'cluster']>([
    ['the listing of projects fails', see(first), unlisted, 'project'],
    ['every project is blind', see(first), see(all), 'project'],
    ['the events of its project cannot be read', see(oneCluster), unread, 'cluster'],
  ])('does not restart the 24 h of an incident that was open before: %s', ([, usual, worse, about]) => {
    expect(severityOf(NOW, usual, worse, about).at(-1)).toContain('failing critical');
  });

  test('is not yet blindness of the whole, however long one part has been blind', () =>
    expect(
      course([
        [30, see(first)],
        [1, see(all)],
      ]).at(-1),
    ).toBe('1×organisation unknown, 1×project failing warning (visibility)'));
});
