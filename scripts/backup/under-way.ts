import { usersOf } from '../../lib/recovery/manual-surroundings.ts';
import type { Screen } from './screen.ts';
import type { Settings } from './settings.ts';

/** Restore tests and drills that may be using a sandbox now. Where nobody can say, the screen does, and there are none. Never throws. */
export async function underWay({ log }: Pick<Settings, 'log'>, screen: Screen): Promise<readonly string[]> {
  // Without a store there is no restore test.
  if (log === 'file') return [];
  try {
    const { openForPeople } = await import('../../lib/wire.ts');
    const { head } = await (await openForPeople()).store.readHead();
    return usersOf(head, null).map(({ id, source }) => `${id} of ${source.name}`);
  } catch (error) {
    const words = error instanceof Error ? error.message : 'unknown error';
    screen.say(`warning: the store does not say whether a restore test or drill is under way: ${words}`);
    return [];
  }
}
