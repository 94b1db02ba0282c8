import { describe, expect, test } from 'vitest';
import { authorise, cronAuthorised } from '../lib/access.ts';
import type { Access } from '../lib/config/environment.ts';
import { hashPassword, isPasswordHash, NOBODY, verifyPassword } from '../lib/password.ts';

const PASSWORD = 'pw-of-alice: with colon, ünïcode';
const HASH = await hashPassword(PASSWORD);
const ALICE: Access = { kind: 'users', users: [{ name: 'alice', hash: HASH }] };

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

describe('passwords', () => {
  test('a hash verifies its own password alone, and never comes out twice', async () => {
    expect(await verifyPassword(PASSWORD, HASH)).toBe(true);
    expect(await verifyPassword(`${PASSWORD}x`, HASH)).toBe(false);
    expect(await hashPassword(PASSWORD)).not.toBe(HASH);
  });

  test('an accented letter is the same however the keyboard spells it', async () => {
    expect(await verifyPassword(PASSWORD.normalize('NFD'), HASH)).toBe(true);
  });

  test('a hash holds nothing that a shell, a list or an env file takes for its own', () => {
    expect(HASH).toMatch(/^[A-Za-z0-9._-]+$/);
  });

  test.for([
    ['empty', ''],
    ['a password in the clear', 'hunter2'],
    ['another scheme', HASH.replace('scrypt', 'bcrypt')],
    ['a cost that is no power of two', HASH.replace('.32768.', '.32767.')],
    ['no cost', HASH.replace('.32768.', '.1.')],
    ['a cost that would take gigabytes', HASH.replace('.32768.', '.16777216.')],
    ['endless rounds', HASH.replace('.8.3.', '.8.99.')],
    ['no salt', HASH.replace(/\.3\.[^.]+\./, '.3..')],
    ['cut off', HASH.slice(0, -8)],
  ] as const)('%s is no hash, and verifies nothing', async ([, text]) => {
    expect(isPasswordHash(text)).toBe(false);
    expect(await verifyPassword('', text)).toBe(false);
  });

  test("nobody's hash is a real one, so that an unknown name costs as much, and an endless password costs nothing", async () => {
    expect(isPasswordHash(NOBODY)).toBe(true);
    expect(await verifyPassword('', NOBODY)).toBe(false);
    expect(await verifyPassword('x'.repeat(10_240), HASH)).toBe(false);
  });
});

describe('the page', () => {
  test('the right name and password are let in, at first and when remembered', async () => {
    const header = basic('alice', PASSWORD);
    expect(await authorise(ALICE, header)).toEqual({ allowed: true, user: 'alice' });
    expect(await authorise(ALICE, header.replace('Basic', 'basic'))).toEqual({ allowed: true, user: 'alice' });
  });

  test('a remembered header is refused once the person is gone, or has another password', async () => {
    const header = basic('alice', PASSWORD);
    await authorise(ALICE, header);
    expect(await authorise({ kind: 'users', users: [{ name: 'bob', hash: HASH }] }, header)).toEqual({ allowed: false });
    const changed = await hashPassword('another password');
    expect(await authorise({ kind: 'users', users: [{ name: 'alice', hash: changed }] }, header)).toEqual({ allowed: false });
  });

  test.for([
    ['no header', null],
    ['an empty header', ''],
    ['a wrong password', basic('alice', 'wrong')],
    ['an empty password', basic('alice', '')],
    ['an empty name', basic('', PASSWORD)],
    ['an unknown name', basic('bob', PASSWORD)],
    ['a name from the prototype', basic('__proto__', PASSWORD)],
    ['another case', basic('Alice', PASSWORD)],
    ['no colon', `Basic ${Buffer.from('alice').toString('base64')}`],
    ['bearer', `Bearer ${PASSWORD}`],
    ['malformed base64', 'Basic ===='],
    ['base64 with something after it', `${basic('alice', PASSWORD)} x`],
    ['a header of 10 KB', basic('alice', 'x'.repeat(10_240))],
    ['the hash itself', basic('alice', HASH)],
    ['Latin-1 instead of UTF-8', `Basic ${Buffer.from(`alice:${PASSWORD}`, 'latin1').toString('base64')}`],
  ] as const)('%s is refused without a reason', async ([, header]) => {
    expect(await authorise(ALICE, header)).toEqual({ allowed: false });
  });

  test('public and guarded pages let everybody in, a closed one nobody', async () => {
    expect(await authorise({ kind: 'public' }, null)).toEqual({ allowed: true, user: null });
    expect(await authorise({ kind: 'vercel' }, null)).toEqual({ allowed: true, user: null });
    expect(await authorise({ kind: 'closed' }, basic('alice', PASSWORD))).toEqual({ allowed: false });
  });

  test('a flood of wrong passwords is refused, most of it unhashed, and the right one works afterwards', async () => {
    const flood = Array.from({ length: 60 }, (_, index) => authorise(ALICE, basic('alice', `wrong ${index}`)));
    expect((await Promise.all(flood)).filter((answer) => answer.allowed)).toEqual([]);
    expect(await authorise(ALICE, basic('alice', PASSWORD))).toMatchObject({ allowed: true });
  });
});

describe('the cron routes', () => {
  const SECRET = 'cron-secret-of-some-length';
  test.for([
    ['the secret', SECRET, `Bearer ${SECRET}`, true],
    ['no header', SECRET, null, false],
    ['an empty header', SECRET, '', false],
    ['an empty token', SECRET, 'Bearer ', false],
    ['undefined', SECRET, 'Bearer undefined', false],
    ['the bare secret', SECRET, SECRET, false],
    ['a prefix', SECRET, `Bearer ${SECRET.slice(0, -1)}`, false],
    ['a longer one', SECRET, `Bearer ${SECRET}x`, false],
    ['10 KB', SECRET, `Bearer ${'x'.repeat(10_240)}`, false],
    ['another alphabet', SECRET, 'Bearer gehéim', false],
    ['basic', SECRET, basic('', SECRET), false],
    ['anything, where no secret is set', null, 'Bearer null', false],
    ['an empty token, where the secret is empty', '', 'Bearer ', false],
  ] as const)('%s', ([, secret, header, expected]) => {
    expect(cronAuthorised(secret, header)).toBe(expected);
  });
});
