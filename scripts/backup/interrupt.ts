const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ctrl-C and the like, as a signal that lets everything be cleaned up; the second one ends at once. `code` is what a shell expects afterwards. */
export function onInterrupt(): { readonly signal: AbortSignal; readonly code: () => number } {
  const controller = new AbortController();
  let code = CODES.SIGINT as number;
  function stop(name: NodeJS.Signals): void {
    // Only the three below are listened for.
    code = CODES[name as keyof typeof CODES];
    if (controller.signal.aborted) process.exit(code);
    controller.abort();
  }
  for (const name of Object.keys(CODES)) process.on(name, stop);
  return { signal: controller.signal, code: () => code };
}
