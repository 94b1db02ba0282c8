import type { Outcome } from './fuzz.ts';
import { agentOf, ask, inLanes, type Reply, type Target } from './target.ts';

const ADDRESSES = 40;
const RIGHT_EVERY_MS = 1_000;

type Guessing = {
  readonly user: string;
  readonly guesses: number;
  /** At once, of each address. All together they stay below the connections that the server takes (scripts/start/server.ts). */
  readonly clients: number;
  /** Seconds within which the right password gets in, at the first try. */
  readonly within: number;
};

/** Guesses the passwords of the user on call, while that user signs in once a second. Refusals are 401, or 429 and 503 with Retry-After. */
export async function guess(target: Target, { user, guesses, clients, within }: Guessing): Promise<Outcome> {
  const counts = new Map<number, number>();
  const faults: string[] = [];
  const right: Reply[] = [];
  const signIn = async (): Promise<void> => {
    right.push(await ask(target, { method: 'GET', path: '/api/status', headers: { Authorization: target.authorization } }));
  };
  const agents = Array.from({ length: ADDRESSES }, () => agentOf(clients));
  const timer = setInterval(() => void signIn(), RIGHT_EVERY_MS);
  await inLanes(ADDRESSES * clients, guesses, async (index) => {
    const lane = index % ADDRESSES;
    const name = index % 5 === 0 ? `nobody-${index}` : user;
    const headers = { Authorization: `Basic ${Buffer.from(`${name}:wrong-${index}`).toString('base64')}` };
    const { status, retryAfter } = await ask(target, {
      method: 'GET',
      path: '/',
      headers,
      agent: agents[lane],
      localAddress: `127.0.0.${lane + 2}`,
    });
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (status !== 401 && !([429, 503].includes(status) && retryAfter !== null))
      faults.push(`a wrong password was answered with ${status}`);
  });
  clearInterval(timer);
  await signIn();
  for (const agent of agents) agent.destroy();
  const slow = right.filter(({ status, seconds }) => status !== 200 || seconds > within);
  const slowest = Math.max(...right.map(({ seconds }) => seconds));
  if (slow.length > 0) faults.push(`of ${right.length} sign-ins with the right password ${slow.length} failed or took over ${within} s`);
  const shown = [...counts].map(([status, count]) => `${status} ${count} ×`).join(', ');
  return {
    lines: [
      `${guesses} wrong ones by ${ADDRESSES * clients} clients: ${shown}; ${right.length} right ones, the slowest took ${slowest.toFixed(2)} s`,
    ],
    faults,
  };
}
