import type { IncomingMessage, Server } from 'node:http';
import { isOverTls, PEER_HEADER } from '../../lib/people/sign-in/client-address.ts';

/** The part of a response that is used. */
type Answer = { readonly setHeader: (name: string, value: string) => unknown };

/** A year. On Vercel next.config.ts says it. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** Marks whatever this server is asked, before the server itself sees it, which answers what it refuses. */
export function markRequests(server: Server, trustedProxies: readonly string[]): void {
  for (const event of ['request', 'checkExpectation'] as const)
    server.prependListener(event, (request, response) => markRequest(request, response, trustedProxies));
}

/**
 * Tells the routes, which see no socket, where a request came from; what a client sends under that name is dropped. Whatever answers what came over TLS says
 * that browsers come by TLS alone.
 */
export function markRequest(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  answer: Answer,
  trustedProxies: readonly string[],
): void {
  const peer = socket.remoteAddress;
  headers[PEER_HEADER] = peer ?? '';
  if (isOverTls(peer, headers['x-forwarded-proto']?.toString(), trustedProxies))
    answer.setHeader('Strict-Transport-Security', STRICT_TRANSPORT);
}
