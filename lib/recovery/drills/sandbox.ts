import type { Instant } from '../../domain/time.ts';
import { DRILL_DATABASE, type DrillSandbox } from './world.ts';

export type SandboxOptions = {
  /** The clock by which deadlines are meant; what waits for a server does by the machine's. */
  readonly now?: () => Instant;
  /** Another name, for tests that share a server. */
  readonly database?: string;
};

/** The sandbox's own database, by the driver, which is loaded when first needed. */
export function openDrillSandbox({ now = Date.now, database = DRILL_DATABASE }: SandboxOptions = {}): DrillSandbox {
  const driver = () => import('./sandbox-database.ts');
  const meant = (deadline: Instant): Instant => Date.now() + (deadline - now());
  return {
    plant: async (uri, what, deadline) => (await driver()).plant({ uri, database }, what, meant(deadline)),
    refresh: async (uri, what, deadline) => (await driver()).refresh({ uri, database }, what, meant(deadline)),
    damage: async (uri, kind, deadline) => (await driver()).damage({ uri, database }, kind, meant(deadline)),
    compare: async (uri, what, deadline) => (await driver()).compare({ uri, database }, what, meant(deadline)),
    drop: async (uri, deadline) => (await driver()).drop({ uri, database }, meant(deadline)),
    failover: async (uri, options) => (await import('./writer.ts')).failover({ uri, database }, options),
  };
}
