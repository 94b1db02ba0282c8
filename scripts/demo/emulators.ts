import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { type DemoRestore, openRestore } from './restore.ts';
import { startAtlasEmulator, type AtlasEmulator } from '../../test/emulators/atlas.ts';
import type { EmulatedCluster } from '../../test/emulators/atlas-model.ts';
import { startPagerDuty, type PagerDutyEmulator } from '../../test/emulators/pagerduty.ts';
import { startSlack, type SlackEmulator } from '../../test/emulators/slack.ts';
import { startSmtp, type SmtpEmulator } from '../../test/emulators/smtp.ts';
import { startTwilio, type TwilioEmulator } from '../../test/emulators/twilio.ts';

/** Everything outside the app: an organisation in an emulated Atlas, and emulated notification channels. */
export type Emulators = {
  readonly atlas: AtlasEmulator;
  readonly pagerduty: PagerDutyEmulator;
  readonly slack: SlackEmulator;
  readonly smtp: SmtpEmulator;
  readonly twilio: TwilioEmulator;
  readonly cluster: (name: string) => EmulatedCluster;
  /** Holds the app's state and the emulated PagerDuty's certificate; is deleted on close. */
  readonly folder: string;
  /** Null where no MongoDB can be had: then no restore test is shown. */
  readonly restore: DemoRestore | null;
  readonly close: () => Promise<void>;
};

/** `restore: false`: no restore test, whatever MongoDB is there. */
export async function startEmulators({ restore: wanted = true }: { readonly restore?: boolean } = {}): Promise<Emulators> {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-demo-'));
  const atlas = await startAtlasEmulator();
  const clusters = populate(atlas);
  const restore = wanted ? await openRestore(atlas, find(clusters, 'orders'), folder) : null;
  const [pagerduty, slack, smtp, twilio] = await Promise.all([startPagerDuty(), startSlack(), startSmtp(), startTwilio()]);
  writeFileSync(join(folder, 'authority.pem'), pagerduty.ca);
  const close = async () => {
    await restore?.close();
    await Promise.all([atlas, pagerduty, slack, smtp, twilio].map((emulator) => emulator.close()));
    rmSync(folder, { recursive: true, force: true });
  };
  return { atlas, pagerduty, slack, smtp, twilio, cluster: (name) => find(clusters, name), folder, restore, close };
}

/** A small company: a shop and its billing on dedicated clusters, a playground on shared ones. */
function populate(atlas: AtlasEmulator): readonly EmulatedCluster[] {
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

function find(clusters: readonly EmulatedCluster[], name: string): EmulatedCluster {
  const found = clusters.find((cluster) => cluster.name === name);
  if (found === undefined) throw new Error(`demo: there is no cluster ${name}`);
  return found;
}
