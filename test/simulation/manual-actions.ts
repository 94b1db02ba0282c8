import { HOUR } from '../../lib/domain/time.ts';
import type { Action } from './history.ts';
import type { SimulatedSilence } from './silences.ts';
import { closedByHand } from './pages.ts';
import type { Stage } from './stage.ts';
import { ALARM_KEY } from './observer.ts';

/** Somebody requests a silence of a cluster, which may be in force from now on. */
export function requestSilence(
  { world, observer, timeline }: Stage,
  { cluster, hours }: { readonly cluster: number; readonly hours: number },
): SimulatedSilence {
  const now = timeline.now();
  const silence: SimulatedSilence = { cluster: world.clusterIds[cluster] ?? '', from: now, until: now + hours * HOUR, stored: null };
  observer.silences.push(silence);
  return silence;
}

/** A person does something at PagerDuty, or PagerDuty loses a page. */
export function actAtPagerDuty(
  { providers, observer, timeline, note }: Stage,
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
    closedByHand(observer.pages, alert.key, timeline.now());
  }
  if (act !== 'forget') return;
  providers.alerts.splice(providers.alerts.indexOf(alert), 1);
  observer.lostPages.add(alert.incident);
}
