import { describe, expect, test } from 'vitest';
import { databaseIn, comparableHosts } from '../../../../lib/recovery/dump/connection-string.ts';
import { type Hello, identityOf } from '../../../../lib/recovery/dump/interlock/server-identity.ts';
import { localInterlock, type LocalVerdict, type TargetFacts } from '../../../../lib/recovery/dump/restore/restore-target.ts';

type Written = Omit<TargetFacts, 'target' | 'sources'> & {
  readonly targetUri: string;
  /** What the target answers to `hello`, and the IP addresses of its hosts. */
  readonly hello: Hello;
  readonly addresses: readonly string[];
  readonly sourceUri: string | null;
  readonly sourceHello: Hello;
  readonly sourceAddresses: readonly string[];
  readonly trouble: string | null;
};

const EMPTY: Written = {
  targetUri: 'mongodb://sandbox:27018/',
  hello: {},
  addresses: [],
  sourceUri: 'mongodb://u:p@prod-1:27017,prod-2:27017/shop?replicaSet=rs0',
  sourceHello: {},
  sourceAddresses: [],
  trouble: null,
  backupHosts: [],
  sandboxUri: null,
  tag: null,
  inUse: null,
  left: null,
  databases: ['shop', 'crm'],
  found: { shop: [], crm: [] },
  mark: { kind: 'none' },
};
const MARK = { id: '1', owner: 'Ada', host: 'desk', at: new Date(0), servers: ['sandbox:27018'] };
const MARKED = { mark: { kind: 'marked', mark: MARK } } as const;
const PROCESS: Hello = { topologyVersion: { processId: '6744b1f0c0ffee00c0ffee00', counter: 6 } };
const LOCAL_TO_EACH: Written = { ...EMPTY, hello: { hosts: ['localhost:27017'] }, sourceHello: { hosts: ['127.0.0.1:27017'] } };
const ATLAS = 'mongodb+srv://u:p@sandbox.ab1cd.mongodb.net/';
const FULL = { ...EMPTY, found: { shop: ['orders', 'users'], crm: [] } };

function verdictOn({ targetUri, hello, addresses, sourceUri, sourceHello, sourceAddresses, trouble, ...facts }: Written): LocalVerdict {
  const source = sourceUri === null ? [] : [{ variable: 'MONGODB_URI', uri: sourceUri }];
  return localInterlock({
    ...facts,
    target: identityOf(targetUri, hello, { addresses }),
    sources: source.map(({ variable, uri }) => ({
      variable,
      trouble,
      identity: identityOf(uri, sourceHello, { addresses: sourceAddresses }),
    })),
  });
}

describe('a restore by hand goes', () => {
  test.for<[string, Written, readonly string[]]>([
    ['into an empty server', EMPTY, []],
    ['where no source is configured', { ...EMPTY, sourceUri: null }, []],
    ['into a marked one, which is emptied first', { ...FULL, ...MARKED }, ['shop']],
    ['into the configured sandbox in Atlas', { ...EMPTY, targetUri: ATLAS, sandboxUri: ATLAS }, []],
    [
      'into its members, by their own names',
      { ...EMPTY, targetUri: ATLAS, sandboxUri: ATLAS, hello: { hosts: ['sandbox-shard-00-00.ab1cd.mongodb.net:27017'] } },
      [],
    ],
    ["to another port of the source's machine", { ...EMPTY, targetUri: 'mongodb://prod-1:27099/' }, []],
    ["to another port of the source's IP address", { ...EMPTY, addresses: ['10.0.0.1:27018'], sourceAddresses: ['10.0.0.1:27017'] }, []],
    ['into a server that calls itself "localhost", as the source does on its own machine', LOCAL_TO_EACH, []],
    ['into a backup’s server that has another name now', { ...EMPTY, backupHosts: ['prod-1:27017'], targetUri: 'mongodb://new:1/' }, []],
  ])('%s', ([, facts, drop]) => {
    expect(verdictOn(facts)).toEqual({ allowed: true, drop, marked: facts.mark.kind === 'marked' });
  });
});

