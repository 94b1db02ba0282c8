import { type Duration, type Instant, SECOND } from '../../domain/time.ts';
import type { FailureCounts } from './failure-counts.ts';

/** Who asks for a hash: the address that the request came from, and the name that it gives. */
export type Asker = { readonly address: string; readonly name: string };

/** After so many failures, hashes for this address, or this name, begin at least half a second apart: guessing stays slow, and the processor free. */
const FAILURES_OF_ADDRESS = 50;
const FAILURES_OF_NAME = 200;
const SPACING: Duration = SECOND / 2;

/** The keys under which failures of one asker are counted: its address, the network around that, its name at that address, and its name anywhere. */
export type Keys = { readonly address: string; readonly around: string; readonly pair: string; readonly name: string };

type Keyed = { readonly keys: Keys };

export function keysOf({ address, name }: Asker): Keys {
  return {
    address: `address ${address}`,
    around: `around ${surroundings(address)}`,
    pair: `pair ${address} ${name}`,
    name: `name ${name}`,
  };
}

/** What one customer of a provider may have addresses of as he likes: an IPv4 /24, or, of the /64 of an IPv6 address, its /48. */
function surroundings(address: string): string {
  return address.split(/[.:]/).slice(0, 3).join('.');
}

/** Who is hashed next, who has to wait, and who gives way, by how often each failed lately. */
export type HashOrder = {
  /** When this one may be hashed; 0 for at once. */
  readonly readyAt: (entry: Keyed) => Instant;
  /** Whether this one's address has not failed lately. */
  readonly isClean: (entry: Keyed) => boolean;
  /** One of these, which are in the order in which they came. */
  readonly next: <Entry extends Keyed>(ready: readonly Entry[]) => Entry | undefined;
  /** The one that gives way: of the addresses with the most failures, and there of the names with the most, the last that came. */
  readonly worst: <Entry extends Keyed>(entries: readonly Entry[]) => Entry | undefined;
};

/**
 * Next comes the address with the fewest failures, and of that address the name with the fewest. So neither somebody elsewhere who guesses a name nor a
 * neighbour behind the same address comes before a person who has not failed. Of addresses with as many failures come first those of the network with the
 * fewest, so that a new address for each guess helps nobody who has one network of them. Among the others, the one that has waited longest and
 * the one that came last take turns: a first wave from many networks at once delays whoever comes after it by two hashes. Behind one address and under one
 * name nothing tells a person from whoever guesses, so chance decides: in the order of arrival, guesses that wait in step could always come first.
 */
export function createHashOrder(failures: FailureCounts, random: () => number): HashOrder {
  let isOldestNext = true;

  /** Those with the fewest failures, in the order in which they came. */
  function fewest<Entry extends Keyed>(entries: readonly Entry[], by: 'address' | 'around' | 'pair'): readonly Entry[] {
    const counts = entries.map(({ keys }) => failures.of(keys[by]));
    const least = Math.min(...counts);
    return entries.filter((_, index) => counts[index] === least);
  }

  function isWorse({ keys }: Keyed, other: Keyed): boolean {
    const orders = (['address', 'around', 'pair'] as const).map((by) => failures.of(keys[by]) - failures.of(other.keys[by]));
    return (orders.find((difference) => difference !== 0) ?? 0) > 0;
  }

  return {
    readyAt: ({ keys: { address, name } }) => {
      const limited = [
        ...(failures.of(address) > FAILURES_OF_ADDRESS ? [address] : []),
        // Whoever guesses a name from everywhere slows down only addresses that have failed themselves.
        ...(failures.of(name) > FAILURES_OF_NAME && failures.of(address) > 0 ? [name] : []),
      ];
      return Math.max(0, ...limited.map((key) => (failures.hashedAt(key) ?? 0) + SPACING));
    },
    isClean: ({ keys }) => failures.of(keys.address) === 0,
    next: (ready) => {
      const addresses = [...Map.groupBy(fewest(fewest(ready, 'address'), 'around'), ({ keys }) => keys.address).values()];
      const chosen = isOldestNext ? addresses.at(0) : addresses.at(-1);
      if (addresses.length > 1) isOldestNext = !isOldestNext;
      const alike = fewest(chosen ?? [], 'pair');
      return alike[Math.floor(random() * alike.length)];
    },
    worst: ([first, ...entries]) => entries.reduce((worst, entry) => (worst !== undefined && isWorse(worst, entry) ? worst : entry), first),
  };
}
