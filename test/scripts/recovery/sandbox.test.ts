import { hostname } from 'node:os';
import { MongoClient, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examineTarget, markSandbox } from '../../../lib/recovery/dump/restore/mark-sandbox.ts';
import type { Asking } from '../../../lib/recovery/dump/restore/take-target.ts';
import { emptied } from '../../../scripts/backup/restore-and-validate.ts';
import { type Mongo, mongo } from '../../support/mongo.ts';
import { openOwnMarks, type OwnMarks } from '../../support/own-marks.ts';
import { describeWith } from '../../support/services.ts';
import { restorewatch } from '../run.ts';

type Held = Readonly<Record<string, readonly string[]>>;

/** A server that holds these collections, by database, and this document in the collection of the mark, and notes which databases are dropped. */
function serverWith(
  held: Held,
  document: object | null = null,
  refusal: Error = new Error('nobody expected a write'),
): { readonly client: MongoClient; readonly dropped: string[] } {
  const dropped: string[] = [];
  const db = (name: string) => ({
    admin: () => ({ listDatabases: async () => ({ databases: Object.keys(held).map((one) => ({ name: one })) }) }),
    command: async () => ({ ok: 1, localTime: new Date(0) }),
    collection: () => ({ findOne: async () => document, insertOne: () => Promise.reject(refusal) }),
    listCollections: () => ({ toArray: async () => (held[name] ?? []).map((one) => ({ name: one })) }),
    dropDatabase: async () => void dropped.push(name),
  });
  // Proof: these are all the calls that the examined functions make.
  return { client: { db, options: { hosts: [] }, close: async () => {} } as unknown as MongoClient, dropped };
}

const AT: Asking = {
  targetUri: 'mongodb://sandbox.example.net',
  sources: [{ variable: 'MONGODB_URI', uri: 'mongodb://shop.example.net' }],
  sandboxUri: null,
  tag: async () => null,
  isGone: () => false,
  machine: { name: 'desk', addresses: [], lookup: async () => [] },
  open: async () => serverWith({}).client,
};
const COLLECTION = { restorewatch: ['sandbox'] };
const MARK = { id: '1', owner: 'Ada', host: 'desk', at: new Date(0), servers: ['sandbox.example.net:27017'] };
const MARKED = { _id: 'sandbox', mark: MARK };
const USE = {
  id: '2',
  owner: 'Bob',
  host: 'desk',
  process: null,
  what: 'validate',
  since: new Date(0),
  until: new Date(1),
  namespaces: [],
};

describe('what the interlock says of a sandbox', () => {
  test.for<[string, Held, object | null, Partial<Asking>, object]>([
    ['that is empty', { admin: ['system.version'] }, null, {}, { databases: [], mark: { kind: 'none' }, verdict: { allowed: true } }],
    ['that is empty and marked', COLLECTION, MARKED, {}, { databases: [], mark: { kind: 'marked' }, verdict: { allowed: true } }],
    ['that holds data', { shop: ['orders'] }, null, {}, { databases: ['shop'], mark: { kind: 'none' }, verdict: { allowed: false } }],
    [
      'that holds data and is marked',
      { shop: ['orders'], ...COLLECTION },
      MARKED,
      {},
      { databases: ['shop'], mark: { kind: 'marked', mark: MARK }, verdict: { allowed: true, marked: true } },
    ],
    [
      'that holds data, and the bare collection of older versions',
      { shop: ['orders'], ...COLLECTION },
      null,
      {},
      {
        mark: { kind: 'bare' },
        verdict: { allowed: false, why: expect.stringContaining('is no mark: `restorewatch sandbox --mark` makes one') },
      },
    ],
    [
      'that is the source',
      COLLECTION,
      MARKED,
      { sources: [{ variable: 'MONGODB_URI', uri: 'mongodb://sandbox.example.net' }] },
      { mark: { kind: 'marked' }, verdict: { allowed: false, why: expect.stringContaining('the database that MONGODB_URI names') } },
    ],
    [
      'that is the source of a restore test',
      COLLECTION,
      MARKED,
      { sources: [...AT.sources, { variable: 'ORDERS_URI', uri: 'mongodb://Sandbox.example.net.:27017' }] },
      { verdict: { allowed: false, why: expect.stringContaining('the database that ORDERS_URI names') } },
    ],
    [
      'while the source does not answer',
      COLLECTION,
      MARKED,
      { open: () => Promise.reject(new Error('mongodb://ann:s3cret@shop')) },
      { verdict: { allowed: false, why: expect.stringMatching(/^[^@]*that does not answer \(Error\)/) } },
    ],
    [
      'that somebody uses',
      COLLECTION,
      { ...MARKED, use: USE },
      {},
      { inUse: 'validate, by Bob on desk, until 1970-01-01T00:00:00Z', left: null, verdict: { allowed: false } },
    ],
    [
      'that somebody used whose process has ended',
      COLLECTION,
      { ...MARKED, use: USE },
      { isGone: () => true },
      { inUse: null, left: USE, verdict: { allowed: true } },
    ],
    ['that Atlas does not tag', COLLECTION, MARKED, { tag: async () => 'no tag' }, { verdict: { allowed: false, why: 'no tag' } }],
  ])('%s', async ([, held, document, changes, expected]) => {
    const { client, dropped } = serverWith(held, document);
    expect(await examineTarget(client, { ...AT, ...changes })).toMatchObject(expected);
    expect(dropped).toEqual([]);
  });
});

