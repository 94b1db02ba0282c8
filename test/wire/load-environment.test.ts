import { expect, test, vi } from 'vitest';
import { environment } from '../../lib/wire/load-environment.ts';

test('a request finds the environment right where a variable of a channel may serve a team alone: the start has looked', () => {
  const given = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_0123456789',
    SLACK_SIGNING_SECRET: 'a-long-random-secret-0123456789',
  };
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
  expect(environment().webhooks.slackSigningSecret).toBe(given.SLACK_SIGNING_SECRET);
});
