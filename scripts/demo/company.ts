import { DAY, HOUR } from '../../lib/domain/time.ts';
import type { AtlasEmulator } from '../../test/emulators/atlas.ts';
import type { EmulatedCluster } from '../../test/emulators/atlas-model.ts';

/** A small company: a shop and its billing on dedicated clusters, a playground on shared ones. */
export function populate(atlas: AtlasEmulator): readonly EmulatedCluster[] {
  const [shop, billing, playground] = [atlas.addProject('shop'), atlas.addProject('billing'), atlas.addProject('playground')];
  return [
    shop.addCluster('orders'),
    shop.addCluster('catalogue', { every: HOUR }),
    shop.addCluster('events', { kind: 'sharded', sizeBytes: 800_000_000_000 }),
    shop.addCluster('sessions'),
    billing.addCluster('ledger', { sizeBytes: 40_000_000_000 }),
    billing.addCluster('invoices', { sizeBytes: 25_000_000_000 }),
    billing.addCluster('payments'),
    playground.addCluster('prototype', { kind: 'flex' }),
    playground.addCluster('tutorial', { kind: 'free' }),
    playground.addCluster('archive', { paused: true, age: 200 * DAY }),
  ];
}

const SERVICES = ['auth', 'basket', 'billing', 'coupons', 'delivery', 'email', 'fraud', 'gifts', 'hooks', 'images', 'jobs', 'keys'];
const PROJECT = 'services';

/** Twelve small clusters more, one a service, that come under the watch together. */
export function addServices(atlas: AtlasEmulator): void {
  const project = atlas.addProject(PROJECT);
  SERVICES.forEach((name, index) => {
    project.addCluster(`svc-${String(index + 1).padStart(2, '0')}-${name}`, { age: 40 * DAY, sizeBytes: 5_000_000_000 });
  });
  wantAlerts(atlas);
}

/** The clusters that `addServices` added; none before. */
export function servicesOf({ projects }: AtlasEmulator): readonly EmulatedCluster[] {
  return projects.find(({ name }) => name === PROJECT)?.clusters ?? [];
}

/** Atlas's own alerts about backups, as `alert-configs` asks for them. */
export function wantAlerts({ projects }: AtlasEmulator): void {
  const wanted = { CPS_SNAPSHOT_BEHIND: 12, CPS_PREV_SNAPSHOT_OLD: 24, CPS_OPLOG_BEHIND: 1 };
  for (const project of projects)
    project.alertConfigs = Object.entries(wanted).map(([type, threshold]) => ({ type, enabled: true, threshold, units: 'HOURS' }));
}
