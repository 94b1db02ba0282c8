import { expect, test } from 'vitest';
import { settingsTable, VARIABLES, VARIABLE_NAMES } from '../../../lib/config/environment/variables.ts';

test.for(VARIABLE_NAMES)('%s parses its own default, and absence', (name) => {
  const { standard, read } = VARIABLES[name];
  expect(read(standard).ok).toBe(true);
  expect(read(null)).toEqual(read(standard));
});

test('the table of settings has a row for each variable, with its default, and stars on secrets alone', () => {
  const rows = settingsTable().split('\n');
  expect(rows).toHaveLength(VARIABLE_NAMES.length + 2);
  expect(rows).toContainEqual(expect.stringMatching(/\| `RUN_BUDGET_MS` \| `240000` \|/));
  const starred = rows.filter((row) => row.includes('\\*')).map((row) => /`(\w+)`/.exec(row)?.[1]);
  expect(starred).toEqual(VARIABLE_NAMES.filter((name) => VARIABLES[name].secret));
});

test('what names a secret, a token, a password or a private key is marked as secret', () => {
  const suspicious = VARIABLE_NAMES.filter((name) => /SECRET|TOKEN|PASSWORD|PRIVATE|ROUTING_KEY|_URI$|SMTP_URL|EVIDENCE/.test(name));
  expect(suspicious.filter((name) => !VARIABLES[name].secret)).toEqual([]);
});
