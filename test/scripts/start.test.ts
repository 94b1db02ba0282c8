import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test.for([
  ['a folder', (folder: string) => folder, 'it is a folder; set STATE_PATH to a file in it'],
  ['no database', (folder: string) => join(folder, 'notes.txt'), 'the file there is no SQLite database, and was left as it is'],
  ['a device', () => '/dev/null', 'it is a device, pipe or socket and no file; set STATE_PATH to a file'],
  ['in a file', (folder: string) => join(folder, 'notes.txt', 'state.sqlite'), 'is no folder, so nothing can lie in it'],
] as const)('a STATE_PATH that is %s stops the start with one line that says what to do', async ([, pathIn, words]) => {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-start-'));
  writeFileSync(join(folder, 'notes.txt'), 'notes');
  const env = { ...COMPLETE, KV_REST_API_URL: '', KV_REST_API_TOKEN: '', STATE_PATH: pathIn(folder) };
  const { code, stdout, stderr } = await runScript('start.ts', { env });
  rmSync(folder, { recursive: true });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const [last] = stderr.trimEnd().split('\n').slice(-1);
  expect(last).toContain(`start: STATE_PATH, ${pathIn(folder)}: `);
  expect(last).toContain(words);
});
