import type { Incident, Transition, TransitionKind } from '../domain/incidents/incident.ts';
import type { Instant } from '../domain/time.ts';
import { suppressedBy, type SuppressionRules } from './suppressed-by.ts';

export type Suppressed = { readonly incidents: readonly Incident[]; readonly transitions: readonly Transition[] };

const SUPPRESSIBLE: ReadonlySet<TransitionKind> = new Set(['opened', 'raised', 'renewed']);

/**
 * Removes the transitions whose notifications are suppressed now, and adds those of incidents that still fail when their silence has ended. Resolves are
 * never suppressed: whoever received the trigger also receives the resolve.
 */
export function suppressNotifications(
  incidents: readonly Incident[],
  transitions: readonly Transition[],
  rules: SuppressionRules,
): Suppressed {
  const suppressible = new Map(
    transitions.filter(({ kind }) => SUPPRESSIBLE.has(kind)).map((transition) => [transition.incident.id, transition]),
  );
  const flaps = transitions.some(({ kind }) => kind === 'flapping');
  if (suppressible.size === 0 && !flaps && !incidents.some((incident) => incident.silencedBy !== undefined))
    return { incidents, transitions };
  // Flapping during a silence needs no notification of its own: the one after the silence says so anyway.
  const kept: Transition[] = transitions.filter(
    ({ kind, incident }) => !SUPPRESSIBLE.has(kind) && (kind !== 'flapping' || suppressedBy(incident, rules) === null),
  );
  const next = incidents.map((incident) => {
    const transition = suppressible.get(incident.id);
    if (incident.state === 'resolved' || (!transition && incident.silencedBy === undefined)) return incident;
    const suppression = suppressedBy(incident, rules);
    if (suppression !== null) return suppression === incident.silencedBy ? incident : { ...incident, silencedBy: suppression };
    // An acknowledged incident causes no notification when its silence ends; once the acknowledgement has expired, it does.
    if (!transition && incident.state !== 'open') return incident;
    const notified = unsuppressed(incident, transition?.kind === 'opened' ? null : rules.now);
    kept.push({ kind: transition?.kind ?? 'opened', incident: notified });
    return notified;
  });
  // The same array if nothing changed, so that a dispatch knows that there is nothing to write.
  return { incidents: next.every((incident, index) => incident === incidents[index]) ? incidents : next, transitions: kept };
}

function unsuppressed({ silencedBy: _silencedBy, ...incident }: Incident, notifiedAt: Instant | null): Incident {
  return notifiedAt === null ? incident : { ...incident, notifiedAt };
}
