import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CATALOGUE } from '../scripts/score/catalogue/index.ts';
import { NOT_YET } from '../scripts/score/catalogue/not-yet.ts';
import { committed } from '../scripts/score/commit.ts';
import type { Fault } from '../scripts/score/fault.ts';
import { runFault } from '../scripts/score/run-fault.ts';
import { readTable, tableOf, worsened } from '../scripts/score/table.ts';
import type { Result } from '../scripts/score/verdict.ts';
import { weighed } from '../scripts/score/years.ts';
import { HOUR } from '../lib/domain/time.ts';

const faults = CATALOGUE.flatMap((chapter) => chapter.faults);
const healthy = { years: 1, clusters: 1, checks: 1, alarms: [], rightly: 0 };

describe('the catalogue', () => {
  test('names each fault once, with the mark and the section of its source', () => {
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
    expect([...faults, ...NOT_YET].filter(({ source }) => !/\[(S|D|R|X|I|OM|U|\?)\]/.test(source)).map(({ title }) => title)).toEqual([]);
  });
});

describe('the judge', () => {
  const healthyFault: Fault = { id: 'none', title: 'nothing happens', source: '[I]', start: () => {}, expect: [], lasts: HOUR };
  const backupsOff: Fault['start'] = ({ orders }) => void (orders.backup = false);
  const backupsOn: Fault['start'] = ({ orders }) => void (orders.backup = true);
  const behind: Fault['start'] = ({ atlas, orders }) => atlas.oplogBehind(orders, 0);
  const gap = { check: 'pitr-gap', severity: 'critical', about: 'orders', within: 2 * HOUR } as const;
  /** Off, on for an hour, and off again. */
  const flickering = (expect: Fault['expect']): Fault => ({
    ...healthyFault,
    start: backupsOff,
    later: [
      [HOUR, backupsOn],
      [2 * HOUR, backupsOff],
    ],
    expect,
    lasts: 4 * HOUR,
  });
  const told = { check: 'backup-off', severity: 'critical', about: 'orders', within: HOUR } as const;

  test.for<readonly [string, Fault, Result['verdict']]>([
    ['silence where nothing was to be told is caught', healthyFault, 'caught'],
    ['what is told in time is caught', { ...healthyFault, start: backupsOff, expect: [told] }, 'caught'],
    ['what is told after its time is late', { ...healthyFault, start: backupsOff, expect: [{ ...told, within: 1 }] }, 'late'],
    ['what is told where nothing was to be is false', { ...healthyFault, start: backupsOff }, 'false'],
    ['what nobody tells is missed', { ...healthyFault, expect: [told] }, 'missed'],
    [
      'the right words about another cluster are missed',
      { ...healthyFault, start: backupsOff, expect: [{ ...told, about: 'ledger' }] },
      'missed',
    ],
    ['a milder severity is missed', { ...healthyFault, start: backupsOff, expect: [{ ...told, severity: 'warning' }] }, 'missed'],
    ['another channel is missed', { ...healthyFault, start: backupsOff, expect: [{ ...told, by: 'slack' }] }, 'missed'],
    [
      'a page where only a warning is right is false',
      { ...healthyFault, start: behind, expect: [{ ...gap, severity: 'warning' }], lasts: 3 * HOUR },
      'false',
    ],
    [
      'so it is of a check that may speak besides, but not as loudly',
      { ...healthyFault, start: behind, expect: [], besides: { 'pitr-gap': 'warning' }, lasts: 3 * HOUR },
      'false',
    ],
    [
      'a page that is right when it is told later is caught',
      { ...healthyFault, start: behind, expect: [{ ...gap, severity: 'warning' }, gap], lasts: 3 * HOUR },
      'caught',
    ],
    ['told, ended and told anew is false', flickering([told]), 'false'],
    ['unless it comes in as many episodes', flickering([{ ...told, episodes: 2 }]), 'caught'],
    [
      'an end while the fault goes on is missed, also where the mend comes later',
      { ...healthyFault, start: backupsOff, later: [[HOUR, backupsOn]], expect: [told], lasts: 3 * HOUR, mend: backupsOn },
      'missed',
    ],
    [
      'unless the fault ends by itself',
      { ...healthyFault, start: backupsOff, later: [[HOUR, backupsOn]], expect: [{ ...told, ends: true }], lasts: 3 * HOUR },
      'caught',
    ],
    [
      'and then its end must be seen',
      { ...healthyFault, start: backupsOff, expect: [{ ...told, ends: true }], lasts: 3 * HOUR, mend: backupsOn },
      'missed',
    ],
    ['an end that is not told is missed', { ...healthyFault, start: backupsOff, expect: [told], mend: () => {} }, 'missed'],
    ['a proof that does not hold is missed', { ...healthyFault, proof: () => 'it does not' }, 'missed'],
  ])('%s', async ([, fault, verdict]) => {
    expect((await runFault(fault)).verdict).toBe(verdict);
  });
});

