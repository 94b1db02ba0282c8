import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../lib/domain/audit/audit-entry.ts';
import { canonicalJson, chained, hashOf, TRAIL_START, tipAfter } from '../../../lib/record/audit-chain.ts';
import { verifyTrail } from '../../../lib/record/trail/verify-trail.ts';
import { act } from '../samples.ts';

const TRAIL = chained(TRAIL_START, ['a', 'b', 'c', 'd', 'e'].map(act));

function entry(number: number): AuditEntry {
  const found = TRAIL[number - 1];
  if (found === undefined) throw new Error(`there is no entry ${number}`);
  return found;
}

/** As somebody would who knows the format. */
function rewritten(number: number): AuditEntry {
  const { hash: _, ...rest } = { ...entry(number), by: 'eve' };
  return { ...rest, hash: hashOf(rest) };
}

describe('canonical JSON', () => {
  test.for([
    [{ b: 1, a: { d: null, c: 'x' } }, '{"a":{"c":"x","d":null},"b":1}'],
    [{ '10': 'ten', '9': 'nine' }, '{"10":"ten","9":"nine"}'],
    [{ é: 1, z: 2 }, '{"z":2,"é":1}'],
    [['b', 'a'], '["b","a"]'],
    [{ text: 'a "quote", a / and 日本' }, '{"text":"a \\"quote\\", a / and 日本"}'],
    [{}, '{}'],
  ])('of %j is %s', ([value, text]) => expect(canonicalJson(value)).toBe(text));
});

test('the hash of an entry is SHA-256 over its canonical JSON without the hash', () => {
  const text = `{"about":"a","at":"2026-11-22T12:00:00.000Z","by":"dana","details":{"why":"a test"},"from":"192.0.2.1","number":1,"previous":"${'0'.repeat(64)}","what":"silence-made"}`;
  expect(entry(1).hash).toBe(createHash('sha256').update(text).digest('hex'));
});

describe('a trail', () => {
  const LAST = tipAfter(TRAIL_START, TRAIL);

  test('as it was written is whole, in full, empty, and in parts that follow one another', () => {
    expect(verifyTrail(TRAIL)).toEqual({ intact: true, faults: [], last: LAST });
    expect(verifyTrail([])).toEqual({ intact: true, faults: [], last: TRAIL_START });
    const first = verifyTrail(TRAIL.slice(0, 2));
    expect(verifyTrail(TRAIL.slice(2), { after: first.last, upTo: LAST })).toMatchObject({ intact: true });
    expect(verifyTrail(TRAIL.slice(2), { after: null })).toMatchObject({ intact: true });
  });

  test.for([
    ['without entry 3', TRAIL.toSpliced(2, 1), ['entry 3 is missing']],
    ['without entries 2 to 4', TRAIL.toSpliced(1, 3), ['entries 2 to 4 are missing']],
    ['without its first entry', TRAIL.slice(1), ['entry 1 is missing']],
    ['with a changed entry', TRAIL.with(2, { ...entry(3), by: 'eve' }), ['entry 3 was changed: it does not have the hash that it carries']],
    [
      'with a changed number in an entry',
      TRAIL.with(4, { ...entry(5), at: '2026-11-23T12:00:00.000Z' }),
      ['entry 5 was changed: it does not have the hash that it carries'],
    ],
    [
      'with an entry that was written anew',
      TRAIL.with(2, rewritten(3)),
      ['entry 3 was replaced: the entry after it holds the hash of another one'],
    ],
    [
      'with two entries in the other order',
      [entry(1), entry(3), entry(2), entry(4), entry(5)],
      ['entry 2 was reordered: it stands behind a later one'],
    ],
    ['with an entry twice', TRAIL.toSpliced(2, 0, entry(2)), ['entry 2 is there twice']],
    [
      'with a gap and a change',
      [entry(1), { ...entry(2), about: 'x' }, entry(4), entry(5)],
      ['entry 2 was changed: it does not have the hash that it carries', 'entry 3 is missing'],
    ],
  ] as const)('%s names what is wrong', ([, entries, words]) => {
    const { intact, faults } = verifyTrail(entries);
    expect([intact, faults.map((one) => one.words)]).toEqual([false, words]);
  });

  test('that was cut off at its end is known by the number and hash that somebody kept', () => {
    expect(verifyTrail(TRAIL.slice(0, 3))).toMatchObject({ intact: true });
    expect(verifyTrail(TRAIL.slice(0, 3), { upTo: LAST }).faults).toMatchObject([{ number: 4, fault: 'missing' }]);
    expect(verifyTrail(TRAIL.with(4, rewritten(5)), { upTo: LAST }).faults).toMatchObject([{ number: 5, fault: 'replaced' }]);
  });

  test('that was written anew from the start does not follow what came before', () => {
    const forged = chained(TRAIL_START, ['x', 'y'].map(act));
    expect(verifyTrail(TRAIL.slice(2), { after: tipAfter(TRAIL_START, forged) }).faults).toMatchObject([{ number: 2, fault: 'replaced' }]);
  });
});
