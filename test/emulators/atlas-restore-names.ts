import type { Manifest } from '../../lib/domain/recovery/evidence.ts';
import type { EmulatedMongo } from './atlas-model.ts';

/**
 * What a manifest of the whole server says of this cluster, under the names that its users see: a server that several clusters share lists the
 * databases of all of them, those of a source under its prefix.
 */
export function manifestAsSeen({ databases, prefix = '' }: EmulatedMongo, manifest: Manifest): Manifest {
  const own = manifest.collections.flatMap((collection) => {
    const database = databases.find((name) => collection.namespace.startsWith(`${prefix}${name}.`));
    return database === undefined ? [] : [{ ...collection, namespace: collection.namespace.slice(prefix.length) }];
  });
  return { ...manifest, collections: own };
}
