import { type Courier, deliver, prepared } from './alerts/deliver.ts';
import { hush } from './alerts/hush.ts';
import { planDeliveries } from './alerts/plan.ts';
import type { Head } from './domain/head.ts';
import type { Incident } from './domain/incident.ts';
import { overdueFindings } from './incidents/overdue.ts';
import { reconcile } from './incidents/reconcile.ts';
import type { Ledger } from './state/ledger.ts';

/** Sends what is claimed and what follows; then, since a channel may have failed again, raises or ends what is said of the channels themselves. */
export async function sendAll(ledger: Ledger, courier: Courier): Promise<void> {
  await deliver(ledger, courier);
  const head = ledger.head();
  if (aboutChannels(head, courier, 0) === head) return;
  const tried = triedBy(head, courier);
  await ledger.update({ apply: (current, revision) => prepared(aboutChannels(current, courier, revision), courier, tried) });
  await deliver(ledger, courier, tried);
}

/** What this courier has tried in this run is not tried again before the next. */
function triedBy(head: Head, courier: Courier): ReadonlySet<string> {
  const now = courier.now();
  return new Set(
    head.deliveries
      .filter((delivery) => delivery.attempts > 0 && delivery.nextTryAt !== null && delivery.nextTryAt <= now)
      .map((delivery) => delivery.key),
  );
}

/** Pure but for the clock: one P0 a channel that is overdue, told by the channels that do accept. The same head where nothing changes. */
function aboutChannels(head: Head, courier: Courier, revision: number): Head {
  const context = courier.context(head);
  const findings = overdueFindings(head, context.general, context.now, context.roster);
  if (findings.length === 0) return head;
  const judged = reconcile(head.incidents, findings, {
    now: context.now,
    revision,
    projectIds: null,
    partial: true,
    flapping: context.general.flapping,
    ...(head.endings && { endings: head.endings }),
  });
  if (judged.transitions.length === 0 && isAsSteady(head.incidents, judged.incidents)) return head;
  const { incidents, transitions } = hush(judged.incidents, judged.transitions, {
    silences: head.silences ?? [],
    maintenance: context.general.maintenance,
    now: context.now,
  });
  const next = { ...head, incidents };
  return { ...next, deliveries: planDeliveries(head.deliveries, transitions, courier.context(next)) };
}

/** The time that a held one is to be well for begins or is broken off without a transition, and has to be stored all the same. */
function isAsSteady(before: readonly Incident[], after: readonly Incident[]): boolean {
  return after.every(({ steadySince }, index) => steadySince === before[index]?.steadySince);
}
