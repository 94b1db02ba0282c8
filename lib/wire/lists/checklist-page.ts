import { cleanAll } from '../../domain/text.ts';
import { iso } from '../../domain/time.ts';
import { type ShownChecklist, shownChecklist } from '../../render/checklist/checklist-json.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';

/** The checklist and the set-up for their page. Throws `StoreError`. */
export async function readChecklistPage(): Promise<ShownChecklist & { readonly now: string }> {
  const { store, policy, now } = await openReadingPorts();
  const { head } = await store.readHead();
  const { general } = policy;
  const shown = shownChecklist(head, { now: now(), checkInterval: general.checkInterval, general });
  return forViewers(cleanAll({ ...shown, now: iso(now()) }));
}
