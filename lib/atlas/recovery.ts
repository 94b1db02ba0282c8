import type { Instant } from '../domain/time.ts';
import type { RecoveryAtlas } from '../domain/recovery-atlas.ts';
import type { Credentials } from './auth.ts';
import { createAtlasClient, type AtlasClientOptions, type AtlasWriter } from './client.ts';
import { AtlasError } from './error.ts';
import { recoveryReads } from './recovery-reads.ts';
import { recoveryWrites } from './recovery-writes.ts';
import { surelyNotTaken } from './retry.ts';

/** What the parts of the port share. */
export type RecoveryContext = { readonly client: AtlasWriter; readonly clock: () => Instant };

/** The second service account (ATLAS_RESTORE_*): an API key is only ever read with. */
export type RecoveryAtlasOptions = Omit<AtlasClientOptions, 'credentials'> & {
  readonly credentials: Extract<Credentials, { kind: 'serviceAccount' }>;
};

type Given = { readonly client: AtlasWriter; readonly clock?: () => Instant } | { readonly options: RecoveryAtlasOptions };

/** Recovery's side of the Admin API, over a client that is there already or one of its own. */
export function createRecoveryAtlas(given: Given): RecoveryAtlas {
  const client = 'client' in given ? given.client : createAtlasClient(given.options);
  const clock = ('client' in given ? given.clock : given.options.clock) ?? Date.now;
  const context = { client, clock };
  return { ...recoveryReads(context), ...recoveryWrites(context), refusalOf };
}

function refusalOf(error: unknown): ReturnType<RecoveryAtlas['refusalOf']> {
  if (!(error instanceof AtlasError) || error.status === 429 || error.status === null || !surelyNotTaken(error)) return null;
  return { code: error.code, message: error.message };
}
