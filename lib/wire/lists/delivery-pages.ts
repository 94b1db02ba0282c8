import { CHANNEL_IDS, CHANNELS } from '../../deliver/channels/registry.ts';
import { incidentCode } from '../../deliver/message/incident-code.ts';
import type { ChannelId } from '../../domain/policy/policy.ts';
import { cleanAll } from '../../domain/text.ts';
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
const ON_A_PAGE = 100;
/** Incidents of history that one page of messages looks through. */
const LOOKED_THROUGH = 200;

/** A page of the list of messages. Throws `StoreError`. */
export async function readDeliveries({ filter, cursor }: DeliveryQuery): Promise<DeliveryList> {
  const { store, now } = await openReadingPorts();
  const linkOf = (id: string): string => `/i/${incidentCode(id)}`;
  const request = { now: now(), filter, limit: ON_A_PAGE, linkOf, placeOf };
  const list =
    'skip' in cursor
      ? presentDeliveries((await store.readHead()).head, cursor.skip, request)
      : pastDeliveries(
          await store.pastIncidents({ from: 0, to: null, before: cursor.place, limit: LOOKED_THROUGH }),
          LOOKED_THROUGH,
          request,
        );
  return forViewers(cleanAll(list));
}

/** Every channel that there is: by id, what people call it. */
export function channelLabels(): Readonly<Record<ChannelId, string>> {
  return Object.fromEntries(CHANNEL_IDS.map((id) => [id, CHANNELS[id].traits.label]));
}
