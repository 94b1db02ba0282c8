import { RECORD_KINDS } from '../../../lib/wire-records.ts';
import { isPlace } from '../../api/records/query.ts';
import type { Asked } from './list.tsx';

/** The part of the log that an address asks for; all and the newest for what is no such. */
export function askedOf({ kind, before }: Readonly<Record<string, string | readonly string[] | undefined>>): Asked {
  return {
    kind: RECORD_KINDS.find((known) => known === kind) ?? null,
    before: typeof before === 'string' && isPlace(before) ? before : null,
  };
}

/** The id in an address, in which Next leaves the percent signs; null where it is none. */
export function idOf(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
