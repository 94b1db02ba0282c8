import { expect, test } from 'vitest';
import { verifyPassword } from '../../lib/password.ts';
import { runScript } from './run.ts';

test.for([
  ['one line', 'pw-of-alice\n'],
  ['one line without its end', 'pw-of-alice'],
  ['two that match', 'pw-of-alice\npw-of-alice\n'],
  ["two of Windows' lines", 'pw-of-alice\r\npw-of-alice\r\n'],
] as const)('%s on standard input gives one line for STATUS_USERS, and nothing else', async ([, input]) => {
  const { code, stdout, stderr } = await runScript('user.ts', { args: ['alice'], input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [, hash = ''] = /^alice:(\S+)\n$/.exec(stdout) ?? [];
  expect(await verifyPassword('pw-of-alice', hash)).toBe(true);
});

test.for([
  ['passwords that differ', ['alice'], 'pw-of-alice\npw-of-alicE\n', 'differ'],
  ['a short password', ['alice'], 'short\n', '8 to'],
  ['no password', ['alice'], '', '8 to'],
  ['no name', [], 'pw-of-alice\n', 'usage'],
  ['a name with a colon', ['a:b'], 'pw-of-alice\n', 'usage'],
  ['a name with a comma', ['a,b'], 'pw-of-alice\n', 'usage'],
] as const)('%s prints no line, and says what is wrong without the password', async ([, args, input, hint]) => {
  const { code, stdout, stderr } = await runScript('user.ts', { args, input });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(hint);
  expect(stderr).not.toContain('pw-of');
});
