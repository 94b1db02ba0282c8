import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { cut, pack, unpack } from '../../lib/record/pack.ts';
import { StoreError } from '../../lib/record/store.ts';

test.for([[null], [0], [''], [{ a: [1, 'naïve “Übung” 日本', null], b: {} }], ['x'.repeat(100_000)]])(
  '%j comes back as it was',
  ([value]) => {
    expect(unpack(pack(value))).toEqual(value);
  },
);

test('a packed value is ASCII, small, the same each time, and never valid base64', () => {
  const value = { rows: Array.from({ length: 1_000 }, () => 'the same “row”') };
  expect(pack(value)).toMatch(/^gz:[A-Za-z0-9+/=]{20,400}$/);
  expect(pack(value)).toBe(pack(value));
});

const sound = pack({ clusters: ['one', 'two', 'three'], at: 17 });
test.for([
  ['is empty', ''],
  ['is not ours', '{"a":1}'],
  ['lost its prefix', sound.slice(3)],
  ['was cut', sound.slice(0, -12)],
  ['was changed', `${sound.slice(0, 30)}AAAA${sound.slice(34)}`],
  ['is gzip of something else', `gz:${gzipSync('{"a":').toString('base64')}`],
] as const)('a text that %s is a store error', ([, text]) => {
  expect(() => unpack(text)).toThrow(StoreError);
});

test.for([
  ['', ['']],
  ['ab', ['ab']],
  ['abc', ['abc']],
  ['abcd', ['abc', 'd']],
  ['abcdefg', ['abc', 'def', 'g']],
] as const)('%j is cut into %j', ([text, pieces]) => {
  expect(cut(text, 3)).toEqual(pieces);
});
