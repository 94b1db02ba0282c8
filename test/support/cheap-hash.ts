import { randomBytes, scryptSync } from 'node:crypto';

/**
 * A line for STATUS_USERS that costs a thousandth of what `hashPassword` makes, by the parameters that each hash carries: for tests about anything
 * but the hash itself, which verify a password dozens of times.
 */
export function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password.normalize('NFC'), salt, 32, { N: 64, r: 8, p: 1 });
  return ['scrypt', 64, 8, 1, salt.toString('base64url'), hash.toString('base64url')].join('.');
}
