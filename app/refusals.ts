import { isIP } from 'node:net';
import { clientAddress } from '../lib/people/sign-in/client-address.ts';
import { environment } from '../lib/wire/load-environment.ts';
import { countedLines } from './counted-lines.ts';

/** Counts one refusal for the log, with the address that the request came from. `what` says the same for the same reason, and nothing that the sender chose. */
export function countRefusal(headers: Pick<Headers, 'get'>, what: string): void {
  countedLines().add(`restorewatch: audit: refused: ${what}`, addressOf(headers));
}

/** The same for the audit trail; null if it is not known. Throws `EnvironmentError`. */
export function addressFor(headers: Pick<Headers, 'get'>): string | null {
  const address = addressOf(headers);
  return isIP(address) === 0 ? null : address;
}

/** The address that a request came from. Throws `EnvironmentError`. */
export function addressOf(headers: Pick<Headers, 'get'>): string {
  return clientAddress(headers, environment());
}
