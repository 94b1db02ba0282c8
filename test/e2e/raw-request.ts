import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends a head as it is, which no client would, and gives all that comes until the server closes; itself it closes nothing. */
export async function rawRequest(url: string, ...lines: readonly string[]): Promise<string> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    const [first = '', ...rest] = lines;
    socket.write([first, `Host: ${host}`, ...rest, '', ''].join('\r\n'));
    return await text(socket);
  } finally {
    socket.destroy();
  }
}
