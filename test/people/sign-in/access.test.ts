import { beforeEach, describe, expect, test } from 'vitest';
import { turnedAway } from '../../../app/signed-in.ts';
import { authorise, bearerAuthorised } from '../../../lib/people/sign-in/access.ts';
import type { Access } from '../../../lib/config/environment/environment.ts';
import { hashPassword, isPasswordHash, LONGEST_PASSWORD, NOBODY, verifyPassword } from '../../../lib/config/environment/password.ts';
import { passwordProblem } from '../../../lib/config/environment/password-rules.ts';
import { isUserName, type StatusUser } from '../../../lib/config/environment/status-users.ts';
import { cheapHash } from '../../support/cheap-hash.ts';

const PASSWORD = 'pw-of-alice: with colon, ünïcode';
const HASH = await hashPassword(PASSWORD);
/** Alice’s line in STATUS_USERS where the cost of a hash is not the point. */
const LINE = cheapHash(PASSWORD);
const ALICE: Access = { kind: 'users', users: [{ name: 'alice', hash: LINE, role: 'responder' }] };

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

describe('passwords', () => {
  test('a hash verifies only its own password, and is never the same twice', async () => {
    expect(await verifyPassword(PASSWORD, HASH)).toBe(true);
    expect(await verifyPassword(`${PASSWORD}x`, HASH)).toBe(false);
    expect(await hashPassword(PASSWORD)).not.toBe(HASH);
  });

  test('an accented letter is the same however the keyboard spells it', async () => {
    expect(await verifyPassword(PASSWORD.normalize('NFD'), HASH)).toBe(true);
  });

  test('a hash holds no character that a shell, a list or an env file interprets', () => {
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
  /** Each test has an address of its own, since those that failed wait longer. */
  let address = '';
  let addresses = 0;
  beforeEach(() => void (address = `192.0.2.${(addresses += 1)}`));
  const ask = (access: Access, header: string | null) => authorise(access, { header, address });
  const users = (...entries: readonly Partial<StatusUser>[]): Access => ({
    kind: 'users',
    users: entries.map((entry) => ({ name: 'alice', hash: LINE, role: 'responder', ...entry })),
  });

  test('the right name and password are let in, both before and after they are remembered', async () => {
    const header = basic('alice', PASSWORD);
    const usual = users({ hash: HASH });
    expect(await ask(usual, header)).toEqual({ allowed: true, user: 'alice', role: 'responder' });
    expect(await ask(usual, header.replace('Basic', 'basic'))).toEqual({ allowed: true, user: 'alice', role: 'responder' });
  });

  test('the longest password that may be had is let in, of whatever letters, with the longest name', async () => {
    const name = 'n'.repeat(64);
    const password = Array.from({ length: LONGEST_PASSWORD }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7_919) % 20_000))).join('');
    expect([passwordProblem(password, name), isUserName(name), isUserName(`${name}n`)]).toEqual([null, true, false]);
    expect(await ask(users({ name, hash: cheapHash(password) }), basic(name, password))).toMatchObject({ allowed: true, user: name });
  });

  test('a viewer is let in as one, and as a responder once the entry says so, without signing in again', async () => {
    const header = basic('alice', PASSWORD);
    expect(await ask(users({ role: 'viewer' }), header)).toEqual({ allowed: true, user: 'alice', role: 'viewer' });
    expect(await ask(users({ role: 'responder' }), header)).toMatchObject({ role: 'responder' });
  });

  test('a remembered header is refused once the person is gone, or has another password', async () => {
    const header = basic('alice', PASSWORD);
    await ask(ALICE, header);
    expect(await ask(users({ name: 'bob' }), header)).toMatchObject({ allowed: false });
    expect(await ask(users({ hash: cheapHash('another password') }), header)).toMatchObject({ allowed: false });
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
    ['the hash itself', basic('alice', LINE)],
    ['Latin-1 instead of UTF-8', `Basic ${Buffer.from(`alice:${PASSWORD}`, 'latin1').toString('base64')}`],
  ] as const)('%s is refused without a reason to the sender', async ([, header]) => {
    const answer = await ask(ALICE, header);
    expect(answer).toMatchObject({ allowed: false });
    const { status, words, error, headers } = turnedAway(answer as Extract<typeof answer, { readonly allowed: false }>);
    expect([status, words, error, Object.keys(headers)]).toEqual([401, 'Sign in to see this page.', 'unauthorised', ['WWW-Authenticate']]);
  });

  test('public and guarded pages let everybody in as one who only looks, a closed one nobody', async () => {
    const anybody = { allowed: true, user: null, role: 'viewer' };
    expect(await ask({ kind: 'public' }, null)).toEqual(anybody);
    expect(await ask({ kind: 'vercel' }, null)).toEqual(anybody);
    expect(await ask({ kind: 'closed' }, basic('alice', PASSWORD))).toMatchObject({ allowed: false });
  });

  test('a flood of wrong passwords is refused, most of it unhashed and as busy, and the right one works meanwhile', async () => {
    const flood = Array.from({ length: 500 }, (_, index) => ask(ALICE, basic('alice', `wrong ${index}`)));
    expect(await authorise(ALICE, { header: basic('alice', PASSWORD), address: '198.51.100.1' })).toMatchObject({ allowed: true });
    const answers = await Promise.all(flood.slice(65));
    expect(answers).toEqual(Array(435).fill({ allowed: false, why: 'busy' }));
  });

  test('whoever is refused as busy is told to come again, not that the password is wrong', () => {
    expect(turnedAway({ allowed: false, why: 'busy' })).toMatchObject({ status: 503, error: 'busy', headers: { 'Retry-After': '5' } });
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
    expect(bearerAuthorised(secret, header)).toBe(expected);
  });
});
