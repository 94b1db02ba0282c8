import { expect, test } from 'vitest';
import { NAMES_MOST, table } from '../../../scripts/terminal/table.ts';

test('a table has columns as wide as their widest cell, and no blanks at the end of a line', () =>
  expect(
    table(
      ['what', 'where', 'why'],
      [
        ['orders', 'a', ''],
        ['x', 'shop', 'late'],
      ],
    ),
  ).toEqual(['what    where  why', 'orders  a', 'x       shop   late']));

test('a long name is shortened in the middle where that is asked for, and does not push the columns of the others away; the last column is whole', () => {
  const [head, long, short] = table(
    ['CLUSTER', 'WHY'],
    [
      [`customer-${'x'.repeat(80)}-eu-1`, 'y'.repeat(90)],
      ['orders', 'old'],
    ],
    NAMES_MOST,
  );
  expect(long).toBe(`customer-${'x'.repeat(11)}…${'x'.repeat(14)}-eu-1  ${'y'.repeat(90)}`);
  expect([head?.indexOf('WHY'), short?.indexOf('old')]).toEqual([42, 42]);
});

test('evidence is whole, however long it is', () =>
  expect(table(['expected', 'found'], [['e'.repeat(90), 'nothing']]).at(-1)).toBe(`${'e'.repeat(90)}  nothing`));

test('a cell with a line end, a mark that moves the cursor or one that reads backwards stays one cell of one row', () =>
  expect(table(['what', 'why'], [['or\nde\u001B[2Jrs\u202E', 'late']])).toEqual(['what         why', 'or de [2Jrs  late']));
