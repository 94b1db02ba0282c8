import { expect, test } from 'vitest';
import { COMPLETE } from '../config/environment/environment-source.ts';
import { runScript } from './run.ts';

test('a wrong environment stops the start with every problem in one message, no stack, and no secret', async () => {
  const { code, stdout, stderr } = await runScript('start.ts', {
    env: { ...COMPLETE, ATLAS_BASE_URL: 'not a url', REQUEST_TIMEOUT_MS: 'soon', SLACK_CHANNEL_ID: '', PAGERDUTY_ROUTING_KEY: 'cut-short' },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  for (const name of ['ATLAS_BASE_URL', 'REQUEST_TIMEOUT_MS', 'SLACK_CHANNEL_ID', 'PAGERDUTY_ROUTING_KEY']) expect(stderr).toContain(name);
  expect(stderr).toContain('4 problems');
  expect(stderr).not.toMatch(/cut-short|secret-of-atlas|\n\s+at /);
});
