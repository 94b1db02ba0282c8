import { describe, expect, test } from 'vitest';
import { databaseIn, hostsOf } from '../../../lib/recovery/dump/hosts.ts';
import { localInterlock, type TargetFacts } from '../../../lib/recovery/dump/interlock.ts';

const EMPTY: TargetFacts = {
  targetUri: 'mongodb://sandbox:27018/',
  targetMembers: [],
  sourceUri: 'mongodb://u:p@prod-1:27017,prod-2:27017/shop?replicaSet=rs0',
  sandboxUri: null,
  databases: ['shop', 'crm'],
  found: { shop: [], crm: [] },
  marked: false,
};
const ATLAS = 'mongodb+srv://u:p@sandbox.ab1cd.mongodb.net/';
const FULL = { ...EMPTY, found: { shop: ['orders', 'users'], crm: [] } };

describe('a restore by hand goes', () => {
  test.for([
    ['into an empty server', EMPTY, []],
    ['where no source is configured', { ...EMPTY, sourceUri: null }, []],
    ['into a marked one, which is emptied first', { ...FULL, marked: true }, ['shop']],
    ['into the configured sandbox in Atlas', { ...EMPTY, targetUri: ATLAS, sandboxUri: ATLAS }, []],
    [
      'into its members, by their own names',
      { ...EMPTY, targetUri: ATLAS, sandboxUri: ATLAS, targetMembers: ['sandbox-shard-00-00.ab1cd.mongodb.net:27017'] },
      [],
    ],
    ["to another port of the source's machine", { ...EMPTY, targetUri: 'mongodb://prod-1:27099/' }, []],
  ] as const)('%s', ([, facts, drop]) => {
    expect(localInterlock(facts)).toEqual({ allowed: true, drop, marked: facts.marked });
  });
});

describe('a restore by hand is refused', () => {
  test.for([
    ['the source', { ...EMPTY, targetUri: 'mongodb://prod-2:27017/' }, 'the database that MONGODB_URI names (prod-2:27017)'],
    ['the source, even marked', { ...EMPTY, targetUri: 'mongodb://prod-1/', marked: true }, 'MONGODB_URI'],
    ['the source in other letters', { ...EMPTY, targetUri: 'mongodb://PROD-1/' }, 'MONGODB_URI'],
    ['a member of the source that says so itself', { ...EMPTY, targetMembers: ['prod-2:27017'] }, 'MONGODB_URI'],
    [
      'this machine by another word',
      { ...EMPTY, sourceUri: 'mongodb://localhost/', targetUri: 'mongodb://127.0.0.1:27017/' },
      'MONGODB_URI',
    ],
    [
      "the source by its members' names in Atlas",
      {
        ...EMPTY,
        sourceUri: 'mongodb+srv://u:p@prod.ab1cd.mongodb.net/',
        targetUri: 'mongodb://u:p@prod-shard-00-01.ab1cd.mongodb.net:27017/',
      },
      'MONGODB_URI',
    ],
    ['the sandbox that is the source', { ...EMPTY, targetUri: ATLAS, sandboxUri: ATLAS, sourceUri: ATLAS }, 'MONGODB_URI'],
    ['a cluster in Atlas', { ...EMPTY, targetUri: ATLAS }, 'is an Atlas cluster and not the one in SANDBOX_MONGODB_URI'],
    ['a cluster in Atlas, even marked', { ...EMPTY, targetUri: ATLAS, marked: true }, 'is an Atlas cluster'],
    ["a server that says it is Atlas's", { ...EMPTY, targetMembers: ['x-shard-00-00.zz.mongodb.net:27017'] }, 'is an Atlas cluster'],
    ['data', FULL, 'the target holds data: shop (2 collections)'],
    ['a backup of nothing', { ...EMPTY, databases: [] }, 'nothing that could be restored'],
    [
      "the mark's own database",
      { ...EMPTY, databases: ['restorable'], found: { restorable: ['sandbox'] }, marked: true },
      "where the target's mark is kept",
    ],
    ['an address without a host', { ...EMPTY, targetUri: 'mongodb:///shop' }, 'names no host'],
  ] as const)('for %s', ([, facts, why]) => {
    expect(localInterlock(facts)).toEqual({ allowed: false, why: expect.stringContaining(why) });
  });

  test("without a word of the address's password", () => {
    expect(JSON.stringify(localInterlock({ ...EMPTY, targetUri: 'mongodb://u:s3cret@prod-1/' }))).not.toContain('s3cret');
  });
});

test.for([
  ['mongodb://h/', ['h:27017']],
  ['mongodb://u:p%40ss@h1:1,H2:2/db?x=1', ['h1:1', 'h2:2']],
  ['mongodb://[::1]:27018/', ['localhost:27018']],
  ['mongodb://u:pa/ss@h/db', ['h:27017']],
  ['mongodb://u:p@ss/word@h:1/db?x=1', ['h:1']],
  ['mongodb://u:pa?ss@h/db', []],
  ['mongodb://u:pa#ss@h/db', []],
  ['mongodb+srv://u:p@c0.ab1cd.mongodb.net/?w=majority', ['c0.ab1cd.mongodb.net']],
  ['mongodb://c0-shard-00-00.ab1cd.mongodb.net:27017,c0-shard-00-01.ab1cd.mongodb.net:27017', ['c0.ab1cd.mongodb.net']],
] as const)('the hosts of %s are %j', ([uri, hosts]) => {
  expect(hostsOf(uri)).toEqual(hosts);
});

test.for([
  ['mongodb://h', null],
  ['mongodb://h/', null],
  ['mongodb://h/?a=b', null],
  ['mongodb://u:pa/ss@h/shop', 'shop'],
  ['mongodb://h/shop', 'shop'],
  ['mongodb+srv://u:p@h/my%2Ddb?a=b', 'my-db'],
] as const)('the database of %s is %s', ([uri, database]) => {
  expect(databaseIn(uri)).toBe(database);
});
