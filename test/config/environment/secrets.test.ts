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

/** The other half of a secret's pair, where the table has one. */
function pairedVariable(name: string): Readonly<Record<string, string>> {
  if (!VARIABLE_NAMES.some((known) => known === name)) return {};
  return { [name]: name.endsWith('URL') ? 'https://pair.example.com' : 'value-of-the-pair' };
}
