/** Rules of our own for oxlint: what a pure folder could still reach around the restricted globals, properties and imports. */

type Node = { readonly type: string; readonly name?: string; readonly callee?: Node; readonly arguments?: readonly unknown[] };
type Context = { readonly report: (found: { readonly node: Node; readonly message: string }) => void };

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

export default { meta: { name: 'pure' }, rules: { 'no-hidden-input': noHiddenInput } };
