import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const APP = join(import.meta.dirname, '../../app');
const STYLES = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css'));

// `light-dark()` takes nothing but colours. So a page that was looked at in the light needs only its colours looked at in the dark (test/e2e/every-page).
test.for(STYLES)('app/%s knows of the dark by light-dark() alone', (path) => {
  expect(readFileSync(join(APP, path), 'utf8')).not.toMatch(/prefers-color-scheme/);
});
