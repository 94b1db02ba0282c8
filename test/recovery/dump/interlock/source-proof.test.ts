import { type MongoClient, MongoServerError } from 'mongodb';
import { expect, test } from 'vitest';
import { addressesOf } from '../../../../lib/recovery/dump/interlock/ask-identity.ts';
import { markIn, serversOf } from '../../../../lib/recovery/dump/interlock/sandbox-mark.ts';
import { type Hello, identityOf } from '../../../../lib/recovery/dump/interlock/server-identity.ts';
import { notApart } from '../../../../lib/recovery/dump/interlock/source-proof.ts';

const NONCE = 'written-a-moment-ago';
const TARGET = identityOf('mongodb://sandbox/', { isWritablePrimary: true, setName: 'rs0' });
const UNAUTHORIZED = new MongoServerError({ message: 'not allowed on ann@prod', code: 13, codeName: 'Unauthorized' });

/** A source that shows this document where the target's mark is kept, or throws. */
function source(hello: Hello, shown: object | null | Error) {
  const findOne = async (): Promise<unknown> => (shown instanceof Error ? Promise.reject(shown) : shown);
  // Proof: this is all that is asked of a source after its identity.
  const client = { db: () => ({ collection: () => ({ findOne }) }) } as unknown as MongoClient;
  return { variable: 'MONGODB_URI', identity: identityOf('mongodb://prod/', hello), client, trouble: null };
}

const PRIMARY = { isWritablePrimary: true, setName: 'rs0' };
const SECONDARY = { isWritablePrimary: false, setName: 'rs0' };
const ROUTER = { isWritablePrimary: true, msg: 'isdbgrid' };

test.for([
  ['its primary shows no use', PRIMARY, null],
  ['its primary shows another use', PRIMARY, { use: { id: 'of somebody else' } }],
  ['its primary shows a mark alone', PRIMARY, { mark: { id: NONCE } }],
  ['it is a member of another set, which may lag behind', { ...SECONDARY, setName: 'rs1' }, null],
  ['it is of another set, and its user may not look', { ...PRIMARY, setName: 'rs1' }, UNAUTHORIZED],
  ['it is a standalone server, and its user may not look', { isWritablePrimary: true }, UNAUTHORIZED],
  ['its router shows no use', ROUTER, null],
] as const)('a source has shown that it is not the target: %s', async ([, hello, shown]) => {
  expect(await notApart(NONCE, TARGET, [source(hello, shown)])).toBeNull();
});

test.for([
  [
    'the nonce can be read there',
    PRIMARY,
    { use: { id: NONCE } },
    'what was just written to the target can be read there; restore into another',
  ],
  ['the nonce can be read through a router', ROUTER, { use: { id: NONCE } }, 'can be read there'],
  ['the nonce can be read in a set of another name', { ...PRIMARY, setName: 'rs1' }, { use: { id: NONCE } }, 'can be read there'],
  [
    'its user may not look',
    PRIMARY,
    UNAUTHORIZED,
    'cannot be told (Unauthorized): give the user of MONGODB_URI the right to read restorewatch.sandbox',
  ],
  ['a router hides the set, and its user may not look', ROUTER, UNAUTHORIZED, 'cannot be told (Unauthorized)'],
  ['it is a member that may lag behind', SECONDARY, null, 'a member that may lag behind: take directConnection out'],
] as const)('a source may be the target: %s', async ([, hello, shown, words]) => {
  const why = await notApart(NONCE, TARGET, [source(PRIMARY, null), source(hello, shown)]);
  expect(why).toContain(words);
  expect(why).not.toContain('ann@prod');
});

test('a source that could not be asked may be the target', async () => {
  const silent = { ...source(PRIMARY, null), client: null, trouble: 'no server could be reached' };
  expect(await notApart(NONCE, TARGET, [silent])).toContain('does not answer (no server could be reached)');
});

const MACHINE = {
  name: 'desk',
  addresses: ['127.0.0.1', '10.0.0.5', 'fe80::1%eth0', '2001:db8::5'],
  lookup: async (name: string): Promise<readonly string[]> => {
    const known: Record<string, readonly string[]> = {
      prod: ['10.0.0.1', '10.0.0.2'],
      alias: ['10.0.0.2'],
      lan: ['10.0.0.5'],
      six: ['2001:db8::5'],
    };
    const found = /^[\d.]+$|:/.test(name) ? [name] : known[name];
    return found ?? Promise.reject(new Error('ENOTFOUND'));
  },
};

test.for([
  ['every IP address of a name', ['prod:1'], ['10.0.0.1:1', '10.0.0.2:1']],
  ['one IP address for two names', ['alias:1', 'PROD:1'], ['10.0.0.2:1', '10.0.0.1:1']],
  ['this machine by an interface', ['10.0.0.5:1'], ['localhost:1']],
  ['this machine by a name of an interface', ['lan:1'], ['localhost:1']],
  ['this machine by an IPv6 interface', ['six:1', '[2001:db8::5]:2', '[fe80::1]:3'], ['localhost:1', 'localhost:2', 'localhost:3']],
  ['this machine by its own name', ['Desk:1'], ['localhost:1']],
  [
    'this machine by loopback in another spelling',
    ['127.1:1', '2130706433:2', '[::ffff:127.0.0.1]:3'],
    ['localhost:1', 'localhost:2', 'localhost:3'],
  ],
  ['this machine by a socket', ['/tmp/mongodb-27018.sock'], ['localhost:27018']],
  ['nothing for a name that cannot be looked up', ['nowhere:1'], []],
] as const)('the addresses of hosts are %s', async ([, hosts, addresses]) => {
  expect(await addressesOf(hosts, MACHINE)).toEqual(addresses);
});

const MARK = { id: '1', owner: 'Ada', host: 'desk', at: new Date(0), servers: ['sandbox:27017', '10.0.0.9:27017'] };
const KEPT = { _id: 'sandbox', mark: MARK } as const;

test.for([
  ['under the name that it was marked by', 'mongodb://sandbox/', [], 'marked'],
  ['under another name with the same IP address', 'mongodb://box/', ['10.0.0.9:27017'], 'marked'],
  ['on another port', 'mongodb://sandbox:27018/', [], 'foreign'],
  ['under names that share nothing', 'mongodb://prod/', ['10.0.0.1:27017'], 'foreign'],
] as const)('a mark is known again on a server %s, or not', ([, uri, addresses, kind]) => {
  expect(markIn(KEPT, ['sandbox'], identityOf(uri, {}, { addresses }), 'desk').kind).toBe(kind);
});

test('a mark made through "localhost" means nothing on another machine', () => {
  const server = identityOf('mongodb://localhost/', {}, { addresses: ['localhost:27017'] });
  const kept = { _id: 'sandbox', mark: { ...MARK, servers: [...serversOf(server, 'desk')] } } as const;
  expect(kept.mark.servers).toEqual(['desk:27017']);
  expect(markIn(kept, ['sandbox'], server, 'desk').kind).toBe('marked');
  expect(markIn(kept, ['sandbox'], server, 'laptop').kind).toBe('foreign');
});

test.for([
  ['its collection without a document is none', null, ['sandbox'], 'bare'],
  ['another collection beside it is none', null, ['notes'], 'none'],
  ['a use without a mark is none', { _id: 'sandbox', use: null }, ['sandbox'], 'none'],
] as const)('of a mark, %s', ([, kept, collections, kind]) => {
  expect(markIn(kept, collections, TARGET, 'desk')).toEqual({ kind });
});
