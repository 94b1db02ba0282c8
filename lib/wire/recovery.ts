import { randomInt } from 'node:crypto';
import type { MongoClient } from 'mongodb';
import { createRecoveryAtlas } from '../collect/recovery/atlas-recovery-client.ts';
import type { Environment } from '../config/environment/environment.ts';
import type { Duration, Instant } from '../domain/time.ts';
import type { Deployments, RecoveryPorts } from '../ports/recovery-ports.ts';
import { hostsNamed } from '../recovery/dump/connection-string.ts';

/** What restore tests, drills and manual restores need of the outside. Only the second service account ever restores (docs/contract.md, ATLAS_RESTORE_*). */
export function openRecovery({ atlas, recovery, requestTimeoutMs, secrets }: Environment): RecoveryPorts {
  const { credentials, mongodbUri, sandboxUri, addresses } = recovery;
  const options = credentials && { baseUrl: atlas.baseUrl, credentials, requestTimeoutMs, secrets };
  return {
    atlas: options && createRecoveryAtlas(options),
    deployments: openDeployments(requestTimeoutMs),
    sandboxAddress: (variable) => (variable === null ? sandboxUri : (addresses[variable] ?? null)),
    sourceAddress: (variable) => (variable === null ? mongodbUri : (addresses[variable] ?? null)),
    // randomInt accepts ranges up to 2^48 - 1.
    random: () => randomInt(0, 2 ** 47) / 2 ** 47,
  };
}

/** MongoDB deployments by their addresses, with deadlines by the clock `now`. The driver is loaded when first needed, so that an hourly check never pays for it. */
export function openDeployments(timeoutMs: Duration, now: () => Instant = Date.now): Deployments {
  const through = async <T>(uri: string, act: (client: MongoClient) => Promise<T>): Promise<T> => {
    const { connect } = await import('../recovery/validate/read/connect.ts');
    const client = await connect(uri, { timeoutMs });
    try {
      return await act(client);
    } finally {
      // Not waited for: on a server that hangs it would wait for the server, beyond every deadline.
      void client.close().catch(() => undefined);
    }
  };
  return {
    hostsOf: hostsNamed,
    validate: (uri, plan, until) =>
      through(uri, async (client) =>
        (await import('../recovery/validate/validate-database.ts')).validateDatabase(client, plan, { ...until, now }),
      ),
    writeAccess: (uri) => through(uri, async (client) => (await import('../recovery/validate/read/write-access.ts')).writeAccess(client)),
    sandboxUse: (uri, { deadline }) =>
      through(uri, async (client) => {
        const { boundedRead } = await import('../recovery/validate/read/bounded-read.ts');
        const { sandboxUse } = await import('../recovery/dump/interlock/sandbox-use.ts');
        return boundedRead('use of the sandbox', { deadline, now }, () => sandboxUse(client));
      }),
    manifest: (uri, until) =>
      through(uri, async (client) => (await import('../recovery/validate/read/manifest.ts')).takeManifest(client, { ...until, now })),
    searchIndexes: (uri, until) =>
      through(uri, async (client) =>
        (await import('../recovery/validate/read/search-indexes.ts')).readSearchIndexes(client, { ...until, now }),
      ),
    checkAssertions: (uri, assertions, until) =>
      through(uri, async (client) =>
        (await import('../recovery/validate/check-assertions.ts')).checkAssertions(client, assertions, { ...until, now }),
      ),
    drop: (uri, until) =>
      through(uri, async (client) => (await import('../recovery/validate/drop-restored.ts')).dropDatabases(client, { ...until, now })),
  };
}
