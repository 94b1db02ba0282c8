import { z } from 'zod';
import type { CustomerKey, KeyProvider } from '../../domain/facts/daily-facts.ts';

const key = z.union([z.object({ enabled: z.literal(false) }), z.object({ enabled: z.literal(true), valid: z.boolean() })]).optional();
const encryption = z.object({ awsKms: key, azureKeyVault: key, googleCloudKms: key });

/** The customer's keys that are enabled; null if one does not say whether it is enabled, or an enabled one not whether it is valid. */
export function parseCustomerKeys(body: unknown): readonly CustomerKey[] | null {
  const { data } = encryption.safeParse(body);
  if (data === undefined) return null;
  const keys: readonly (readonly [KeyProvider, z.infer<typeof key>])[] = [
    ['AWS', data.awsKms],
    ['AZURE', data.azureKeyVault],
    ['GCP', data.googleCloudKms],
  ];
  return keys.flatMap(([provider, said]) => (said?.enabled ? [{ provider, valid: said.valid }] : []));
}
