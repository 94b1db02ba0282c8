import { known, unknown, type Fact } from '../domain/facts/fact.ts';
import type { CollectHints } from '../domain/memory/collect-hints.ts';
import type { Instant } from '../domain/time.ts';
import type { AtlasClient, Until } from './client/client.ts';
import { AtlasError, isAddressRefused, NOT_READ } from './client/atlas-error.ts';

/** What all reads of one run share. */
export type Collection = {
  readonly client: AtlasClient;
  readonly hints: CollectHints;
  /** When the run began; the `asOf` of everything that it reads. */
  readonly now: Instant;
  readonly until: Until;
  /** Called for each read that the deadline cut off. */
  readonly cutOff: () => void;
  /** Told of each error that is none of Atlas's, but a fault of this program. */
  readonly unexpected: (error: unknown) => void;
  /** How many snapshots that lists lack may still be asked for by id. */
  readonly missing: { left: number };
  /** The event types that Atlas knows, read once and only if Atlas refused a filter. */
  readonly eventTypes: () => Promise<ReadonlySet<string>>;
};

/** Reads one thing as a fact: a failure becomes its reason, never an exception. */
export async function asFact<T>(collection: Collection, read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await read(), collection.now);
  } catch (error) {
    if (error instanceof AtlasError && error.failure.kind === 'deadline') collection.cutOff();
    if (!(error instanceof AtlasError)) collection.unexpected(error);
    return unknown(reasonOf(error));
  }
}

/** Why something is unknown, and the likely fix if Atlas's answer tells it: one sentence for people, without a secret. */
export function reasonOf(error: unknown): string {
  // The message of an error from our own code may hold anything; the name of its class does not.
  if (!(error instanceof AtlasError))
    return `reading failed inside Restorewatch (${error instanceof Error ? error.name : 'unknown error'})`;
  if (error.failure.kind === 'deadline') return NOT_READ;
  const fix = likelyFix(error);
  return fix === null ? error.message : `${error.message}; ${fix}`;
}

function likelyFix(error: AtlasError): string | null {
  const { operation, status, callerAddress } = error.failure;
  if (operation === 'getAccessToken' && status !== null && status < 500 && status !== 429) {
    return 'check that the service account exists, that its secret has not expired, and that both are configured as Atlas shows them';
  }
  if (status === 401) return 'check the configured credentials';
  if (status !== 403) return null;
  if (isAddressRefused(error)) {
    const who = callerAddress === null ? 'add the address that the request came from' : `it came from ${callerAddress}: add it`;
    return `${who} to the API access list of the service account or API key (not the project's cluster list)`;
  }
  return 'give the service account or API key the role Project Read Only in this project';
}
