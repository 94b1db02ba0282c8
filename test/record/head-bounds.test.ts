import { describe, expect, test } from 'vitest';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import { ActRefused, grown, HEAD_MOST, lengthProblems, sizeProblems, unlessRefused } from '../../lib/record/head-bounds.ts';
import { encodeHead } from '../../lib/record/stored-head.ts';
import { muchEvidence, NOW } from './samples.ts';

describe('the stored head after an act of a person', () => {
  test.for([
    ['at the limit', 1_000, HEAD_MOST, true],
    ['one byte over it', 1_000, HEAD_MOST + 1, false],
    ['over it, but smaller than before', HEAD_MOST + 2, HEAD_MOST + 1, true],
    ['over it, as large as before', HEAD_MOST + 1, HEAD_MOST + 1, true],
    ['over it, one byte larger than before', HEAD_MOST + 1, HEAD_MOST + 2, false],
  ] as const)('%s', ([, before, after, fine]) => {
    expect(sizeProblems(before, after)).toHaveLength(fine ? 0 : 1);
  });

  test('that would be too large is refused with both sizes and what to do', () =>
    expect(sizeProblems(1_000, HEAD_MOST + 1)).toEqual([
      expect.stringMatching(/^the stored state would grow to 2,000,001 bytes, and people may let it grow to 2,000,000: end silences/),
    ]));

  test('is measured as it is stored, and refused by a thrown ActRefused', () => {
    const small = emptyHead(NOW);
    // 1.7 kB each that no packing makes smaller.
    const large: Head = { ...small, webhooksSeen: muchEvidence(1_200).map(({ found }) => found) };
    expect(encodeHead(large).length).toBeGreaterThan(HEAD_MOST);
    expect(() => grown(small, large)).toThrow(ActRefused);
    expect(grown(large, small)).toBe(small);
    expect(grown(large, large)).toBe(large);
  });

  test('is refused for the given problems first', () =>
    expect(() => grown(emptyHead(NOW), emptyHead(NOW), ['too many'])).toThrow('too many'));
});

test('an act that is refused becomes its problems; any other error stays one', async () => {
  expect(await unlessRefused(async () => 'done')).toBe('done');
  expect(await unlessRefused(() => Promise.reject(new ActRefused(['a', 'b'])))).toEqual({ problems: ['a', 'b'] });
  await expect(unlessRefused(() => Promise.reject(new Error('else')))).rejects.toThrow('else');
});

describe('the length of a text', () => {
  test.for([
    ['at its limit', 'x'.repeat(300), []],
    ['at its limit between blanks', ` ${'x'.repeat(300)} `, []],
    ['one character over it', 'x'.repeat(301), ['why: at most 300 characters; this has 301']],
    ['of 500 kB', 'x'.repeat(500_000), ['why: at most 300 characters; this has 500,000']],
    ['that is not there', undefined, []],
  ] as const)('%s has these problems: $2', ([, why, problems]) => expect(lengthProblems({ why }, { why: 300 })).toEqual(problems));
});
