import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, cut, fit } from '../../lib/alerts/plain.ts';

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

  test('whatever comes in, a URL can be made of it', () => {
    const unit = fc.integer({ min: 0, max: 0xff_ff }).map((code) => String.fromCharCode(code));
    fc.assert(fc.property(fc.string({ unit }), (text) => encodeURIComponent(clean(text)) !== ''.padEnd(1)));
  });
});

describe('cut', () => {
  test.for([
    ['short', 10, 'short'],
    ['exactly10!', 10, 'exactly10!'],
    ['more than ten', 10, 'more than…'],
    ['12345678🙂0', 10, '12345678…'],
  ] as const)('%j within %i is %j', ([text, most, expected]) => expect(cut(text, most)).toBe(expected));
});

describe('fit', () => {
  test('shows what has room and counts the rest', () =>
    expect(fit(['aaa', 'bbb', 'ccc'], 8, 10)).toEqual({ shown: ['aaa', 'bbb'], more: 1 }));
  test('cuts a long line instead of dropping it', () => expect(fit(['aaaaaaaa'], 8, 4)).toEqual({ shown: ['aaa…'], more: 0 }));
});
