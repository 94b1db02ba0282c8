import type { Instant } from '../time.ts';

/** What an outside source said, or why it could not be read. A failed read is neither a value nor an absence. */
export type Fact<T> = Known<T> | Unknown;

export type Known<T> = { readonly known: true; readonly value: T; readonly asOf: Instant };
export type Unknown = { readonly known: false; readonly reason: string };

export function known<T>(value: T, asOf: Instant): Known<T> {
  return { known: true, value, asOf };
}

export function unknown(reason: string): Unknown {
  return { known: false, reason };
}
