import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** For a process that was not started with --expose-gc. `minor`: what is young alone. */
export function exposedCollector(): (kind?: 'minor') => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('bench: this Node has no collector to call');
  return (kind) => void (kind === undefined ? collect() : collect({ type: kind }));
}
