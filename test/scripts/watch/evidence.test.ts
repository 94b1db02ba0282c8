import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidenceKey } from '../../../lib/config/environment/evidence-key.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { DAY, iso } from '../../../lib/domain/time.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { act, record } from '../../record/samples.ts';
import { EVIDENCE_KEY, KEY_LINE, otherPublicKey, PUBLIC_KEY } from '../../support/evidence-key.ts';
import { type Said, restorewatch } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-evidence-'));
const statePath = join(folder, 'state.sqlite');
const [publicPem, otherPem] = [join(folder, 'public.pem'), join(folder, 'other.pem')];
const today = iso(Date.now()).slice(0, 10);
const FROM = iso(Date.now() - 2 * DAY).slice(0, 10);

beforeAll(async () => {
  writeFileSync(publicPem, PUBLIC_KEY);
  writeFileSync(otherPem, otherPublicKey());
  const store = openSqliteStore(statePath);
  const now = Date.now();
  const records = [record('t1', now - DAY, { subject: 'orders (project <b>shop</b>)' }), record('d1', now - DAY / 2, { kind: 'drill' })];
  await store.swap({
    expected: 0,
    writer: 'test',
    head: emptyHead(now),
    adopt: [],
    drop: [],
    history: [],
    records,
    trail: [act('x')],
    release: null,
    now,
  });
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function evidence(args: readonly string[], env: Readonly<Record<string, string>> = { EVIDENCE_KEY }): Promise<Said> {
  const all = { ATLAS_CLIENT_ID: 'watch', ATLAS_CLIENT_SECRET: 'watch-secret', STATE_PATH: statePath, ...env };
  return restorewatch(['evidence', ...args], { env: all });
}

/** Exports into a folder of its own, and gives the paths of what was written by their ends. */
async function exported(name: string, ...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const out = join(folder, name);
  const { code, stderr } = await evidence(['export', '--from', FROM, '--out', out, ...args]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return Object.fromEntries(readdirSync(out).map((file) => [file.split('.').at(-1) ?? '', join(out, file)]));
}

async function newestEntry(): Promise<number | undefined> {
  const store = openSqliteStore(statePath);
  const [newest] = await store.trail({ limit: 1, before: null });
  await store.close();
  return newest?.number;
}

describe('restorewatch evidence key', () => {
  test('prints a key that EVIDENCE_KEY takes, as PEM and on one line, another one each time', async () => {
    const [one, other] = [await evidence(['key', '--json'], {}), await evidence(['key', '--json'], {})];
    const made = JSON.parse(one.stdout);
    expect([evidenceKey(made.privateKey).ok, evidenceKey(made.base64).ok, made.publicKey]).toEqual([
      true,
      true,
      expect.stringContaining('PUBLIC KEY'),
    ]);
    expect(JSON.parse(other.stdout).keyId).not.toBe(made.keyId);
    expect((await evidence(['key'], {})).stdout).toMatch(/-----BEGIN PRIVATE KEY-----\n[^\n]+\n-----END PRIVATE KEY-----\n/);
  });
});

describe('restorewatch evidence export', () => {
  test('writes JSON, CSV and HTML that their owner alone reads, the JSON with the SHA-256 of the other two, and no secret', async () => {
    const files = await exported('whole');
    expect(Object.keys(files).toSorted()).toEqual(['csv', 'html', 'json']);
    const statement = JSON.parse(Buffer.from(JSON.parse(readFileSync(files['json'] ?? '', 'utf8')).payload, 'base64').toString());
    for (const kind of ['csv', 'html']) {
      const path = files[kind] ?? '';
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      expect(statement.subject).toContainEqual({ name: path.split('/').at(-1), digest: { sha256 } });
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    for (const path of Object.values(files)) expect(readFileSync(path, 'utf8')).not.toContain(KEY_LINE);
    const html = readFileSync(files['html'] ?? '', 'utf8');
    expect(html).toContain('orders (project &lt;b&gt;shop&lt;/b&gt;)');
    expect(html).not.toMatch(/<script|<b>|src=|href=/);
    expect(statement.predicate.report.restoreTests).toMatchObject([{ id: 't1' }]);
    expect(statement.predicate.report.drills).toMatchObject([{ id: 'd1' }]);
  });

  test('is in the log itself, before what it exports was read', async () => {
    const files = await exported('logged');
    const { predicate } = JSON.parse(Buffer.from(JSON.parse(readFileSync(files['json'] ?? '', 'utf8')).payload, 'base64').toString());
    expect(predicate.log.at(-1)).toMatchObject({ what: 'export', about: 'evidence', number: predicate.about.root.number });
  });

  test('leaves no entry in the log where its files cannot be written', async () => {
    const before = await newestEntry();
    const said = await evidence(['export', '--from', FROM, '--out', publicPem]);
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining(publicPem) });
    expect(await newestEntry()).toBe(before);
  });

  test('leaves neither an entry in the log nor a folder where nothing is about the cluster that was asked for', async () => {
    const before = await newestEntry();
    const out = join(folder, 'nobody');
    const said = await evidence(['export', '--from', FROM, '--cluster', 'nobody', '--out', out]);
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('is about a cluster of the name or id nobody') });
    expect([await newestEntry(), existsSync(out)]).toEqual([before, false]);
  });

  test('has the controls of one framework where one is named, and a report on one cluster, and the log says so', async () => {
    const files = await exported('dora', '--framework', 'dora', '--cluster', 'orders');
    const { predicate } = JSON.parse(Buffer.from(JSON.parse(readFileSync(files['json'] ?? '', 'utf8')).payload, 'base64').toString());
    expect(predicate.log.at(-1)).toMatchObject({ what: 'export', details: { framework: 'dora', cluster: 'orders' } });
    expect(new Set(predicate.controls.map(({ framework }: { framework: string }) => framework))).toEqual(new Set(['dora']));
    expect(predicate.report.drills).toEqual([expect.objectContaining({ id: 'd1' })]);
    expect(predicate.report.restoreTests).toHaveLength(1);
    expect((await evidence(['verify', files['json'] ?? '', '--key', publicPem], {})).code).toBe(0);
  });

  test('without a key is refused, and writes a file without a signature where that is asked for', async () => {
    const refused = await evidence(['export', '--from', FROM, '--out', join(folder, 'none')], {});
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('EVIDENCE_KEY is not set') });
    const files = await exported('unsigned', '--unsigned');
    const { code, stdout } = await evidence(['verify', files['json'] ?? '', '--key', publicPem], {});
    expect([code, stdout]).toEqual([1, 'signature: the file carries no signature: it was exported with --unsigned\n']);
  });

  test.for([
    ['no first day', [], "required option '--from <day>' not specified"],
    ['a day that is none', ['--from', '2026-13-01'], 'It is a day'],
    ['a day that the calendar has not', ['--from', '2026-02-30'], 'It is a day'],
    ['a last day that the calendar has not', ['--from', FROM, '--to', '2027-02-29'], 'It is a day'],
    ['a framework that there is not', ['--from', FROM, '--framework', 'soc3'], 'Did you mean soc2?'],
  ] as const)('refuses %s', async ([, args, words]) => {
    expect(await evidence(['export', ...args])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  });

  test('refuses a period that ends before it begins', async () => {
    const said = await evidence(['export', '--from', today, '--to', FROM, '--out', join(folder, 'back')]);
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining(`--from ${today} lies after`) });
  });
});

