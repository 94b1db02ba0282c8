import { known, unknown, type Fact } from '../domain/fact.ts';
import type { CollectHints } from '../domain/hints.ts';
import type { Instant } from '../domain/time.ts';
import type { AtlasClient, Until } from './client.ts';
import { AtlasError } from './error.ts';
import { reasonOf } from './reason.ts';

/** What one collection shares. */
export type Collection = {
  readonly client: AtlasClient;
  readonly hints: CollectHints;
  /** When the run began: the `asOf` of everything it reads. */
  readonly now: Instant;
  readonly until: Until;
  /** Told of everything that the deadline cut off. */
  readonly cutOff: () => void;
  /** The event types that Atlas knows, asked for once and only where a filter was refused. */
  readonly eventTypes: () => Promise<ReadonlySet<string>>;
};

/** Reads one thing as a fact: a failure becomes its reason, never an exception. */
export async function asFact<T>(collection: Collection, read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await read(), collection.now);
  } catch (error) {
    if (error instanceof AtlasError && error.kind === 'deadline') collection.cutOff();
    return unknown(reasonOf(error));
  }
}
