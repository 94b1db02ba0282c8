import { endedProof, scheduledProof } from './alert-proof.ts';
import { isRoot, mayHaveArrived } from './alerts/delivery.ts';
import { hush } from './alerts/hush.ts';
import { mutedBy } from './alerts/mute.ts';
import { planDeliveries, type PlanContext } from './alerts/plan.ts';
import type { Head } from './domain/head.ts';
import type { Incident } from './domain/incident.ts';
import type { CheckId } from './domain/policy.ts';
import { escalated } from './escalation.ts';
import { expired } from './incidents/acknowledge.ts';
import { reminded } from './reminders.ts';

/** What nobody can mend any more is told once: no reminder, no escalation. */
const PAST_MENDING: ReadonlySet<CheckId> = new Set(['pitr-break', 'cluster-gone']);

/**
 * Pure: what the passing of time alone brings about, at every check and dispatch: acknowledgements that run out, silences that end, the next rung
 * of the escalation ladder, reminders. Escalation and reminders only where an acknowledgement can reach us (contract, clause 4).
 */
export function rounds(head: Head, context: PlanContext, revision: number): Head {
  const { now, general } = context;
  const silences = (head.silences ?? []).filter((silence) => silence.until > now);
  const mutes = { silences, maintenance: general.maintenance, now };
  const hushed = hush(expired(head.incidents, now), [], mutes);
  const deliveries = planDeliveries(head.deliveries, hushed.transitions, context);
  const kept = head.silences === undefined || silences.length === head.silences.length ? {} : { silences };
  const next = endedProof(scheduledProof({ ...head, ...kept, incidents: hushed.incidents, deliveries }, context, revision), context);
  if (!context.acknowledgeable) return next;
  const takeable = takeableIn(next, context);
  const waiting = (incident: Incident): boolean => awaits(incident) && takeable(incident) && mutedBy(incident, mutes) === null;
  return reminded(escalated(next, waiting, context), waiting, context);
}

/** What flaps and is well just now is held open, but “still failing” would be false. */
function awaits({ state, silencedBy, steadySince, check, resource }: Incident): boolean {
  // The synthetic alerts of a proof end by themselves; a path that is broken, or was never proven, somebody can mend.
  const synthetic = check === 'alert-path' && resource.part !== 'proof';
  return state === 'open' && silencedBy === undefined && steadySince === undefined && !PAST_MENDING.has(check) && !synthetic;
}

/** Can somebody who was told of it acknowledge: on the page, or where the message came from? Else nobody could stop what follows. */
function takeableIn({ deliveries }: Head, { waysBack }: PlanContext): (incident: Incident) => boolean {
  if (waysBack === undefined || waysBack.includes('page')) return () => true;
  const answering: readonly string[] = waysBack;
  const told = new Set(
    deliveries
      .filter((delivery) => isRoot(delivery) && mayHaveArrived(delivery) && answering.includes(delivery.channel))
      .flatMap((delivery) => delivery.incidents),
  );
  return ({ id }) => told.has(id);
}
