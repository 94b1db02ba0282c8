import { z } from 'zod';
import type { AccountSecret } from '../../domain/facts/daily-facts.ts';
import { MINUTE, type Duration, type Instant } from '../../domain/time.ts';
import { moment, objectId, text } from './answer-fields.ts';

const secret = z.object({
  id: objectId,
  createdAt: moment,
  expiresAt: moment,
  lastUsedAt: moment,
  maskedSecretValue: text,
});
const account = z.object({ secrets: z.array(z.unknown()) });

/** A run signs in just before it reads this. */
const JUST_NOW: Duration = 10 * MINUTE;

/** What of the mask is no mask: "mdb_sa_sk_...1Zx9" ends in "1Zx9". The format is not documented, and fewer than four characters prove nothing. */
const SHOWN = /(?:\.{2,}|…|[*•]+)([\w-]{4,})$/;

/** How the secret in our configuration is recognised. It is compared here and kept nowhere. */
export type Recognition = { readonly value: string; readonly now: Instant };

/** The secrets of one of our own service accounts; null if the answer has no list of them or an entry no usable id. */
export function parseSecrets(body: unknown, recognition: Recognition): readonly AccountSecret[] | null {
  const list = account.safeParse(body).data?.secrets.map((entry) => secret.safeParse(entry).data ?? null);
  if (list === undefined || list.length === 0) return null;
  const usable = list.flatMap((entry) => entry ?? []);
  if (usable.length < list.length) return null;
  const ours = oursAmong(usable, recognition);
  return usable.map(({ id, createdAt, expiresAt }) => ({ id, createdAt, expiresAt, isOurs: id === ours }));
}

/**
 * The id of our secret, if Atlas tells which it is: the only one; the only one whose mask ends as ours; or the only one that was used just now, while none of
 * the others was ever used. Null if that is not certain, as during a rotation.
 */
function oursAmong(secrets: readonly z.infer<typeof secret>[], { value, now }: Recognition): string | null {
  const masked = secrets.filter(({ maskedSecretValue }) => {
    const shown = SHOWN.exec(maskedSecretValue ?? '')?.[1];
    return shown !== undefined && value.endsWith(shown);
  });
  const used = secrets.filter(({ lastUsedAt }) => lastUsedAt !== null);
  const justUsed = used.filter(({ lastUsedAt }) => lastUsedAt !== null && Math.abs(now - lastUsedAt) <= JUST_NOW);
  const onlyOne = [secrets, masked, used.length === justUsed.length ? justUsed : []].find(({ length }) => length === 1);
  return onlyOne?.[0]?.id ?? null;
}