describe('a sandbox whose user may not write the mark', () => {
  test.for([
    [13, /^refused: the user of the target may not write restorewatch\.sandbox there.*give it the role readWriteAnyDatabase$/],
    [8000, /give it the role readWriteAnyDatabase$/],
    [1, /^not allowed for ann$/],
  ] as const)('is refused for code %i alone in words that say what to grant', async ([code, words]) => {
    const { client, dropped } = serverWith({}, null, new MongoServerError({ message: 'not allowed for ann', code }));
    const user = { id: '1', owner: 'Ada', host: 'desk', process: null, what: 'sandbox --mark' };
    const marking = markSandbox(client, { ...AT, user, say: () => {}, confirm: async () => {} });
    await expect(marking).rejects.toThrow(words);
    expect(dropped).toEqual([]);
  });
});

describe('restorewatch validate, before it replaces what a marked sandbox holds,', () => {
  const isOurs = async (): Promise<boolean> => true;

  test('asks, and drops it at a yes', async () => {
    const { client, dropped } = serverWith({ shop: ['orders'] });
    const asked: string[] = [];
    await emptied(client, { drop: ['shop'], isOurs }, async (question) => void asked.push(question));
    expect([asked, dropped]).toEqual([['This deletes what the sandbox holds in shop.'], ['shop']]);
  });

  test('drops nothing where nobody says yes', async () => {
    const { client, dropped } = serverWith({ shop: ['orders'] });
    await expect(emptied(client, { drop: ['shop'], isOurs }, () => Promise.reject(new Error('not begun')))).rejects.toThrow('not begun');
    expect(dropped).toEqual([]);
  });

  test('drops nothing where somebody else got the target while nobody answered', async () => {
    const { client, dropped } = serverWith({ shop: ['orders'] });
    const lost = emptied(client, { drop: ['shop'], isOurs: async () => false }, async () => {});
    await expect(lost).rejects.toThrow('the target could not be held');
    expect(dropped).toEqual([]);
  });

  test('asks nothing where there is nothing to drop', () =>
    expect(emptied(serverWith({}).client, { drop: [], isOurs }, () => Promise.reject(new Error('not begun')))).resolves.toBeUndefined());
});

describe('restorewatch sandbox', () => {
  test('names the variable that is missing', async () => {
    expect(await restorewatch(['sandbox'])).toMatchObject({ code: 1, stderr: expect.stringContaining('SANDBOX_MONGODB_URI is not set') });
  });

  test('of a server that is away says so, without the password', async () => {
    const env = { SANDBOX_MONGODB_URI: 'mongodb://me:s3cret-word@127.0.0.1:1/', REQUEST_TIMEOUT_MS: '500' };
    const { code, said } = await restorewatch(['sandbox'], { env });
    expect([code, said]).toEqual([1, expect.stringContaining('no server could be reached')]);
    expect(said).not.toContain('s3cret-word');
  });
});

describeWith('mongodb', 'restorewatch sandbox with a server', (where) => {
  test('says what it holds, and that the source of the backups is refused', async () => {
    const server = await mongo(where);
    const env = { SANDBOX_MONGODB_URI: server.uri, MONGODB_URI: server.uri };
    const { code, stdout } = await restorewatch(['sandbox', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      allowed: false,
      why: expect.stringContaining('the target is the database that MONGODB_URI names'),
    });
    expect(code).toBe(1);
    await server.stop();
  }, 60_000);
});

