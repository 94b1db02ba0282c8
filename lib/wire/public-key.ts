import { publicKeyOf, publicPem } from '../record/evidence/dsse.ts';
import { environment } from './load-environment.ts';

/** The public half of `EVIDENCE_KEY` as PEM; null where it is not set. */
export function evidencePublicKey(): string | null {
  const key = environment().recovery.evidenceKey;
  return key === null ? null : publicPem(publicKeyOf(key));
}
