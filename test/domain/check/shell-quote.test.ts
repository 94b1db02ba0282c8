import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flag, operand, shellQuote } from '../../../lib/domain/check/shell-quote.ts';

/** What a shell makes of these words. */
function shellReads(words: readonly string[]): readonly string[] {
  const said = execFileSync('bash', ['-c', `printf '%s\\0' ${words.join(' ')}`], { encoding: 'utf8' });
  return said.split('\0').slice(0, -1);
}

describe('a quoted word', () => {
  test.for([
    ['orders', 'orders'],
    ['', "''"],
    ['two words', "'two words'"],
    ['$(rm -rf /)', "'$(rm -rf /)'"],
    ['`id`', "'`id`'"],
    ["it's", String.raw`'it'\''s'`],
    ['a;b|c&d', "'a;b|c&d'"],
    ['=ls', "'=ls'"],
    ['~root', "'~root'"],
    ['Köln', "'Köln'"],
    ['a\nb', String.raw`$'a\012b'`],
    ["it's\n", String.raw`$'it\'s\012'`],
    ['a\u202Eb', String.raw`$'a\342\200\256b'`],
    ['nul\0nul', 'nulnul'],
  ])('%j is written %s', ([given, expected]) => {
    expect(shellQuote(given ?? '')).toBe(expected);
  });

  test('is read by a shell as one word with exactly the text, whatever the text is', () => {
    const awkward = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...Array.from('\'"`$\\;&|<>(){}[]*?!#~=-\n\r\t \u202E\u200B%^')) }),
    );
    const texts = fc.sample(awkward, { numRuns: 500, seed: 5 }).map((text) => text.toWellFormed().replaceAll('\0', ''));
    expect(shellReads(texts.map((text) => shellQuote(text)))).toEqual(texts);
  });

  test('never holds an invisible character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(shellQuote(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { seed: 5 },
    );
  });
});

test('a value that looks like an option is joined to its flag by "="', () => {
  expect(flag('cluster', '-rf')).toBe('--cluster=-rf');
  expect(flag('cluster', 'orders')).toBe('--cluster orders');
});

test('an operand that looks like an option follows "--"', () => {
  expect(operand('--force')).toBe('-- --force');
  expect(operand('orders')).toBe('orders');
});
