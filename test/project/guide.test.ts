import { describe, expect, test } from 'vitest';
import { patched, stepsOf } from './guide.ts';

const GUIDE = `# Adding a thing

\`\`\`ts
// A block without a "File:" line before it is an illustration.
\`\`\`

File: \`lib/things/one.ts\`
\`\`\`ts
export const one = 1;

export const two = 2;
\`\`\`

File: \`lib/things/registry.ts\`

\`\`\`\`diff
 const things = [
-  old,
+  one,
+  \`\`\`
 ];
\`\`\`\`
`;

describe('the files that a guide shows', () => {
  test('are the blocks after a "File:" line, whole, and patches where the language is diff', () => {
    expect(stepsOf(GUIDE)).toEqual([
      { kind: 'file', path: 'lib/things/one.ts', text: 'export const one = 1;\n\nexport const two = 2;\n' },
      { kind: 'patch', path: 'lib/things/registry.ts', lines: [' const things = [', '-  old,', '+  one,', '+  ```', ' ];'] },
    ]);
  });

  test.for<[string, string, string]>([
    ['no block', 'File: `a.ts`\n\n\n```ts\n```\n', 'no fenced block follows "File: `a.ts`"'],
    ['a block without an end', 'File: `a.ts`\n```ts\none\n', 'the block of a.ts has no end'],
  ])('are refused where a "File:" line has %s', ([, markdown, words]) => {
    expect(() => stepsOf(markdown)).toThrow(words);
  });
});

describe('a patch that a guide shows', () => {
  const text = 'import a;\n\nconst all = [\n  a,\n];\n';

  test('replaces the lines that it removes and leaves the others', () => {
    expect(patched(text, [' const all = [', '-  a,', '+  b,', '+  c,', ' ];'])).toBe('import a;\n\nconst all = [\n  b,\n  c,\n];\n');
  });

  test('may keep an empty line', () => {
    expect(patched(text, [' import a;', '+import b;', '', ' const all = ['])).toBe('import a;\nimport b;\n\nconst all = [\n  a,\n];\n');
  });

  test.for([
    ['whose lines are not in the file', [' const some = ['], 'stand 0 times'],
    ['whose lines stand apart in the file', [' import a;', ' const all = ['], 'stand 0 times'],
    ['whose lines are in the file twice', [' a'], 'stand 2 times'],
    ['that only adds', ['+b'], 'stand'],
    ['with a line that is neither kept, removed nor added', ['const all = ['], 'a line of a patch begins with'],
  ] as const)('%s is refused', ([, patch, words]) => {
    expect(() => patched('a\nimport a;\n\nconst all = [\na\n', patch)).toThrow(words);
  });
});
