const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type Interruption = { readonly signal: AbortSignal; readonly code: () => number };

/**
 * Turns Ctrl-C and the like into a signal while `act` runs, so that everything can be cleaned up; a second one ends the process at once. `code` is what
 * a shell expects; `onSecond` runs before the process ends so.
 */
export async function interruptible<T>(act: (interruption: Interruption) => Promise<T>, onSecond: () => void = () => {}): Promise<T> {
  const controller = new AbortController();
  let code: number = CODES.SIGINT;
  function stop(name: NodeJS.Signals): void {
    // Only the three above are listened for.
    code = CODES[name as keyof typeof CODES];
    if (controller.signal.aborted) {
      onSecond();
      process.exit(code);
    }
    controller.abort();
  }
  for (const name of Object.keys(CODES)) process.on(name, stop);
  try {
    return await act({ signal: controller.signal, code: () => code });
  } finally {
    for (const name of Object.keys(CODES)) process.off(name, stop);
  }
}