describeWith('mongodb', 'restorewatch sandbox --mark', (where) => {
  let server: Mongo;
  let at: OwnMarks;
  beforeAll(async () => {
    server = await mongo(where);
    at = await openOwnMarks(server.uri);
  });
  beforeEach(() => at.put(null));
  afterAll(async () => {
    await at.stop();
    await server.stop();
  });

  function mark(
    given: { readonly env?: Record<string, string>; readonly input?: string; readonly terminal?: boolean },
    ...args: readonly string[]
  ) {
    const env = { SANDBOX_MONGODB_URI: at.uri, ...given.env };
    return restorewatch(['sandbox', '--mark', '--by', 'Ada', ...args], { ...given, env });
  }

  test('writes a document with the owner’s name, machine and date after a yes, and `sandbox` shows it', async () => {
    const before = Date.now();
    const { code, said } = await mark({ input: 'y\n', terminal: true });
    expect(said).toContain(`This marks localhost:${at.port} as a sandbox: all of its data may be overwritten and dropped from then on`);
    expect(said).toContain('MONGODB_URI is not set, so nobody can make sure that it is not the source of the backups. Go on? [y/N]');
    expect(code, said).toBe(0);
    expect(await at.kept()).toEqual({
      _id: 'sandbox',
      mark: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        owner: 'Ada',
        host: hostname(),
        at: expect.any(Date),
        servers: [`${hostname()}:${at.port}`],
      },
      use: null,
    });
    const { stdout } = await restorewatch(['sandbox', '--json'], { env: { SANDBOX_MONGODB_URI: at.uri } });
    const shown = JSON.parse(stdout);
    expect(shown).toMatchObject({ marked: true, allowed: true, mark: { owner: 'Ada', host: hostname() } });
    expect(Date.parse(shown.mark.at)).toBeGreaterThan(before - 60_000);
  });

  test.for([
    ['at a no', { input: 'n\n', terminal: true }, 1],
    ['without a terminal and without --yes', {}, 2],
  ] as const)('writes nothing %s', async ([, given, code]) => {
    expect(await mark(given)).toMatchObject({ code });
    expect(await at.kept()).toBeNull();
  });

  test('asks nothing with --yes, and names no doubt where the source has shown that it is another server', async () => {
    const { code, said } = await mark({ env: { MONGODB_URI: server.uri } }, '--yes');
    expect([code, said]).toEqual([0, expect.stringContaining(`marked as a sandbox by Ada on ${hostname()}`)]);
    expect(said).not.toContain('Go on?');
  });

  test('makes a mark where an older version took the bare collection for one', async () => {
    const client = await new MongoClient(at.uri).connect();
    await client.db('restorewatch').createCollection('sandbox');
    const { stdout } = await restorewatch(['sandbox'], { env: { SANDBOX_MONGODB_URI: at.uri } });
    expect(stdout).toContain(
      'not marked as a sandbox; the collection restorewatch.sandbox alone is no mark: `restorewatch sandbox --mark` makes one',
    );
    expect((await mark({}, '--yes')).code).toBe(0);
    expect(await at.kept()).toMatchObject({ mark: { owner: 'Ada' } });
    await client.close();
  });

  test.for(['127.0.0.1', '127.1', 'localhost', '[::ffff:127.0.0.1]'])(
    'refuses the source, spelled %s, and writes nothing',
    async (host) => {
      const { code, said } = await mark({ env: { MONGODB_URI: at.uri.replace('127.0.0.1', host) } }, '--yes');
      expect([code, said]).toEqual([1, expect.stringContaining('refused: the target is the database that MONGODB_URI names')]);
      expect(await at.kept()).toBeNull();
    },
  );

  test('refuses the source at another address, which no name gives away, and leaves nothing there', async () => {
    const other = await openOwnMarks(server.uri, at.database);
    const { code, said } = await mark({ env: { MONGODB_URI: other.uri } }, '--yes');
    expect([code, said]).toEqual([1, expect.stringContaining('what was just written to the target can be read there')]);
    expect(await at.kept()).toBeNull();
    await other.stop();
  });

  test('refuses while the source does not answer', async () => {
    const { code, said } = await mark({ env: { MONGODB_URI: 'mongodb://127.0.0.1:1/', REQUEST_TIMEOUT_MS: '500' } }, '--yes');
    expect([code, said]).toEqual([1, expect.stringContaining('does not answer')]);
    expect(await at.kept()).toBeNull();
  });

  test('refuses a sandbox that somebody uses', async () => {
    await at.put({ use: { ...USE, until: new Date(Date.now() + 60_000) } });
    const { code, said } = await mark({}, '--yes');
    expect([code, said]).toEqual([1, expect.stringContaining('the target is in use: validate, by Bob on desk')]);
    expect(await at.kept()).toMatchObject({ use: { owner: 'Bob' } });
  });

  test('takes --by and --yes beside --mark alone', async () => {
    expect(await restorewatch(['sandbox', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes: not beside') });
  });
});
