import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Node publishes each answer's head here: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http */
const ANSWERED = 'http.client.response.finish';

/**
 * The agent of one single request, which keeps the answer that pdjs hides. pdjs follows a 429 with three more requests and ignores Retry-After, and it turns
 * every body that is not JSON into an error without a status. Here the second request gets no connection, and the status and Retry-After of the first are
 * kept for our own backoff.
 */
export class OneRequest extends Agent {
  status: number | null = null;
  retryAfter: string | null = null;
  #socket: Duplex | null = null;

  readonly #note = (message: unknown): void => {
    // Node's documented message of this channel.
    const { response } = message as { request: ClientRequest; response: IncomingMessage };
    if (response.socket !== this.#socket) return;
    this.status = response.statusCode ?? null;
    this.retryAfter = response.headers['retry-after'] ?? null;
  };

  override createConnection(...[options, callback]: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    if (this.#socket !== null) throw new Error('a second request is not made');
    const socket = super.createConnection(options, callback);
    this.#socket = socket ?? null;
    return socket;
  }

  /** Runs the request and watches for its answer. */
  async watch<T>(request: () => Promise<T>): Promise<T> {
    subscribe(ANSWERED, this.#note);
    try {
      return await request();
    } finally {
      unsubscribe(ANSWERED, this.#note);
      this.destroy();
    }
  }
}
