import type { IncomingMessage } from 'node:http';
import { isOverTls, PEER_HEADER } from '../../lib/people/sign-in/client-address.ts';

/** The part of a response that is used. */
type Answer = { readonly setHeader: (name: string, value: string) => unknown };

/** A year. On Vercel next.config.ts says it. */
const STRICT_TRANSPORT = 'max-age=31536000';

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
