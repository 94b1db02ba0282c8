import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWith } from '../support/services.ts';
import { type Claim, CLAIMS } from './recorded-claims.ts';

describeWith('shared', 'recorded responses of Atlas', (shared) => {
  const folder = join(shared, 'atlas/recorded');

  /** Names without ".json"; read inside of tests only, because the folder may be missing while the tests are collected. */
  function recordings(): readonly string[] {
    return readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  }

  function claims({ files }: Claim, name: string): boolean {
    return new RegExp(`^(${files})$`).test(name);
  }

  test('are more than forty, and each is claimed by one sentence', () => {
    const counts = recordings().map((name) => [name, CLAIMS.filter((claim) => claims(claim, name)).length] as const);
    expect(counts.length).toBeGreaterThan(40);
    expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
  });

  test.for(CLAIMS)('$files: $says', (claim) => {
    const names = recordings().filter((name) => claims(claim, name));
    expect(names).not.toEqual([]);
    for (const name of names) claim.holds(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
  });
});
