import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './documents.ts';

test.for(['page', 'alert'])(
  'the picture %s.png of README is small enough for a slow line: 150 KB (taken by `npm run pictures`)',
  (name) => {
    const { size } = statSync(join(ROOT, 'docs/pictures', `${name}.png`));
    expect(size).toBeLessThanOrEqual(150 * 1_024);
  },
);
