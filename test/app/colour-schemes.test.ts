import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = globSync('{app,lib}/**/*.{css,ts,tsx}', { cwd: ROOT });

/** Browser tests look at everything by day, and at night for colours alone. */
test('nothing but a colour, which light-dark() gives, can differ between the light and the dark scheme', () => {
  const texts = SOURCES.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const);
  expect(texts.filter(([, text]) => text.includes('light-dark(')).map(([path]) => path)).not.toEqual([]);
  expect(texts.filter(([, text]) => /prefers-color-scheme|matchMedia/.test(text)).map(([path]) => path)).toEqual([]);
});
