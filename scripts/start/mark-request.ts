import type { IncomingMessage } from 'node:http';
import { isOverTls, PEER_HEADER, TLS_HEADER } from '../../lib/people/sign-in/client-address.ts';

/** Tells the routes, which see no socket, where a request came from and whether it came over TLS. What a client sends under these names is dropped. */
export function markRequest({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trustedProxies: readonly string[]): void {
  const peer = socket.remoteAddress;
  headers[PEER_HEADER] = peer ?? '';
  delete headers[TLS_HEADER];
  if (isOverTls(peer, headers['x-forwarded-proto']?.toString(), trustedProxies)) headers[TLS_HEADER] = 'https';
}
