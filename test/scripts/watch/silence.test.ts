import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMPLETE } from '../../config/environment/environment-source.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { incident } from '../../support/incidents.ts';
import { type Ended, restorewatch } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-silence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function silence(...args: readonly string[]): Promise<Ended> {
  const env = { ...COMPLETE, KV_REST_API_URL: '', KV_REST_API_TOKEN: '', STATE_PATH: join(folder, 'state.sqlite'), USER: 'dana' };
  return restorewatch(['silence', ...args], { env });
}

const FINE = ['--check', 'backup-age', '--for', '2h', '--why', 'disk resize'] as const;
const FOR = '--for: how long, as 90m, 2h or 3d; a silence has an end';
const BY_DANA = 'a silence asked for by dana: ';

describe('restorewatch silence', () => {
  test.for<[string, readonly string[], number, string, string]>([
    ['an empty cluster', ['--cluster', '', ...FINE], 2, 'It is empty; name one, or leave it out', BY_DANA],
    ['a blank project', ['--project', ' ', ...FINE], 2, 'It is empty; name one, or leave it out', BY_DANA],
    ['a misspelt option', ['--clustre', 'orders', ...FINE], 2, "unknown option '--clustre'\n(Did you mean --cluster?)", BY_DANA],
    ['a misspelt check', ['--check', 'rpoo', '--for', '2h', '--why', 'disk'], 2, 'Did you mean rpo?', BY_DANA],
    ['no length', ['--cluster', 'orders', '--why', 'disk'], 2, FOR, BY_DANA],
    ['two things at once', ['--list', '--end', 's1'], 2, 'one at a time of --for, --list, --end', BY_DANA],
    ['no reason', ['--cluster', 'orders', '--for', '2h'], 2, 'why: say why, in words', BY_DANA],
    ['an end that nobody knows', ['--end', 's1', '--by', 'eve'], 1, 'none with the id s1', 'to end silence s1, asked for by eve: '],
  ])('refuses %s, changes nothing, and leaves a line of the audit', async ([, args, expected, problem, audit]) => {
    const { code, stdout, stderr } = await silence(...args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toMatch(/audit: .*refused: /);
    expect(stderr).toContain(audit);
    expect((await silence('--list')).stdout).toBe('no silence holds\n');
  });

  test('creates a silence, lists it and ends it', async () => {
    const made = await silence('--cluster', 'orders', ...FINE);
    const id = /^silenced until [^:]+:\d\dZ: (\S+)$/m.exec(made.stdout)?.[1] ?? '';
    expect(made.stdout).toContain('\ncluster orders, check backup-age; 0 open incidents fall under it\n');
    expect(made.stdout).toContain('no check has run yet, so nobody knows whether orders exists\n');
    expect(made.stdout).toContain(`to end it: restorewatch silence --end ${id}\n`);
    expect((await silence('--list')).stdout).toContain(`${id}  until`);
    expect((await silence('--list')).stdout).not.toMatch(/\d{4}-\d\d-\d\dT/);
    expect((await silence('--list')).stdout).toContain('  cluster orders, check backup-age  dana: disk resize');
    expect((await silence('--end', id)).stdout).toContain('ended');
    expect((await silence('--list')).stdout).toBe('no silence holds\n');
  });

  test('shows a reason with a line end as one line', async () => {
    const made = await silence('--cluster', 'users', '--for', '2h', '--why', 'disk\nresize');
    const id = / --end (\S+)/.exec(made.stdout)?.[1] ?? '';
    expect((await silence('--list')).stdout).toMatch(/^\S+ {2}until .* {2}cluster users {2}dana: disk resize\n$/);
    expect((await silence('--end', id)).code).toBe(0);
  });

  test('says how many open incidents fall under it', async () => {
    const path = join(folder, 'with-incidents.sqlite');
    const store = openSqliteStore(path);
    const head = { ...emptyHead(0), incidents: [incident('i1'), incident('i2', { state: 'resolved' })] };
    await store.swap({ expected: 0, writer: 'test', head, adopt: [], drop: [], history: [], release: null, now: 0 });
    await store.close();
    const env = { ...COMPLETE, KV_REST_API_URL: '', KV_REST_API_TOKEN: '', STATE_PATH: path };
    const { stdout } = await restorewatch(['silence', '--priority', 'P0', '--for', '2h', '--why', 'disk'], { env });
    expect(stdout).toContain('\npriority P0; 1 open incident falls under it\n');
  });
});
