import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 in hex of a text under a secret. */
export function hmac(secret: string, text: string | Uint8Array): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Compares in constant time, whatever the lengths: both sides are hashed first. */
export function same(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
