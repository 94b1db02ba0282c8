/** Acts on a few items at once, and answers in their order. After the first failure nothing more is begun, and what is under way is waited for; then it is thrown. */
export async function mapConcurrently<T, R>(items: readonly T[], atOnce: number, act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const left = items.entries();
  async function worker(): Promise<void> {
    for (const [index, item] of left) {
      if (failures.length > 0) return;
      results[index] = await act(item);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, () => worker().catch((error: unknown) => void failures.push(error))));
  if (failures.length > 0) throw failures[0];
  return results;
}
