/**
 * State that this process has once. The build bundles proxy.ts and the routes apart, so a module that both import is loaded twice and its variables are
 * doubled; what hangs on `globalThis` is not. `make` builds the state when it is first asked for.
 */
export function processWide<State extends object>(name: string, make: () => State): State {
  const place = globalThis as Record<symbol, unknown>; // Proof: every object can be read and written by any symbol.
  const key = Symbol.for(`restorewatch.${name}`);
  place[key] ??= make();
  // Proof: only this function writes under such a symbol, and each name has one caller.
  return place[key] as State;
}
