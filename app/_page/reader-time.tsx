'use client';

import { useSyncExternalStore } from 'react';

/** The same moment by the reader's clock: "Mon 10:10 Pacific/Auckland". Nothing where no script runs, and where the reader's clock shows UTC. */
export function ReaderTime({ at }: { readonly at: string }) {
  const words = useSyncExternalStore(
    neverChanges,
    () => inZoneOfReader(at),
    () => null,
  );
  return words !== null && ` (${words})`;
}

function neverChanges(): () => void {
  return () => {};
}

function inZoneOfReader(at: string): string | null {
  const moment = new Date(at);
  if (moment.getTimezoneOffset() === 0) return null;
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });
  return `${format.format(moment).replace(',', '')} ${format.resolvedOptions().timeZone}`;
}
