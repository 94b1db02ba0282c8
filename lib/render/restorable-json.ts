import type { Restorable, Window } from '../domain/findings/recorded-view.ts';
import { iso, isoOrNull } from '../domain/time.ts';
import type { ClusterJson } from './status-json.ts';

export function windowJson(window: Window | null): ClusterJson['window'] {
  if (window === null) return null;
  const breaks = window.breaks.map((gap) => ({ ...gap, from: iso(gap.from), to: iso(gap.to) }));
  return { from: iso(window.from), to: iso(window.to), breaks };
}

export function restorableUntil({ until, readAt }: Restorable): ClusterJson['restorableUntil'] {
  if (until === null) return null;
  const { at, by, base, baseExpiresAt } = until;
  return { at: iso(at), by, base: iso(base), baseExpiresAt: isoOrNull(baseExpiresAt), readAt: iso(readAt) };
}
