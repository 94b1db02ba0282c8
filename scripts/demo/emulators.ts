import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import type { Instant } from '../../lib/domain/time.ts';
import { populate, wantAlerts } from './company.ts';
import { policyOf } from './policy.ts';
import { type DemoRestore, openRestore } from './restore.ts';
import { startAtlasEmulator, type AtlasEmulator } from '../../test/emulators/atlas.ts';
import type { EmulatedCluster } from '../../test/emulators/atlas-model.ts';
import { startPagerDuty, type PagerDutyEmulator } from '../../test/emulators/pagerduty.ts';
import { startSlack, type SlackEmulator } from '../../test/emulators/slack.ts';
import { startSmtp, type SmtpEmulator } from '../../test/emulators/smtp.ts';
import { startTwilio, type TwilioEmulator } from '../../test/emulators/twilio.ts';

/** The file of the company's policy in the demo's folder. */
export const POLICY = 'policy.json';

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
  /** Null where no restore test is wanted. */
  readonly restore: DemoRestore | null;
  readonly close: () => Promise<void>;
};

type Wanted = { readonly restore?: boolean; readonly now?: () => Instant; readonly folder?: string };

/** A new folder for `startEmulators`. */
export function makeFolder(): string {
  return mkdtempSync(join(placeForState(), 'restorewatch-demo-'));
}

/** `restore: false`: a company without restore tests, and with the plan's own policy. Where it throws, it leaves nothing behind. */
export async function startEmulators({ restore: wanted = true, now = Date.now, folder = makeFolder() }: Wanted = {}): Promise<Emulators> {
  const atlas = await startAtlasEmulator({ now });
  const clusters = populate(atlas);
  const restore = wanted ? await openRestoreOrLeave(atlas, { orders: find(clusters, 'orders'), now, folder }) : null;
  if (restore !== null) {
    wantAlerts(atlas);
    writeFileSync(join(folder, POLICY), JSON.stringify(policyOf(restore)));
  }
  const channels = await Promise.all([startPagerDuty({ now }), startSlack({ now }), startSmtp({ now }), startTwilio({ now })]);
  const [pagerduty, slack, smtp, twilio] = channels;
  writeFileSync(join(folder, 'authority.pem'), pagerduty.ca);
  const close = async () => {
    await restore?.close();
    await Promise.all([atlas, ...channels].map((emulator) => emulator.close()));
    rmSync(folder, { recursive: true, force: true });
  };
  return { atlas, pagerduty, slack, smtp, twilio, cluster: (name) => find(clusters, name), folder, restore, close };
}

type Opening = { readonly orders: EmulatedCluster; readonly now: () => Instant; readonly folder: string };

async function openRestoreOrLeave(atlas: AtlasEmulator, { orders, now, folder }: Opening): Promise<DemoRestore> {
  try {
    return await openRestore(atlas, orders, now);
  } catch (error) {
    await atlas.close();
    rmSync(folder, { recursive: true, force: true });
    throw new Error(
      `demo: the MongoDB for restore tests cannot be used (${whyUnusable(error)}); set MONGO_TEST_URI to one where databases may be made, or leave it out`,
    );
  }
}

/** What a server or the network said names hosts at most; what was said of the address itself may repeat the password in it. */
function whyUnusable(error: unknown): string {
  const isSaidOfServer = [MongoServerSelectionError, MongoServerError, MongoNetworkError].some((type) => error instanceof type);
  return isSaidOfServer && error instanceof Error ? error.message : 'the reason is not shown, since it may hold a password';
}

/** In memory where Linux offers it: months of checks are thousands of writes, and none of them has to outlive the demo. */
function placeForState(): string {
  const memory = '/dev/shm';
  return existsSync(memory) ? memory : tmpdir();
}

function find(clusters: readonly EmulatedCluster[], name: string): EmulatedCluster {
  const found = clusters.find((cluster) => cluster.name === name);
  if (found === undefined) throw new Error(`demo: there is no cluster ${name}`);
  return found;
}
