import { registerHooks } from 'node:module';
import { watchLive, watchUsed } from './heap.ts';

/**
 * The whole line in a process of its own, as a cold function would run it: the environment holds everything, each message is one check.
 * Started with --expose-gc; the argument says which heap is watched.
 */
export type Checked = {
  readonly body: unknown;
  readonly milliseconds: number;
  /** Bytes over what was in use before the check. */
  readonly heapGrowth: number;
  /** Packages of node_modules that have been loaded by now. */
  readonly packages: readonly string[];
};

const packages = new Set<string>();
registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(resolved.url)?.[1];
    if (name !== undefined) packages.add(name);
    return resolved;
  },
});

const heap = process.argv[2] === 'live' ? watchLive() : watchUsed();
const { runCheck } = await import('../../lib/wire/wire.ts');

async function check(): Promise<Checked> {
  heap.begin();
  const begun = performance.now();
  const { body } = await runCheck();
  const milliseconds = performance.now() - begun;
  return { body, milliseconds, heapGrowth: heap.growth(), packages: [...packages] };
}

process.on('message', () => void check().then((checked) => process.send?.(checked)));
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