describe('restorewatch evidence verify', () => {
  test('needs the file and the public key, and neither settings nor a store', async () => {
    const files = await exported('verified');
    const said = await restorewatch(['evidence', 'verify', files['json'] ?? '', '--key', publicPem], { env: {} });
    expect(said).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is as it was signed: \d+ entries of the log, .*SHA-256 [0-9a-f]{64}/),
    });
    const [, root = ''] = /root: (entry \d+, SHA-256 [0-9a-f]{64})/.exec(said.stdout) ?? [];
    expect((await evidence(['verify', files['json'] ?? '', '--key', publicPem, '--root', root], {})).code).toBe(0);
    const wrong = await evidence(['verify', files['json'] ?? '', '--key', publicPem, '--root', `1:${'f'.repeat(64)}`], {});
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('entry 1 does not have the hash of the root that was kept') });
  });

  test('fails for a changed byte and for a wrong key, and says where; a file or key that cannot be read is named', async () => {
    const files = await exported('changed');
    const path = files['json'] ?? '';
    expect((await evidence(['verify', path, '--key', otherPem], {})).stdout).toContain('the signature is not of this key');
    const envelope = JSON.parse(readFileSync(path, 'utf8'));
    const payload = Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('"by":"dana"', '"by":"dane"')).toString(
      'base64',
    );
    writeFileSync(path, `${JSON.stringify({ ...envelope, payload })}\n`);
    const { code, stdout } = await evidence(['verify', path, '--key', publicPem], {});
    expect([code, stdout]).toEqual([1, expect.stringMatching(/log: entry 1 was changed/)]);
    expect((await evidence(['verify', join(folder, 'nothing'), '--key', publicPem], {})).stderr).toContain('cannot be read');
    expect((await evidence(['verify', path, '--key', path], {})).stderr).toContain('is no Ed25519 public key');
  });
});
