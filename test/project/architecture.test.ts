import { expect, test } from 'vitest';
import { LAYERS, PURE } from '../support/layers.ts';
import { textOf } from './documents.ts';

const TABLE = ['| folder | may import |', '|---|---|']
  .concat(
    Object.entries(LAYERS).map(([folder, others]) => {
      const name = `\`${folder}\`${PURE.includes(folder) ? ' (pure)' : ''}`;
      return `| ${name} | ${others.map((other) => `\`${other}\``).join(', ')} |`.replace('|  |', '| |');
    }),
  )
  .join('\n');

test('docs/architecture.md has the table of layers as test/support/layers.ts has it: copy the expected text between its markers', () => {
  const [, inside = ''] = /<!-- layers:begin -->\n([^]*)\n<!-- layers:end -->/.exec(textOf('docs/architecture.md')) ?? [];
  expect(inside.trim()).toBe(TABLE);
});
