const OURS: ReadonlySet<string> = new Set([
  'AtlasError',
  'ReadError',
  'ConnectError',
  'StoreError',
  'BackupError',
  'DrillError',
  'DrillRefusal',
]);

/** An error in words that hold no address and no password: our own errors are worded so; of others only the class is told. */
export function troubleOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unexpected error';
  return OURS.has(cause.name) ? cause.message : `unexpected ${cause.name}`;
}
