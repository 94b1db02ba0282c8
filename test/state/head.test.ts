import { expect, test } from 'vitest';
import { HEAD_SCHEMA } from '../../lib/domain/head.ts';
import { decodeHead, encodeHead, migrate, type Migration } from '../../lib/state/head.ts';
import { pack } from '../../lib/state/pack.ts';
import { StoreError } from '../../lib/state/store.ts';
import { headWith } from './samples.ts';

test('a head comes back as it was', () => {
  expect(decodeHead(encodeHead(headWith('i-1')))).toEqual(headWith('i-1'));
});

test('a head of a newer schema is refused with the way out, not read and not overwritten', () => {
  const newer = pack({ ...headWith('i-1'), schema: HEAD_SCHEMA + 1, unheard: 'of' });
  expect(() => decodeHead(newer)).toThrow(StoreError);
  expect(() => decodeHead(newer)).toThrow(/newer version \(schema 2, this one knows 1\); deploy that version again/);
});

test.for([
  ['no object', null, /no schema number/],
  ['an object without a schema', { runs: [] }, /no schema number/],
  ['a head without deliveries', { ...headWith('i-1'), deliveries: undefined }, /wrong shape at deliveries/],
  ['a head with an incident that is none', { ...headWith('i-1'), incidents: [{}] }, /wrong shape at incidents\.0/],
  ['a head of a schema that never was', { ...headWith('i-1'), schema: 0 }, /no way from schema 0/],
] as const)('%s is a store error that says so', ([, value, words]) => {
  expect(() => decodeHead(pack(value))).toThrow(StoreError);
  expect(() => decodeHead(pack(value))).toThrow(words);
});

const renamed: Migration = ({ episodes, ...rest }) => ({ ...rest, incidents: episodes });
const counted: Migration = (state) => ({ ...state, days: [] });

test('an older state is lifted one schema at a time, in order, and says its new schema', () => {
  expect(migrate({ schema: 3, episodes: ['a'] }, { 3: renamed, 4: counted }, 5)).toEqual({ schema: 5, incidents: ['a'], days: [] });
});

test('a state of the schema asked for is left as it is', () => {
  expect(migrate({ schema: 5, episodes: ['a'] }, { 3: renamed, 4: counted }, 5)).toEqual({ schema: 5, episodes: ['a'] });
});

test('a gap in the migrations is a store error, not a half-lifted state', () => {
  expect(() => migrate({ schema: 3 }, { 3: renamed }, 5)).toThrow('there is no way from schema 4 to 5');
});
