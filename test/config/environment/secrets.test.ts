import { expect, test } from 'vitest';
import { CHANNEL_VARIABLES } from '../../../lib/deliver/channels/registry.ts';
import { secretsOf } from '../../../lib/config/environment/secrets.ts';
import { readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import { VARIABLES, VARIABLE_NAMES } from '../../../lib/config/environment/variables.ts';
import { EVIDENCE_KEY } from '../../support/evidence-key.ts';
import { COMPLETE, refusal } from './environment-source.ts';

const SECRET_NAMES = VARIABLE_NAMES.filter((name) => VARIABLES[name].secret);
const VALID: Readonly<Record<string, string>> = {
  ...COMPLETE,
  STATUS_USERS: `alice:scrypt.32768.8.3.${'A'.repeat(22)}.${'B'.repeat(43)}`,
  HEARTBEAT_URL: 'https://hc-ping.com/4c1f1d3e-uuid-of-ours',
  MONGODB_URI: 'mongodb+srv://reader:mongo-password@cluster.example.com/shop',
  EVIDENCE_KEY: EVIDENCE_KEY.trim(),
  SANDBOX_MONGODB_URI: 'mongodb://a:sandbox-password@one.example.com,two.example.com',
};

test.for(SECRET_NAMES)('the value of %s is a secret of the environment', (name) => {
  const pair = name.replace('SECRET', 'ID').replace('TOKEN', 'URL').replace('PRIVATE', 'PUBLIC');
  const given = VALID[name] ?? `secret-value-of-${name}`;
  const source = { ...COMPLETE, STATUS_ACCESS: '', [name]: given, ...(pair !== name && !(pair in COMPLETE) && pairedVariable(pair)) };
  // What a channel's variable may be is its own matter; that it is a secret shows without parsing it.
  const isOfOther = name in CHANNEL_VARIABLES && !(name in VALID);
  expect(isOfOther ? secretsOf({ [name]: given }) : readEnvironment(source).secrets).toContain(given);
});

test('passwords in addresses (as written and decoded), password hashes of users, and the key in a heartbeat address are secrets', () => {
  const { STATUS_ACCESS: _, ...rest } = VALID;
  const { secrets } = readEnvironment(rest);
  const expected = ['p%40ssword-of-mail', 'p@ssword-of-mail', 'mongo-password', 'sandbox-password', '/4c1f1d3e-uuid-of-ours'];
  for (const piece of [...expected, `scrypt.32768.8.3.${'A'.repeat(22)}.${'B'.repeat(43)}`]) expect(secrets).toContain(piece);
  expect(secrets).not.toContain('');
  expect(secrets).not.toContain('mailer');
});

test.for(SECRET_NAMES)('a wrong %s is not repeated in the message', (name) => {
  const wrong = 'wrong but secret välue';
  expect(refusal({ ...COMPLETE, STATUS_ACCESS: '', VERCEL: '1', RUN_BUDGET_MS: 'soon', [name]: wrong })).not.toContain('välue');
});

test('a name in an address is no secret where it is short and has no password, nor is a password of three letters', () => {
  const piecesOf = (uri: string) => secretsOf({ MONGODB_URI: uri }).filter((secret) => secret !== uri);
  expect(piecesOf('mongodb://root@db.example.com')).toEqual([]);
  expect(piecesOf('mongodb://tokenfor@db.example.com')).toEqual(['tokenfor']);
  expect(piecesOf('mongodb://a:b@db.example.com')).toEqual([]);
  expect(piecesOf('mongodb://root:abcd@db.example.com')).toEqual(['root:abcd', 'abcd']);
});

const TOKENS = SECRET_NAMES.filter((name) => !['STATUS_USERS', 'EVIDENCE_KEY'].includes(name));

test.for(TOKENS)('%s of one letter is refused, by its name and with what to do, and is not shown', (name) => {
  const { STATUS_ACCESS: _, ...rest } = COMPLETE;
  const message = refusal({ ...rest, [name]: 'q' });
  expect(message).toMatch(new RegExp(`^  ${name}: (must|has fewer than 8 characters)[^\n]* \\(its value is not shown\\)$`, 'm'));
});

test.for([
  [7, true],
  [8, false],
] as const)('a token of %i characters is too short: %s', ([length, isRefused]) => {
  expect(refusal({ ...COMPLETE, METRICS_TOKEN: 'm'.repeat(length) }) !== '').toBe(isRefused);
});

test.for([
  ['mongodb://root:seven77@db.example.com', true],
  ['mongodb://root:eight888@db.example.com', false],
  ['mongodb://root:%41%42%43@db.example.com', true],
  ['mongodb://root@db.example.com:27017/?appName=a:b', false],
  ['mongodb://db.example.com:27017', false],
] as const)('%s is warned of as an address with a short password: %s', ([uri, isWarned]) => {
  const { warnings } = readEnvironment({ ...COMPLETE, MONGODB_URI: uri });
  const words =
    'MONGODB_URI: its password has fewer than 8 characters: it can be guessed, and may not be hidden in logs; set a longer one.';
  expect(warnings.includes(words)).toBe(isWarned);
});

/** The other half of a secret's pair, where the table has one. */
function pairedVariable(name: string): Readonly<Record<string, string>> {
  if (!VARIABLE_NAMES.some((known) => known === name)) return {};
  return { [name]: name.endsWith('URL') ? 'https://pair.example.com' : 'value-of-the-pair' };
}
