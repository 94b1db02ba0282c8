import { DAY, HOUR, MINUTE, type Duration } from '../../../lib/domain/time.ts';
import { addServices } from '../company.ts';
import type { Emulators } from '../emulators.ts';

/** What happened before the demo began, `ago`. */
export type Scene = { readonly ago: Duration; readonly happens: (emulators: Emulators) => void };

/** One that began, and was over after a while. */
type Episode = { readonly ago: Duration; readonly lasts: Duration; readonly begins: Scene['happens']; readonly ends: Scene['happens'] };

/** The past of the company, in whole hours, so that the checks see each as it begins. Whoever changes it looks at what the page then shows. */
const EPISODES: readonly Episode[] = [
  {
    // A snapshot failed at night, and the next one did not.
    ago: 80 * DAY,
    lasts: 3 * HOUR,
    begins: ({ atlas, cluster }) => atlas.failSnapshot(cluster('invoices')),
    ends: ({ atlas, cluster }) => atlas.mend(cluster('invoices')),
  },
  {
    // Nobody noticed for a day that a cluster's snapshots had stopped.
    ago: 66 * DAY,
    lasts: 28 * HOUR,
    begins: ({ cluster }) => void (cluster('orders').stalled = true),
    ends: ({ atlas, cluster }) => atlas.mend(cluster('orders')),
  },
  {
    ago: 45 * DAY,
    lasts: 4 * HOUR,
    begins: ({ atlas, cluster }) => atlas.oplogBehind(cluster('catalogue'), 30 * MINUTE),
    ends: ({ atlas, cluster }) => atlas.mend(cluster('catalogue')),
  },
  {
    // Atlas answered nobody for five hours.
    ago: 31 * DAY,
    lasts: 5 * HOUR,
    begins: ({ atlas }) => atlas.fault(/\/api\/atlas\//, { kind: 'status', status: 503 }),
    ends: ({ atlas }) => atlas.heal(),
  },
  {
    ago: 22 * DAY,
    lasts: 7 * HOUR,
    begins: ({ atlas, cluster }) => atlas.resize(cluster('events'), 0.4),
    ends: ({ atlas, cluster }) => atlas.mend(cluster('events')),
  },
  {
    ago: 17 * DAY,
    lasts: 2 * DAY,
    begins: ({ atlas, cluster }) => atlas.cutSchedule(cluster('payments'), 'lee@example.com'),
    ends: ({ atlas, cluster }) => atlas.mend(cluster('payments')),
  },
  {
    // Somebody switched point-in-time recovery off to save money, and learnt of it from the phone.
    ago: 11 * DAY,
    lasts: 3 * HOUR,
    begins: ({ atlas, cluster }) => atlas.switchPitOff(cluster('ledger'), 'lee@example.com'),
    ends: ({ atlas, cluster }) => atlas.mend(cluster('ledger')),
  },
  {
    // A restore that loses data, found by a restore test, and nowhere else.
    ago: 41 * DAY,
    lasts: 7 * DAY,
    begins: ({ atlas }) => void atlas.recovery.faults.add('loses-every-tenth'),
    ends: ({ atlas }) => atlas.recovery.faults.clear(),
  },
];

/** A team's twelve clusters came under the watch. */
const NEWCOMERS: Scene = { ago: 5 * DAY, happens: ({ atlas }) => addServices(atlas) };

export const SCENES: readonly Scene[] = [
  ...EPISODES.flatMap(({ ago, lasts, begins, ends }) => [
    { ago, happens: begins },
    { ago: ago - lasts, happens: ends },
  ]),
  NEWCOMERS,
].toSorted((a, b) => b.ago - a.ago);

/** By how much a day's data are more than the day's before, by cluster. */
const GROWTH: Readonly<Record<string, number>> = { orders: 1.006, catalogue: 1.002, events: 1.003, ledger: 1.004, payments: 1.008 };

/** Each cluster grows, unless it is in trouble. */
export function grow({ cluster }: Emulators): void {
  for (const [name, factor] of Object.entries(GROWTH)) cluster(name).sizeBytes = Math.round(cluster(name).sizeBytes * factor);
}
