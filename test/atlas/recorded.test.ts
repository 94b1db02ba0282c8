import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWith } from '../support/services.ts';
import { CLAIMS } from './recorded-claims.ts';

describeWith('shared', 'recorded responses of Atlas', (shared) => {
  const folder = join(shared, 'atlas/recorded');
  const names = readdirSyncOrNone(folder);

  test('there are recordings', () => {
    expect(names.length).toBeGreaterThan(40);
  });

  test.for(names)('%s is what it says', (name) => {
    const claims = CLAIMS.filter(({ files }) => new RegExp(`^(${files})$`).test(name));
    expect(claims.map(({ says }) => says)).toHaveLength(1);
    claims[0]?.holds(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
  });
});

function readdirSyncOrNone(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  } catch {
    return [];
  }
}
