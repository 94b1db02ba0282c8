import type { EvidenceLine } from '../../domain/recovery/evidence.ts';

/**
 * What came of one step of a restore test or drill; `next` is its state afterwards. The runner takes the next step at once after `moved`, and in the next run
 * after `waits` or `troubled`. `refused` and `ended` are the end.
 */
export type StepOutcome<State> =
  | { readonly kind: 'moved'; readonly next: State; readonly lines: readonly EvidenceLine[] }
  | { readonly kind: 'waits'; readonly next: State; readonly lines: readonly EvidenceLine[] }
  | { readonly kind: 'ended'; readonly next: State }
  | { readonly kind: 'troubled'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

export function moved<State>(next: State, lines: readonly EvidenceLine[] = []): StepOutcome<State> {
  return { kind: 'moved', next, lines };
}

export function waits<State>(next: State, lines: readonly EvidenceLine[] = []): StepOutcome<State> {
  return { kind: 'waits', next, lines };
}

export function ended<State>(next: State): StepOutcome<State> {
  return { kind: 'ended', next };
}

export function troubled(why: string): StepOutcome<never> {
  return { kind: 'troubled', why };
}

export function refused(why: string): StepOutcome<never> {
  return { kind: 'refused', why };
}

/** Joins two reasons to one sentence. */
export function joined(why: string | null, more: string): string {
  return why === null ? more : `${why}; ${more}`;
}

/** Errors whose messages are worded without addresses and passwords. */
const OURS: ReadonlySet<string> = new Set([
  'AtlasError',
  'ReadError',
  'ConnectError',
  'StoreError',
  'BackupError',
  'DrillError',
  'DrillRefusal',
]);

/** An error in words without any address or password. Only the class is named of errors that are not ours. */
export function troubleOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unexpected error';
  return OURS.has(cause.name) ? cause.message : `unexpected ${cause.name}`;
}
