import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CATALOGUE } from './catalogue/index.ts';
import { NOT_YET } from './catalogue/not-yet.ts';
import { committed } from './commit.ts';
import type { Fault } from './fault.ts';
import { runFault } from './run-fault.ts';
import { readTable, tableOf, worsened } from './table.ts';
import type { Result } from './verdict.ts';
import { countFalseAlarms } from './years.ts';
import { HOUR } from '../../lib/domain/time.ts';

const faults = CATALOGUE.flatMap((chapter) => chapter.faults);
const healthy = { years: 1, clusters: 1, checks: 1, alarms: [], justified: 0 };

describe('the catalogue', () => {
  test('names each fault once, with the mark and the section of its source', () => {
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
    expect([...faults, ...NOT_YET].filter(({ source }) => !/\[(S|D|R|X|I|OM|U|\?)\]/.test(source)).map(({ title }) => title)).toEqual([]);
  });
});

describe('the verdict on a fault:', () => {
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
  const expected = { check: 'backup-off', severity: 'critical', about: 'orders', within: HOUR } as const;

  test.for<readonly [string, Fault, Result['verdict']]>([
    ['no notification where none is expected is caught', healthyFault, 'caught'],
    ['a notification in time is caught', { ...healthyFault, start: backupsOff, expect: [expected] }, 'caught'],
    ['a notification after its time is late', { ...healthyFault, start: backupsOff, expect: [{ ...expected, within: 1 }] }, 'late'],
    ['a notification where none is expected is false', { ...healthyFault, start: backupsOff }, 'false'],
    ['an expected notification that never comes is missed', { ...healthyFault, expect: [expected] }, 'missed'],
    [
      'the expected notification about another cluster is missed',
      { ...healthyFault, start: backupsOff, expect: [{ ...expected, about: 'ledger' }] },
      'missed',
    ],
    [
      'a notification of a lower severity is missed',
      { ...healthyFault, start: backupsOff, expect: [{ ...expected, severity: 'warning' }] },
      'missed',
    ],
    [
      'a notification on another channel is missed',
      { ...healthyFault, start: backupsOff, expect: [{ ...expected, by: 'slack' }] },
      'missed',
    ],
    [
      'a page where only a warning is expected is false',
      { ...healthyFault, start: behind, expect: [{ ...gap, severity: 'warning' }], lasts: 3 * HOUR },
      'false',
    ],
    [
      'a page of a second check that may only warn is false',
      { ...healthyFault, start: behind, expect: [], besides: { 'pitr-gap': 'warning' }, lasts: 3 * HOUR },
      'false',
    ],
    [
      'a page that is expected after a warning is caught',
      { ...healthyFault, start: behind, expect: [{ ...gap, severity: 'warning' }, gap], lasts: 3 * HOUR },
      'caught',
    ],
    ['an incident that ends and opens again is false', flickering([expected]), 'false'],
    [
      'an incident that ends and opens again is caught where two episodes are expected',
      flickering([{ ...expected, episodes: 2 }]),
      'caught',
    ],
    [
      'a resolve while the fault goes on is missed, also where the mend comes later',
      { ...healthyFault, start: backupsOff, later: [[HOUR, backupsOn]], expect: [expected], lasts: 3 * HOUR, mend: backupsOn },
      'missed',
    ],
    [
      'a resolve is caught where the fault ends by itself',
      { ...healthyFault, start: backupsOff, later: [[HOUR, backupsOn]], expect: [{ ...expected, ends: true }], lasts: 3 * HOUR },
      'caught',
    ],
    [
      'a fault that ends by itself without a resolve is missed',
      { ...healthyFault, start: backupsOff, expect: [{ ...expected, ends: true }], lasts: 3 * HOUR, mend: backupsOn },
      'missed',
    ],
    ['a mend without a resolve is missed', { ...healthyFault, start: backupsOff, expect: [expected], mend: () => {} }, 'missed'],
    ['a proof that does not hold is missed', { ...healthyFault, proof: () => 'it does not' }, 'missed'],
  ])('%s', async ([, fault, verdict]) => {
    expect((await runFault(fault)).verdict).toBe(verdict);
  });
});

describe('a healthy year', () => {
  const justified = [
    ...Array.from({ length: 3 }, () => 'T pitr-break of pausing-with-pitr: not restorable'),
    'T set-up of the set-up: never set up: contacts, restore tests, DR drills',
    'T alert-path of the alert path: the alert path was last proven then',
  ];
  const [aBreak = '', ...others] = justified;

  test('with each expected notification as often as expected has no false alarm', () =>
    expect(countFalseAlarms(justified)).toEqual({ alarms: [], justified: 5 }));

  test.for([
    ['a break too many', [...justified, aBreak], [aBreak]],
    ['a break too few', others, ['not notified 1 time(s): pitr-break of pausing-with-pitr: ']],
    ['the alert path twice', [...justified, ...justified.slice(-1)], justified.slice(-1)],
    [
      'a failed proof, which nobody there can have',
      [...justified, 'T alert-path of the alert path: it failed'],
      ['T alert-path of the alert path: it failed'],
    ],
    ['a drill', [...justified, 'T drill of drills: overdue'], ['T drill of drills: overdue']],
  ] as const)('with %s has a false alarm', ([, expected, alarms]) => expect(countFalseAlarms(expected).alarms).toEqual(alarms));
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
    mkdirSync(join(root, 'lib/run'), { recursive: true });
    writeFileSync(join(root, 'lib/run/check.ts'), 'one');
    writeFileSync(join(root, 'README.md'), 'one');
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'One');
    return root;
  }

  test('is the one that is checked out, also where only documents differ from it', () => {
    const root = repository();
    writeFileSync(join(root, 'README.md'), 'two');
    expect(committed(root)).toMatch(/^[0-9a-f]{7,}$/);
  });

  test.for(['lib/run/check.ts', 'lib/new.ts'])('is refused where %s differs from it', (path) => {
    const root = repository();
    writeFileSync(join(root, path), 'two');
    expect(() => committed(root)).toThrow(path);
  });

  test('is refused where there is no repository', () => {
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
  ] as const)('counts a fault that was %s before and is %s now as %d worse', ([before, now, count]) => {
    expect(worsened(readTable(tableWith(before)), resultOf(now))).toHaveLength(count);
  });

  test('counts a new fault that is not caught, and a fault that is gone, as worse', () => {
    const recorded = readTable(tableWith('caught'));
    const other: Result = { id: 'other', verdict: 'late', after: null, detail: '' };
    expect(worsened(recorded, new Map([['other', other]]))).toEqual([
      'pit-off is no longer in the catalogue',
      'other was not there, and is late: ',
    ]);
  });

  test('is refused where it has another format', () => {
    expect(() => readTable('# something')).toThrow('docs/score.md is not a table');
  });
});
