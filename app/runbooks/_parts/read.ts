import type { Asked, LiveValues } from '../../../lib/runbooks/index.ts';
import type { Query } from '../../viewer.ts';

/** Whoever reads a runbook has an outage at hand, and the store may be down too: do not make them wait for it. */
const PATIENCE_MS = 4_000;

export type Reading =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'nothing'; readonly asked: Asked }
  | { readonly kind: 'live'; readonly values: LiveValues };

/** The live values, or why there are none: never an error, and never later than `patience` milliseconds. */
export async function readingOf(
  asked: Asked,
  read: (asked: Asked) => Promise<LiveValues | null>,
  { log, patience = PATIENCE_MS }: { readonly log: (error: unknown) => void; readonly patience?: number },
): Promise<Reading> {
  if (asked.incidentId === null && asked.clusterId === null) return { kind: 'not-asked' };
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`the recorded state did not answer within ${patience} ms`)), patience);
  try {
    const values = await Promise.race([read(asked), late.promise]);
    return values === null ? { kind: 'nothing', asked } : { kind: 'live', values };
  } catch (error) {
    log(error);
    return { kind: 'unreadable' };
  } finally {
    clearTimeout(timer);
  }
}

/** `?incident=ID` or `?cluster=ID`; the incident comes first where both are given. */
export function askedIn(query: Query): Asked {
  return { incidentId: textOf(query['incident']), clusterId: textOf(query['cluster']) };
}

function textOf(value: Query[string]): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
