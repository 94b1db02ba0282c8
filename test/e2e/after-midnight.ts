import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Instant } from '../../lib/domain/time.ts';

/**
 * Then nearly every moment on a page is of another day and has its date, in the month whose name is the widest in the browser's own letters: the
 * texts are as long as they get, at whatever hour of whatever day the tests run.
 */
const BEGAN = Date.UTC(2027, 5, 1, 0, 5);
const SHIFT = BEGAN - Date.now();

/** What time it is for a product that was started with `AFTER_MIDNIGHT` (UTC). */
export function afterMidnight(): Instant {
  return Date.now() + SHIFT;
}

/** The environment in which it is just after midnight for a product. */
export const AFTER_MIDNIGHT = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, '../../scripts/demo/pushed-clock.ts')).href}`,
  CLOCK_SHIFT_MS: String(SHIFT),
};
