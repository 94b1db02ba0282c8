import type { Taken } from './outside-client.ts';

/** How long it takes to ask the same with nothing but `fetch` and `JSON.parse`, in milliseconds: what no client can be faster than. */
export async function askBare(baseUrl: string, requests: Taken['requests'], concurrency: number): Promise<number> {
  const queue = requests.values();
  async function work(): Promise<void> {
    for (const { target, accept, authorization } of queue) {
      const answer = await fetch(baseUrl + target, { headers: { accept, authorization } });
      JSON.parse(await answer.text());
    }
  }
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, work));
  return performance.now() - begun;
}
