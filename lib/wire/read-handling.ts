import { acknowledgementGap } from '../config/environment/reachable-priorities.ts';
import { maintenanceOf } from '../config/policy/maintenance-windows.ts';
import { routeContext } from '../ports/ports.ts';
import { pageModel } from '../render/first-page/page-model.ts';
import type { HandlingModel } from '../render/first-page/handling-model.ts';
import { openReadingPorts } from './reading.ts';
import { forViewers } from './recorded-state.ts';

/** What the pages about silences, the alert path and restore tests show: the head alone has it, so that nothing of any cluster is read. Throws `StoreError`. */
export async function readHandling(): Promise<HandlingModel> {
  const ports = await openReadingPorts();
  const { store, policy, now, channels, acknowledgementPaths = [] } = ports;
  const { head } = await store.readHead();
  const general = { ...policy.general, maintenance: maintenanceOf(head, policy.general) };
  const model = pageModel(head, null, {
    now: now(),
    checkInterval: general.checkInterval,
    limit: 0,
    cursor: null,
    channels: channels.map(({ id }) => id),
    general,
    route: routeContext(ports, now(), head),
    acknowledgementGap: acknowledgementGap(acknowledgementPaths, channels, general),
  });
  return forViewers(model);
}
