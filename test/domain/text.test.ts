import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, cleanAll, cleanLines, cut, cutInMiddle, fit, oneLine, withTexts } from '../../lib/domain/text.ts';

describe('clean', () => {
  test.for([
    ['orders', 'orders'],
    ['a\r\nBcc: b', 'a Bcc: b'],
    ['  two\t\tspaces  ', 'two spaces'],
    ['abc\u202Egnp.exe', 'abcgnp.exe'],
    ['zero\u200Bwidth\uFEFF', 'zerowidth'],
    ['line\u2028separator', 'line separator'],
    ['half \uD800 pair', 'half \uFFFD pair'],
    ['Größe 日本 🙂', 'Größe 日本 🙂'],
  ])('%j becomes %j', ([given = '', expected]) => expect(clean(given)).toBe(expected));

  test('makes text of any input that can be encoded in a URL', () => {
    const unit = fc.integer({ min: 0, max: 0xff_ff }).map((code) => String.fromCharCode(code));
    fc.assert(fc.property(fc.string({ unit }), (text) => encodeURIComponent(clean(text)) !== ''.padEnd(1)));
  });
});

test('a line that is set in columns keeps its spaces', () => expect(oneLine('  a\u001B[2J  b\nc\u202E')).toBe('  a [2J  b c'));

test.for([
  ['one\ntwo\r\nthree', 'one\ntwo\r\nthree'],
  ['one\rtwo\u001B[2J\n\u202Ethree', 'one two [2J\nthree'],
])('of several lines %j the ends stay: %j', ([given = '', expected]) => expect(cleanLines(given)).toBe(expected));

test('a value keeps its shape, and each text and name in it becomes safe', () => {
  const value = { 'a\n': ['b\u202E', 1, null, true, { c: '  as it was  ' }], at: new Date(0) };
  expect(cleanAll(value)).toEqual({ a: ['b', 1, null, true, { c: '  as it was  ' }], at: new Date(0) });
  expect(withTexts({ a: ['b'] }, (text) => text.toUpperCase())).toEqual({ A: ['B'] });
});

test.for([
  ['short', 10, 'short'],
  ['exactly10!', 10, 'exactly10!'],
  ['customer-data-eu-1', 11, 'custo…-eu-1'],
  ['abc🙂🙂🙂🙂xyz', 8, 'abc…xyz'],
] as const)('%j within %i, cut in the middle, is %j', ([text, most, expected]) => expect(cutInMiddle(text, most)).toBe(expected));

describe('cut', () => {
  test.for([
    ['short', 10, 'short'],
    ['exactly10!', 10, 'exactly10!'],
    ['more than ten', 10, 'more than…'],
    ['12345678🙂0', 10, '12345678…'],
  ] as const)('%j within %i is %j', ([text, most, expected]) => expect(cut(text, most)).toBe(expected));
});

describe('fit', () => {
  test('shows the lines that have room and counts the rest', () =>
    expect(fit(['aaa', 'bbb', 'ccc'], 8, 10)).toEqual({ shown: ['aaa', 'bbb'], more: 1 }));
  test('cuts a long line instead of dropping it', () => expect(fit(['aaaaaaaa'], 8, 4)).toEqual({ shown: ['aaa…'], more: 0 }));
});
