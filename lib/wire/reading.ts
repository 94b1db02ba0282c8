import type { Ports } from '../ports/ports.ts';
import { keptReads } from './kept-state.ts';
import { environment } from './load-environment.ts';
import { openPorts } from './wire.ts';

/** The ports by which pages and their JSON read. Where anybody may look, what they read is up to 30 s old, so that no visitor can use up the store's quota. */
export async function openReadingPorts(): Promise<Ports> {
  return environment().access.kind === 'public' ? openSparingPorts() : openPorts();
}

/** The ports of what anybody may ask however often: at most one read of the head in 30 s. */
export async function openSparingPorts(): Promise<Ports> {
  const ports = await openPorts();
  return { ...ports, store: keptReads().reading(ports.store) };
}

/** Whether visitors without a name have asked for too many different pages of the log. */
export { isTooManyReads } from '../record/kept-reads.ts';

/** Whether the store could not be read or written, as opposed to a fault of ours. */
export { isStoreError } from '../record/store.ts';
