import { describe, expect, test } from 'vitest';
import { HEAD_SCHEMA } from '../../lib/domain/incidents/head.ts';
import { decodeHead, encodeHead, migrate, type Migration, type Place } from '../../lib/record/stored-head.ts';
import { pack } from '../../lib/record/pack.ts';
import { StoreError } from '../../lib/record/store.ts';
import { headWith } from './samples.ts';

const PLACE: Place = { name: '/var/lib/state.sqlite', startAnew: 'set STATE_PATH to a new file' };

describe('the stored head', () => {
  test('is read back as it was written', () => {
    expect(decodeHead(encodeHead(headWith('i-1')), PLACE)).toEqual(headWith('i-1'));
  });

  test('of schema 2 that lacks a list that was empty is read with the list empty', () => {
    const {
      silences: _silences,
      windows: _windows,
      webhooksSeen: _seen,
      endings: _endings,
      latencies: _latencies,
      ...first
    } = headWith('i-1');
    expect(decodeHead(pack(first), PLACE)).toEqual(headWith('i-1'));
  });

  test('of a newer schema is refused with what to do', () => {
    const newer = pack({ ...headWith('i-1'), schema: HEAD_SCHEMA + 1, unknownField: 'of' });
    expect(() => decodeHead(newer, PLACE)).toThrow(StoreError);
    expect(() => decodeHead(newer, PLACE)).toThrow(/newer version \(schema 3, this one knows 2\); deploy that version again/);
  });

  test('of the schema before 0.2.0 is refused with what is found, what is expected, where it is and what to do', () => {
    const older = pack({ ...headWith('i-1'), schema: 1 });
    expect(() => decodeHead(older, PLACE)).toThrow(StoreError);
    expect(() => decodeHead(older, PLACE)).toThrow(
      'read the stored head: /var/lib/state.sqlite holds schema 1, and this version works with schema 2 and cannot convert it. ' +
        'That state and its records were left as they are. To start with a new state, set STATE_PATH to a new file',
    );
  });

  test.for([
    ['no object', null, /no schema number/],
    ['an object without a schema', { runs: [] }, /no schema number/],
    ['a head without deliveries', { ...headWith('i-1'), deliveries: undefined }, /wrong shape at deliveries/],
    ['a head with an incident that is none', { ...headWith('i-1'), incidents: [{}] }, /wrong shape at incidents\.0/],
    ['a head of a schema that never was', { ...headWith('i-1'), schema: 0 }, /holds schema 0, and this version works with schema 2/],
  ] as const)('that is %s is a store error that says so', ([, value, words]) => {
    expect(() => decodeHead(pack(value), PLACE)).toThrow(StoreError);
    expect(() => decodeHead(pack(value), PLACE)).toThrow(words);
  });
});

describe('migrations of the stored head', () => {
  const renamed: Migration = ({ episodes, ...rest }) => ({ ...rest, incidents: episodes });
  const counted: Migration = (state) => ({ ...state, days: [] });
  const next = HEAD_SCHEMA + 1;

  test('a migration to a next schema is applied, and the state carries the number of that schema', () => {
    const tagged: Migration = (state) => ({ ...state, tags: [] });
    expect(migrate(headWith('i-1'), PLACE, { [HEAD_SCHEMA]: tagged }, next)).toEqual({ ...headWith('i-1'), schema: next, tags: [] });
  });

  test('several migrations are applied one schema at a time, in order', () => {
    const state = { schema: 3, episodes: ['a'] };
    expect(migrate(state, PLACE, { 3: renamed, 4: counted }, 5)).toEqual({ schema: 5, incidents: ['a'], days: [] });
  });

  test('a state of the target schema is left as it is', () => {
    const state = { schema: 5, episodes: ['a'] };
    expect(migrate(state, PLACE, { 3: renamed, 4: counted }, 5)).toEqual(state);
  });

  test('a missing migration is a store error, and no half-migrated state is given back', () => {
    expect(() => migrate({ schema: 3 }, PLACE, { 3: renamed }, 5)).toThrow('holds schema 3, and this version works with schema 5');
  });
});
