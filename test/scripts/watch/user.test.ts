import { expect, test } from 'vitest';
import { verifyPassword } from '../../../lib/config/environment/password.ts';
import { restorewatch } from '../run.ts';

test.for([
  ['one line', 'pw-of-alice-1\n'],
  ['one line without its end', 'pw-of-alice-1'],
  ['two that match', 'pw-of-alice-1\npw-of-alice-1\n'],
  ["two of Windows' lines", 'pw-of-alice-1\r\npw-of-alice-1\r\n'],
] as const)('%s on standard input gives one line for STATUS_USERS, and nothing else', async ([, input]) => {
  const { code, stdout, stderr } = await restorewatch(['user', 'alice'], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [, hash = ''] = /^alice:(\S+)\n$/.exec(stdout) ?? [];
  expect(await verifyPassword('pw-of-alice-1', hash)).toBe(true);
});

test.for([
  ['viewer', /^alice:(scrypt\S+):viewer\n$/],
  ['responder', /^alice:(scrypt[^:\s]+)\n$/],
] as const)('a %s has a line that says so where it is not the default', async ([role, line]) => {
  const { code, stdout } = await restorewatch(['user', 'alice', '--role', role], { input: 'pw-of-alice-1\n' });
  expect(code).toBe(0);
  const [, hash = ''] = line.exec(stdout) ?? [];
  expect(await verifyPassword('pw-of-alice-1', hash)).toBe(true);
});

test.for([
  ['passwords that differ', ['alice'], 1, 'pw-of-alice-1\npw-of-alicE-1\n', 'differ'],
  ['a short password', ['alice'], 1, 'short\n', '12 to'],
  ['no password', ['alice'], 1, '', '12 to'],
  ['a password of 11 characters', ['alice'], 1, 'pw-of-alice\n', '12 to'],
  ['a common password', ['alice'], 1, 'Password1234!\n', 'among the first that are guessed'],
  ['a role that there is not', ['alice', '--role', 'admin'], 2, 'pw-of-alice-1\n', 'viewer, responder'],
  ['no name', [], 2, 'pw-of-alice-1\n', "argument 'name'"],
  ['a name with a colon', ['a:b'], 2, 'pw-of-alice-1\n', 'A name is up to 64 letters'],
  ['a name with a comma', ['a,b'], 2, 'pw-of-alice-1\n', 'A name is up to 64 letters'],
] as const)('%s prints no line, and says what is wrong without the password', async ([, args, expected, input, hint]) => {
  const { code, stdout, stderr } = await restorewatch(['user', ...args], { input });
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toContain(hint);
  expect(stderr).not.toMatch(/pw-of|Password1234/);
});

test.for([
  ['after the name', ['alice', 'SEKRETpassword']],
  ['as an option', ['alice', '--password=SEKRETpassword']],
  ['in the name', ['alice:SEKRETpassword']],
] as const)('a password that was typed %s is not shown', async ([, args]) => {
  const { code, said } = await restorewatch(['user', ...args]);
  expect(code).toBe(2);
  expect(said).not.toContain('SEKRET');
});

test('on a terminal the password is asked for twice, without being shown', async () => {
  const { code, stdout, stderr } = await restorewatch(['user', 'alice'], { input: 'pw-of-alice-1\npw-of-alice-1\n', terminal: true });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^alice:\S+\n$/);
  expect(stderr).toBe('Password: \nAgain: \n');
});
