import { CHANNEL_IDS, CHANNELS } from '../../deliver/channels/registry.ts';
import { incidentCode } from '../../deliver/message/incident-code.ts';
import type { ChannelId } from '../../domain/policy/policy.ts';
import { cleanAll } from '../../domain/text.ts';
import { DAY, type Duration } from '../../domain/time.ts';
import { placeOf } from '../../record/incident-history.ts';
import {
  type DeliveryCursor,
  type DeliveryFilter,
  type DeliveryList,
  pastDeliveries,
  presentDeliveries,
} from '../../render/history/delivery-list.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';

export type DeliveryQuery = { readonly filter: DeliveryFilter; readonly cursor: DeliveryCursor };

/** Messages on one page. */
const ON_A_PAGE = 25;
/** Incidents of history that one page of messages looks through. */
const LOOKED_THROUGH = 200;

/** A message about an incident may be made so long after its end: the next check says that it is over, and the day after that it leaves the head. */
const MADE_AFTER_END: Duration = 2 * DAY;

/** A page of the list of messages; history begins on the first page if the head has none. Throws `StoreError`. */
export async function readDeliveries({ filter, cursor }: DeliveryQuery): Promise<DeliveryList> {
  const { store, now } = await openReadingPorts();
  const linkOf = (id: string): string => `/i/${incidentCode(id)}`;
  const request = { now: now(), filter, limit: ON_A_PAGE, linkOf, placeOf };
  const { from, to } = filter.within;
  const span = { from: Math.max(0, (from ?? 0) - MADE_AFTER_END), to };
  const present = 'skip' in cursor ? presentDeliveries((await store.readHead()).head, cursor.skip, request) : null;
  if (present !== null && (present.entries.length > 0 || ('skip' in cursor && cursor.skip > 0))) return forViewers(cleanAll(present));
  const before = 'place' in cursor ? cursor.place : null;
  const past = await store.pastIncidents({ ...span, before, limit: LOOKED_THROUGH });
  return forViewers(cleanAll(pastDeliveries(past, LOOKED_THROUGH, request)));
}

/** Every channel that there is: by id, what people call it. */
export function channelLabels(): Readonly<Record<ChannelId, string>> {
  return Object.fromEntries(CHANNEL_IDS.map((id) => [id, CHANNELS[id].traits.label]));
}