describe('a healthy year', () => {
  const rightly = [
    ...Array.from({ length: 3 }, () => 'T pitr-break of pausing-with-pitr: not restorable'),
    'T restore-test of restore tests: no restore test is planned: nobody knows',
    'T alert-path of the alert path: the alert path was last proven then',
  ];
  const [aBreak = '', ...others] = rightly;

  test('that brings what is right as often as is right is without false alarm', () =>
    expect(weighed(rightly)).toEqual({ alarms: [], rightly: 5 }));

  test.for([
    ['a break too many', [...rightly, aBreak], [aBreak]],
    ['a break too few', others, ['not told 1 time(s): pitr-break of pausing-with-pitr: ']],
    ['the alert path twice', [...rightly, ...rightly.slice(-1)], rightly.slice(-1)],
    [
      'a failed proof, which nobody there can have',
      [...rightly, 'T alert-path of the alert path: it failed'],
      ['T alert-path of the alert path: it failed'],
    ],
    ['a drill', [...rightly, 'T drill of drills: overdue'], ['T drill of drills: overdue']],
  ] as const)('with %s has one', ([, told, alarms]) => expect(weighed(told).alarms).toEqual(alarms));
});

describe('the commit in the table', () => {
  const git = (root: string, ...words: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=Dana', '-c', 'user.email=dana@example.com', '-c', 'commit.gpgsign=false', ...words], {
      cwd: root,
      stdio: 'pipe',
    });

  /** A repository with one commit of something that is played and something that is not. */
  function repository(): string {
    const root = mkdtempSync(join(tmpdir(), 'score-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, 'lib'));
    writeFileSync(join(root, 'lib/run.ts'), 'one');
    writeFileSync(join(root, 'README.md'), 'one');
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'One');
    return root;
  }

  test('is the one that is checked out, also where only papers differ from it', () => {
    const root = repository();
    writeFileSync(join(root, 'README.md'), 'two');
    expect(committed(root)).toMatch(/^[0-9a-f]{7,}$/);
  });

  test.for(['lib/run.ts', 'lib/new.ts'])('is refused where %s differs from it', (path) => {
    const root = repository();
    writeFileSync(join(root, path), 'two');
    expect(() => committed(root)).toThrow(path);
  });

  test('is refused where there is none', () => {
    const root = mkdtempSync(join(tmpdir(), 'score-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    expect(() => committed(root)).toThrow('`git status` failed');
  });
});

describe('the table', () => {
  const fault: Fault = { id: 'pit-off', title: 'a | b', source: '[D]', start: () => {}, expect: [], lasts: HOUR };
  const chapters = [{ heading: 'One', faults: [fault] }];
  const resultOf = (verdict: Result['verdict']): ReadonlyMap<string, Result> =>
    new Map([['pit-off', { id: 'pit-off', verdict, after: HOUR, detail: verdict === 'caught' ? '' : 'why | not' }]]);
  const tableWith = (verdict: Result['verdict']): string =>
    tableOf({ chapters, results: resultOf(verdict), notYet: NOT_YET, healthy, commit: 'abc', seed: 7 });

  test.for(['caught', 'late', 'false', 'missed'] as const)('is read as it was written: %s', (verdict) => {
    expect(readTable(tableWith(verdict))).toEqual({ verdicts: new Map([['pit-off', verdict]]), falseAlarms: 0, years: 1, seed: 7 });
  });

  test.for([
    ['caught', 'late', 1],
    ['late', 'late', 0],
    ['missed', 'caught', 0],
    ['late', 'missed', 1],
  ] as const)('%s before and %s now are %d that stand worse', ([before, now, count]) => {
    expect(worsened(readTable(tableWith(before)), resultOf(now))).toHaveLength(count);
  });

  test('a fault that is new must be caught, and one that is gone is missed', () => {
    const recorded = readTable(tableWith('caught'));
    const other: Result = { id: 'other', verdict: 'late', after: null, detail: '' };
    expect(worsened(recorded, new Map([['other', other]]))).toEqual([
      'pit-off is no longer in the catalogue',
      'other was not there, and is late: ',
    ]);
  });

  test('anything else is refused', () => {
    expect(() => readTable('# something')).toThrow('docs/score.md is not a table');
  });
});
