import type { Duration } from '../../../lib/domain/time.ts';
import type { RecordShown } from '../../../lib/wire-records.ts';
import { span } from './words.ts';

const TARGET = ' target';

/**
 * What was promised for the spans of a record, by their names. A record that says itself what was promised is judged by that alone; a drill always does,
 * since each scenario has its own targets. Any other is held against today's policy.
 */
export function targetsOf({ record, targets }: Pick<RecordShown, 'record' | 'targets'>): Readonly<Record<string, Duration>> {
  const own = Object.entries(record.details).flatMap(([name, text]) => {
    const length = lengthOf(name, text);
    return length === null ? [] : [[name.slice(0, -TARGET.length), length] as const];
  });
  return own.length > 0 || record.kind === 'drill' ? Object.fromEntries(own) : targets;
}

/** A detail in words: a target is stored in milliseconds. */
export function detail(name: string, text: string): string {
  const length = lengthOf(name, text);
  return length === null ? text : span(length);
}

function lengthOf(name: string, text: string): Duration | null {
  return name.endsWith(TARGET) && /^\d+$/.test(text) ? Number(text) : null;
}
