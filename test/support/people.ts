import type { Config } from '../../lib/config/policy/define-config.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR, type Instant } from '../../lib/domain/time.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { check } from '../../lib/run/check.ts';
import { factsOfLook, NOW, snapshots } from './facts.ts';
import { type Stage, stage } from './ports.ts';
import { providers, type Providers } from './providers.ts';

export type Scene = { readonly at: Stage; readonly seen: Providers };

/** The facts of "orders" without PITR, with a newest snapshot of that age. */
export function aged(now: Instant, age: number): Facts {
  return factsOfLook({
    at: now,
    cluster: { snapshots: known(snapshots(now, age), now), pitEnabled: known(false, now) },
  });
}

/** PITR is not promised, so that one old snapshot makes one P0. */
export const PLAIN: Config = { pitr: { wanted: false } };

/** A stage with the real channels in front of emulated providers. Acknowledgements can reach it. */
export async function scene(changes: Partial<Ports> = {}, config: Config = PLAIN): Promise<Scene> {
  let clock = (): Instant => NOW;
  const seen = await providers(() => clock());
  const at = stage(
    {
      channels: seen.channels,
      canAcknowledge: true,
      slackButton: true,
      statusUrl: 'https://status.example.com',
      requestTimeoutMs: 5_000,
      ...changes,
    },
    config,
  );
  clock = () => at.now;
  return { at, seen };
}

/** A stage with one P0 on "orders", accepted by PagerDuty and SMS. */
export async function broken(changes: Partial<Ports> = {}, config: Config = PLAIN): Promise<Scene & { readonly incident: Incident }> {
  const opened = await scene(changes, config);
  opened.at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(opened.at.ports);
  const [incident] = (await headOf(opened.at)).incidents;
  if (!incident) throw new Error('nothing was opened');
  return { ...opened, incident };
}

export async function headOf(at: Stage): Promise<Head> {
  const { head } = await at.store.readHead();
  if (!head) throw new Error('nothing is stored');
  return head;
}

/** A dispatch by a new process, that long after NOW. */
export async function laterDispatch(at: Stage, after: number): Promise<void> {
  at.now = NOW + after;
  const { status, body } = await dispatch(at.restarted());
  if (status !== 200) throw new Error(`dispatch answered ${status}: ${JSON.stringify(body)}`);
}
