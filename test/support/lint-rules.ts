import { relative, resolve, dirname, sep } from 'node:path';
import { LAYERS } from './layers.ts';

/** Rules of our own for oxlint: what a pure folder could still reach around the restricted globals, and which folder may import which. */

type Node = {
  readonly type: string;
  readonly name?: string;
  readonly callee?: Node;
  readonly arguments?: readonly unknown[];
  readonly source?: { readonly value?: unknown } | null;
};
type Context = {
  readonly filename: string;
  readonly cwd: string;
  readonly report: (found: { readonly node: Node; readonly message: string }) => void;
};

const CLOCK = 'time is an argument here: no new Date() without one';
const LATE_IMPORT = 'a pure folder imports nothing late: no import()';

const noHiddenInput = {
  create(context: Context) {
    return {
      NewExpression(node: Node) {
        if (node.callee?.name === 'Date' && node.arguments?.length === 0) context.report({ node, message: CLOCK });
      },
      CallExpression(node: Node) {
        if (node.callee?.name === 'Date') context.report({ node, message: CLOCK });
      },
      ImportExpression(node: Node) {
        context.report({ node, message: LATE_IMPORT });
      },
    };
  },
};

/** The folder that the table names: a folder of `lib`, or `app`, `scripts` or `test`; null outside of them. */
function layerOf(path: string): string | null {
  const [top, folder, ...rest] = path.split(sep);
  if (top === 'lib') return rest.length > 0 ? (folder ?? null) : 'lib';
  if (top === 'proxy.ts') return 'app';
  return top === 'app' || top === 'scripts' || top === 'test' ? top : null;
}

const direction = {
  create(context: Context) {
    const own = relative(context.cwd, context.filename);
    const layer = layerOf(own);
    const check = (node: Node): void => {
      const specifier = node.source?.value;
      if (layer === null || layer === 'test' || typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const other = layerOf(relative(context.cwd, resolve(dirname(context.filename), specifier)));
      if (other === null || other === layer || other === 'domain' || LAYERS[layer]?.includes(other)) return;
      context.report({ node, message: `${layer} does not import ${other} (test/support/layers.ts says which folder may import which)` });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { meta: { name: 'layers' }, rules: { 'no-hidden-input': noHiddenInput, direction } };
