import { expect, test } from 'vitest';
import { evidenceLine } from '../../../lib/domain/recovery/evidence.ts';
import { lineOf } from '../../../lib/recovery/validate/evidence-lines.ts';

test.for([lineOf, null])('a line of evidence is one line of plain text, whatever a collection is called', (make) => {
  const texts = ['all of a\nb', 'none\u202E of\tthem\u001B[31m'] as const;
  const line =
    make === null ? evidenceLine('indexes', 'failed', texts, 'shop.a\nb\u2028c') : make('indexes', 'shop.a\nb\u2028c', 'failed', texts);
  expect(line).toEqual({ what: 'indexes', verdict: 'failed', namespace: 'shop.a b c', expected: 'all of a b', found: 'none of them [31m' });
});
