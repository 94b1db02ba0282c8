import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The product's former name, as a name: the adjective ("restorable window", "is restorable") stays. Put together, so that this file is clean too. */
const FORMER = ['Restor', 'able'].join('');
const AS_A_NAME = [
  `(^|[^a-zA-Z])${FORMER}([^ a-zA-Z]|$| [^w])`,
  `${FORMER.toLowerCase()}[.=:_-][a-z$]`,
  `[./"'\`]${FORMER.toLowerCase()}["'\`/:]`,
  `X-${FORMER}`,
];
/** What the adjective makes of file names and of sentences. */
const ADJECTIVE =
  /restorable-(window|words|json)|Not restorable|restorable\.tsx|Restorable( to| until|, at worst| [=&{}]|[;,)])|restorable\.(until|readAt|window|mayReachFurther)|\/restorable\/|\['restorable'\]|'restorable' \||restorable_until|restorable`: of its|`restorable\.until`/;

test('no file of the tree has the former name of the product, CHANGELOG apart, which tells of the change', () => {
  const { stdout } = spawnSync('git', ['grep', '-nIE', AS_A_NAME.join('|'), '--', ':!CHANGELOG.md'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  expect(stdout.split('\n').filter((line) => line !== '' && !ADJECTIVE.test(line))).toEqual([]);
});
