/** Lets a bounded number of tasks run at once, first come, first served. */
export type Gate = { enter(): Promise<void>; leave(): void; readonly idle: boolean };

export function createGate(size: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    enter() {
      if (inside < size) {
        inside += 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    },
    get idle() {
      return inside === 0;
    },
  };
}

/** A gate for every scope, kept only while somebody is in it. */
export function createScopedGates(size: number): (scope: string) => Gate {
  const gates = new Map<string, Gate>();
  return function gateOf(scope) {
    const gate = gates.get(scope) ?? createGate(size);
    gates.set(scope, gate);
    return {
      enter: () => gate.enter(),
      leave() {
        gate.leave();
        if (gate.idle) gates.delete(scope);
      },
      get idle() {
        return gate.idle;
      },
    };
  };
}
