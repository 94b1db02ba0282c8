import { clean, cut } from '../../alerts/plain.ts';
import { createRedactor } from '../../domain/redact.ts';
import type { Parts } from '../../parts.ts';

/** What people add passes through these parts alone: the head keeps it, which no store redacts. */
export type SpokenParts = Parts & { readonly secrets: readonly string[] };

/** Of one text that people add. */
const LONGEST = 2_000;
/** An address with credentials, which people paste: up to the last @ before a space or a quote. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi;

/** Pure: what a person said, as it may be stored: one line, not too long, without our secrets and without the credentials of any address. */
export function said(text: string, secrets: readonly string[]): string {
  const { redact } = createRedactor(secrets);
  return cut(redact(clean(text)).replace(CREDENTIALS, '$1[redacted]@'), LONGEST);
}
