import { HOUR } from '../../lib/domain/time.ts';
import type { Action } from './history.ts';
import type { Mute } from './mutes.ts';
import { closedByHand } from './pages.ts';
import type { Stage } from './stage.ts';
import { ALARM_KEY } from './witness.ts';

/** Somebody asks for a silence over a cluster: from now on it may hold. */
export function muteOf(
  { world, witness, timeline }: Stage,
  { cluster, hours }: { readonly cluster: number; readonly hours: number },
): Mute {
  const now = timeline.now();
  const mute: Mute = { cluster: world.clusterIds[cluster] ?? '', from: now, until: now + hours * HOUR, stored: null };
  witness.mutes.push(mute);
  return mute;
}

/** A person does something at PagerDuty, or PagerDuty loses a page. */
export function atPagerDuty(
  { providers, witness, timeline, note }: Stage,
  { which, act }: Extract<Action, { does: 'at PagerDuty' }>,
): void {
  const open = providers.alerts.filter(({ state, key }) => state !== 'resolved' && !key.startsWith(ALARM_KEY));
  const alert = open[which % Math.max(1, open.length)];
  if (!alert) return;
  note(`PagerDuty: ${act} ${alert.key}`);
  alert.byHand = true;
  if (act === 'acknowledge') alert.state = 'acknowledged';
  if (act === 'resolve') {
    alert.state = 'resolved';
    closedByHand(witness.pages, alert.key, timeline.now());
  }
  if (act !== 'forget') return;
  providers.alerts.splice(providers.alerts.indexOf(alert), 1);
  witness.forgotten.add(alert.incident);
}
