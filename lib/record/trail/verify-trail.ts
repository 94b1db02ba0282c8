import type { AuditEntry, TrailTip } from '../../domain/audit/audit-entry.ts';
import { hashOf, TRAIL_START } from '../audit-chain.ts';

/**
 * What is wrong with a trail at the entry of this number: `missing`: it is not there; `changed`: it does not have the hash that it carries; `replaced`: it
 * is whole, but the next entry holds another hash; `reordered`: it stands behind a later one; `repeated`: it is there twice.
 */
export type TrailFault = {
  readonly number: number;
  readonly fault: 'missing' | 'changed' | 'replaced' | 'reordered' | 'repeated';
  readonly words: string;
};

export type TrailVerdict = { readonly intact: boolean; readonly faults: readonly TrailFault[]; readonly last: TrailTip };

/**
 * Pure: whether the entries, oldest first, are a whole trail, and which are not as they were written. `after`: the entry before the first of them, as an
 * earlier part ended; by default the start of the trail, or what its own entry `forgotten` names; null: not known, so that the first entry's `previous` is taken as it is. `upTo`: the number and the
 * hash of the newest entry, where somebody kept it: without it nobody can tell that the end was cut off.
 */
export function verifyTrail(
  entries: readonly AuditEntry[],
  { after, upTo }: { readonly after?: TrailTip | null; readonly upTo?: TrailTip } = {},
): TrailVerdict {
  const sorted = entries.toSorted((a, b) => a.number - b.number);
  const start = after === undefined ? beginningOf(sorted) : (after ?? startOf(sorted));
  const faults = [
    ...outOfOrder(entries),
    ...changed(sorted),
    ...missing([start.number, ...sorted.map(({ number }) => number), ...(upTo ? [upTo.number + 1] : [])]),
    ...broken(start, sorted),
    ...(upTo && sorted.some(({ number, hash }) => number === upTo.number && hash !== upTo.hash) ? [fault(upTo.number, 'replaced')] : []),
  ];
  const last = sorted.at(-1) ?? start;
  return {
    intact: faults.length === 0,
    faults: faults.toSorted((a, b) => a.number - b.number),
    last: { number: last.number, hash: last.hash },
  };
}

/** Where a whole trail begins: with entry 1, or where an entry of its own says that everything before was deleted at the end of its time. */
function beginningOf(sorted: readonly AuditEntry[]): TrailTip {
  const before = startOf(sorted);
  const isNamed = sorted.some(
    ({ what, details }) => what === 'forgotten' && details['through'] === String(before.number) && details['sha256'] === before.hash,
  );
  return isNamed ? before : TRAIL_START;
}

function startOf([first]: readonly AuditEntry[]): TrailTip {
  return first === undefined ? TRAIL_START : { number: first.number - 1, hash: first.previous };
}

const WORDS: Readonly<Record<Exclude<TrailFault['fault'], 'missing'>, string>> = {
  changed: 'was changed: it does not have the hash that it carries',
  replaced: 'was replaced: the entry after it holds the hash of another one',
  reordered: 'was reordered: it stands behind a later one',
  repeated: 'is there twice',
};

function fault(number: number, what: keyof typeof WORDS): TrailFault {
  return { number, fault: what, words: `entry ${number} ${WORDS[what]}` };
}

function outOfOrder(entries: readonly AuditEntry[]): readonly TrailFault[] {
  let highest = Number.NEGATIVE_INFINITY;
  const seen = new Set<number>();
  return entries.flatMap(({ number }) => {
    const isSecond = seen.has(number);
    const isLate = number < highest;
    seen.add(number);
    highest = Math.max(highest, number);
    if (isSecond) return [fault(number, 'repeated')];
    return isLate ? [fault(number, 'reordered')] : [];
  });
}

function changed(entries: readonly AuditEntry[]): readonly TrailFault[] {
  return entries.filter((entry) => hashOf(entry) !== entry.hash).map(({ number }) => fault(number, 'changed'));
}

/** One fault for each gap between neighbours, however wide. */
function missing(numbers: readonly number[]): readonly TrailFault[] {
  return numbers.slice(1).flatMap((number, index) => {
    const [first, last] = [(numbers[index] ?? number) + 1, number - 1];
    if (first > last) return [];
    const words = first === last ? `entry ${first} is missing` : `entries ${first} to ${last} are missing`;
    return [{ number: first, fault: 'missing' as const, words }];
  });
}

/** Each entry whose successor holds another hash; of the first one, if it does not follow what came before. An entry whose own text was changed is named by `changed`. */
function broken(start: TrailTip, sorted: readonly AuditEntry[]): readonly TrailFault[] {
  const before = [start, ...sorted];
  return sorted.flatMap((entry, index) => {
    const earlier = before[index];
    const follows = earlier !== undefined && earlier.number === entry.number - 1;
    if (!follows || entry.previous === earlier.hash || entry.hash !== hashOf(entry)) return [];
    return [fault(Math.max(earlier.number, 1), 'replaced')];
  });
}
