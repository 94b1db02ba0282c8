import { createPrivateKey } from 'node:crypto';
import type { Reading } from '../../domain/settings/parse-value.ts';

/** The one form of PEM that is taken: PKCS#8, not encrypted (RFC 7468 §10). */
const PKCS8 = /^-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PRIVATE KEY-----$/;
const EXPECTED =
  'must be an Ed25519 private key, PEM (PKCS#8) as it is or in base64 on one line; `restorewatch evidence key` makes one, and so does `openssl genpkey -algorithm ed25519`';

/** An Ed25519 private key (RFC 8410) as PEM. The problem never quotes the text. */
export function evidenceKey(text: string): Reading<string> {
  const pem = pemOf(text);
  if (pem === null) return { ok: false, problem: EXPECTED };
  try {
    const { asymmetricKeyType: kind } = createPrivateKey(pem);
    if (kind === 'ed25519') return { ok: true, value: `${pem}\n` };
    return { ok: false, problem: `${EXPECTED}; this is a key of another kind (${kind})` };
  } catch {
    return { ok: false, problem: EXPECTED };
  }
}

/** The secret lines inside a PEM, also of one in base64: what could be shown without its first and last line is as secret as the whole. */
export function keyLines(text: string): readonly string[] {
  const body = PKCS8.exec(pemOf(text) ?? '')?.[1] ?? '';
  return body.split(/\s+/).filter((line) => line !== '');
}

function pemOf(text: string): string | null {
  const given = text.trim();
  if (PKCS8.test(given)) return given;
  const joined = given.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+=*$/.test(joined)) return null;
  const decoded = Buffer.from(joined, 'base64').toString('latin1').trim();
  return PKCS8.test(decoded) ? decoded : null;
}
