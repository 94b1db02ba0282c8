import type { Head } from '../../lib/domain/head.ts';

/**
 * What is read back is what JSON keeps, and nobody can change it. An incident or a delivery that was stored before, or handed out, is not
 * copied again: most were, and copying them took a quarter of the time.
 */
export function storedCopy(copies: WeakMap<object, object>, { incidents, deliveries, ...rest }: Head): Head {
  const each = <T extends object>(item: T): T => {
    // Proof: a copy has the type of what it was made from.
    const copy = (copies.get(item) as T | undefined) ?? throughJson(item);
    copies.set(Object.freeze(item), copy);
    copies.set(copy, copy);
    return copy;
  };
  return Object.freeze({
    ...throughJson(rest),
    incidents: Object.freeze(incidents.map(each)),
    deliveries: Object.freeze(deliveries.map(each)),
  });
}

function throughJson<T extends object>(value: T): T {
  // Proof: what is stored is JSON by the store's contract; whatever is not is to be seen as a store would hand it back.
  return frozen(JSON.parse(JSON.stringify(value)) as T);
}

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part);
  return Object.freeze(value);
}
