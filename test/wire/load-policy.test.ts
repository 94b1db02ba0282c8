import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** In a process of its own, since it is read once. */
function read(content: string | null): string {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'policy.json');
  if (content !== null) writeFileSync(file, content);
  const code = `import('./lib/wire/load-policy.ts').then(({ configuration }) => console.log(JSON.stringify(configuration()))).catch((error) => console.log(error.name, error.message));`;
  return execFileSync(process.execPath, ['-e', code], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, POLICY_FILE: file },
    encoding: 'utf8',
  });
}

test('a policy file replaces the keys that it has', () => expect(read('{"digestHour": 6}')).toContain('"digestHour":6'));

test.for([
  ['that is not there', null, /ConfigError POLICY_FILE \(.*policy\.json\): cannot be read/],
  ['that is no JSON', '{', /is no JSON/],
  ['that is a list', '[]', /is no JSON object/],
  ['with a wrong key', '{"digest": 6}', /ConfigError POLICY_FILE \(.*policy\.json\) is wrong in 1 place:\n.*unknown key digest/],
  [
    'with a restore test into its source',
    '{"restoreTests":[{"name":"a","sources":[{"project":"p","cluster":"c"}],"target":{"project":"p","cluster":"c"}}]}',
    /restoreTests\.0\.target: is one of the sources/,
  ],
] as const)('a policy file %s is refused by name', ([, content, words]) => expect(read(content)).toMatch(words));
