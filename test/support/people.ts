import type { Config } from '../../lib/config/policy.ts';
import { dispatch } from '../../lib/dispatch.ts';
import { known } from '../../lib/domain/fact.ts';
import type { Facts } from '../../lib/domain/facts.ts';
import type { Head } from '../../lib/domain/head.ts';
import type { Incident } from '../../lib/domain/incident.ts';
import { DAY, HOUR, type Instant } from '../../lib/domain/time.ts';
import type { Parts } from '../../lib/parts.ts';
import { check } from '../../lib/run.ts';
import { factsOfLook, NOW, snapshot } from './facts.ts';
import { type Stage, stage } from './parts.ts';
import { providers, type Providers } from './providers.ts';

export type Scene = { readonly at: Stage; readonly seen: Providers };

/** "orders" without PITR, its newest snapshot that old. */
export function aged(now: Instant, age: number): Facts {
  return factsOfLook({
    at: now,
    cluster: { snapshots: known([snapshot(now - age, { expiresAt: now + 7 * DAY })], now), pitEnabled: known(false, now) },
  });
}

/** PITR is not asked for, so that one old snapshot makes one P0. */
export const PLAIN: Config = { pitr: { wanted: false } };

/** A monitor whose channels are the real ones, in front of emulated providers; an acknowledgement can reach it. */
export async function scene(changes: Partial<Parts> = {}, config: Config = PLAIN): Promise<Scene> {
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

/** One P0 on "orders", told to PagerDuty and by SMS. */
export async function broken(changes: Partial<Parts> = {}, config: Config = PLAIN): Promise<Scene & { readonly incident: Incident }> {
  const opened = await scene(changes, config);
  opened.at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(opened.at.parts);
  const [incident] = (await headOf(opened.at)).incidents;
  if (!incident) throw new Error('nothing was opened');
  return { ...opened, incident };
}

export async function headOf(at: Stage): Promise<Head> {
  const { head } = await at.store.readHead();
  if (!head) throw new Error('nothing is stored');
  return head;
}

/** A dispatch, by a later process, so long after NOW. */
export async function laterDispatch(at: Stage, after: number): Promise<void> {
  at.now = NOW + after;
  const { status, body } = await dispatch(at.restarted());
  if (status !== 200) throw new Error(`dispatch answered ${status}: ${JSON.stringify(body)}`);
}
