import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { DAY, type Instant } from '../domain/time.ts';

/** The incidents that began or ended in the last 24 hours, in words, newest first. */
export function recentChanges(head: Head | null, now: Instant): readonly { readonly at: Instant; readonly text: string }[] {
  const recent = (at: Instant | null): at is Instant => at !== null && at > now - DAY;
  const changes = (head?.incidents ?? []).flatMap((incident) => [
    ...(recent(incident.openedAt) ? [{ at: incident.openedAt, text: `${about(incident)} began: ${incident.summary}` }] : []),
    ...(recent(incident.resolvedAt)
      ? [{ at: incident.resolvedAt, text: `${about(incident)} ended: ${incident.resolution ?? 'recovered'}` }]
      : []),
  ]);
  return changes.toSorted((a, b) => b.at - a.at);
}

function about({ resource, check }: Incident): string {
  return `${resource.name}, ${check}`;
}
