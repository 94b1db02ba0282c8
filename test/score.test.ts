import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../scripts/score/catalogue/index.ts';
import { NOT_YET } from '../scripts/score/catalogue/not-yet.ts';
import type { Fault } from '../scripts/score/fault.ts';
import { runFault } from '../scripts/score/run-fault.ts';
import { readTable, tableOf, worsened } from '../scripts/score/table.ts';
import type { Result } from '../scripts/score/verdict.ts';
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
    ['an end that is not told is missed', { ...healthyFault, start: backupsOff, expect: [told], mend: () => {} }, 'missed'],
    ['a proof that does not hold is missed', { ...healthyFault, proof: () => 'it does not' }, 'missed'],
  ])('%s', async ([, fault, verdict]) => {
    expect((await runFault(fault)).verdict).toBe(verdict);
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
    expect(readTable(tableWith(verdict))).toEqual({ verdicts: new Map([['pit-off', verdict]]), falseAlarms: 0, seed: 7 });
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