describe('a restore by hand is refused', () => {
  test.for<[string, Written, string]>([
    ['the source', { ...EMPTY, targetUri: 'mongodb://prod-2:27017/' }, 'the database that MONGODB_URI names (prod-2:27017)'],
    ['the source, even marked', { ...EMPTY, ...MARKED, targetUri: 'mongodb://prod-1/' }, 'MONGODB_URI'],
    ['the source in upper-case letters', { ...EMPTY, targetUri: 'mongodb://PROD-1/' }, 'MONGODB_URI'],
    ['the source with a dot at its end', { ...EMPTY, targetUri: 'mongodb://prod-1./' }, 'MONGODB_URI'],
    ['a member of the source that says so itself', { ...EMPTY, hello: { hosts: ['prod-2:27017'] } }, 'MONGODB_URI'],
    ['a hidden member of the source', { ...EMPTY, sourceHello: { me: 'x:1', passives: ['sandbox:27018'] } }, '(sandbox:27018)'],
    ['an arbiter’s set', { ...EMPTY, hello: { arbiters: ['judge:1'] }, sourceHello: { arbiters: ['JUDGE:1'] } }, '(judge:1)'],
    ['a server of the same process', { ...EMPTY, hello: PROCESS, sourceHello: PROCESS }, '(process 6744b1f0c0ffee00c0ffee00)'],
    [
      'another name of the source with the same IP address',
      { ...EMPTY, addresses: ['10.0.0.1:27017'], sourceAddresses: ['10.0.0.2:27017', '10.0.0.1:27017'] },
      'MONGODB_URI names (10.0.0.1:27017)',
    ],
    ['the server that the backup was read from', { ...EMPTY, backupHosts: ['sandbox:27018'] }, 'the backup was read from (sandbox:27018)'],
    ['the backup’s server, even marked', { ...EMPTY, ...MARKED, backupHosts: ['sandbox:27018'] }, 'the backup was read from'],
    [
      'the backup’s server by its IP address',
      { ...EMPTY, sourceUri: null, backupHosts: ['10.0.0.1:27018'], addresses: ['10.0.0.1:27018'] },
      'the backup was read from',
    ],
    [
      'the backup’s server as an older version wrote it',
      { ...EMPTY, backupHosts: ['127.1:5'], targetUri: 'mongodb://[::1]:5/' },
      'read from',
    ],
    [
      'a source that does not answer',
      { ...EMPTY, trouble: 'no server could be reached' },
      'cannot be told, as that does not answer (no server could be reached): go on where it does, or, if its server is gone for good, leave MONGODB_URI unset',
    ],
    ['a source that does not answer, even marked', { ...EMPTY, ...MARKED, trouble: 'ECONNREFUSED' }, 'does not answer (ECONNREFUSED)'],
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
    ['a cluster in Atlas, even marked', { ...EMPTY, ...MARKED, targetUri: ATLAS }, 'is an Atlas cluster'],
    ["a server that says it is Atlas's", { ...EMPTY, hello: { hosts: ['x-shard-00-00.zz.mongodb.net:27017'] } }, 'is an Atlas cluster'],
    ['the sandbox in Atlas without its tag', { ...EMPTY, targetUri: ATLAS, sandboxUri: ATLAS, tag: 'it has no tag' }, 'it has no tag'],
    [
      'a target that somebody uses',
      { ...EMPTY, ...MARKED, inUse: 'validate, by Bob' },
      'the target is in use: validate, by Bob; wait for its end',
    ],
    ['data', FULL, 'the target holds data: shop (2 collections)'],
    ['data where the collection of the mark is bare', { ...FULL, mark: { kind: 'bare' } }, 'restorewatch.sandbox alone is no mark'],
    ['data that came with a mark of another server', { ...FULL, mark: { kind: 'foreign', mark: MARK } }, 'came with data'],
    ['a backup of nothing', { ...EMPTY, databases: [] }, 'nothing that could be restored'],
    [
      "the mark's own database",
      { ...EMPTY, ...MARKED, databases: ['restorewatch'], found: { restorewatch: ['sandbox'] } },
      "where the target's mark is kept",
    ],
    ['an address without a host', { ...EMPTY, targetUri: 'mongodb:///shop' }, 'names no host'],
  ])('for %s', ([, facts, why]) => {
    expect(verdictOn(facts)).toEqual({ allowed: false, why: expect.stringContaining(why) });
  });

  test("without a word of the address's password", () => {
    expect(JSON.stringify(verdictOn({ ...EMPTY, targetUri: 'mongodb://u:s3cret@prod-1/' }))).not.toContain('s3cret');
  });

  test.for<[string, Written]>([
    ['holds data', FULL],
    ['is the source', { ...EMPTY, targetUri: 'mongodb://prod-1/' }],
    ['may be a source that does not answer', { ...EMPTY, trouble: 'no answer' }],
    ['is the backup’s server', { ...EMPTY, backupHosts: ['sandbox:27018'] }],
  ])('without the advice to mark a server that %s', ([, facts]) => {
    expect(JSON.stringify(verdictOn(facts))).not.toContain('--mark');
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
  ['mongodb://127.1', ['localhost:27017']],
  ['mongodb://2130706433:9', ['localhost:9']],
  ['mongodb://0x7f.1', ['localhost:27017']],
  ['mongodb://0177.0.0.1', ['localhost:27017']],
  ['mongodb://127.9.8.7', ['localhost:27017']],
  ['mongodb://[::ffff:127.0.0.1]', ['localhost:27017']],
  ['mongodb://[::ffff:10.0.0.1]:5', ['10.0.0.1:5']],
  ['mongodb://0:5,0.0.0.0:5,[::]:5', ['localhost:5']],
  ['mongodb://db.localhost', ['localhost:27017']],
  ['mongodb://localhost.', ['localhost:27017']],
  ['mongodb://h.example.net.:5', ['h.example.net:5']],
  ['mongodb://[2001:0db8::0001]:5', ['[2001:db8::1]:5']],
  ['mongodb://127.0.0.1.example.net', ['127.0.0.1.example.net:27017']],
  ['mongodb://%2Ftmp%2Fmongodb-27018.sock', ['localhost:27018']],
  ['mongodb+srv://u:p@C0.ab1cd.mongodb.net./', ['c0.ab1cd.mongodb.net']],
  ['mongodb+srv://u:p@c0.ab1cd.mongodb.net/?w=majority', ['c0.ab1cd.mongodb.net']],
  ['mongodb://c0-shard-00-00.ab1cd.mongodb.net:27017,c0-shard-00-01.ab1cd.mongodb.net:27017', ['c0.ab1cd.mongodb.net']],
] as const)('the hosts of %s are %j', ([uri, hosts]) => {
  expect(comparableHosts(uri)).toEqual(hosts);
});

test.for([
  ['mongodb://h', null],
  ['mongodb://h/', null],
  ['mongodb://h/?a=b', null],
  ['mongodb://u:pa/ss@h/shop', 'shop'],
  ['mongodb://h/shop', 'shop'],
  ['mongodb+srv://u:p@h/my%2Ddb?a=b', 'my-db'],
] as const)('the database that %s names is %s (null: none)', ([uri, database]) => {
  expect(databaseIn(uri)).toBe(database);
});
