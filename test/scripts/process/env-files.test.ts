import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadEnvironmentFiles } from '../../../scripts/process/env-files.ts';

/** A folder with what `vercel env pull` writes, and the environment as it was before afterwards. */
function pulled(): string {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-env-files-'));
  writeFileSync(join(folder, '.env.local'), 'VERCEL="1"\nPULLED_WITH_IT="yes"\n');
  const before = { ...process.env };
  onTestFinished(() => {
    process.env = before;
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test('a file that `vercel env pull` wrote does not make this machine Vercel, and its other variables are taken', () => {
  const folder = pulled();
  delete process.env['VERCEL'];
  loadEnvironmentFiles(folder);
  expect([process.env['VERCEL'], process.env['PULLED_WITH_IT']]).toEqual(['', 'yes']);
});

test('what the platform itself says stays', () => {
  const folder = pulled();
  process.env['VERCEL'] = '1';
  loadEnvironmentFiles(folder);
  expect(process.env['VERCEL']).toBe('1');
});
