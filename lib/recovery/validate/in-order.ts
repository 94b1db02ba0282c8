/** Does all, so many at once, and answers in the order of the items. The first failure ends it; nothing more is begun then. */
export async function inOrder<T, R>(items: readonly T[], atOnce: number, act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const left = items.entries();
  let failed = false;
  async function work(): Promise<void> {
    for (const [index, item] of left) {
      if (failed) return;
      results[index] = await act(item);
    }
  }
  async function worker(): Promise<void> {
    try {
      await work();
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
