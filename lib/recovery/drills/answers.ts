/** Atlas's own error, as the port throws it: what was answered, and with which of its codes. */
export type AtlasAnswer = Error & { readonly status: number | null; readonly code: string | null };

/** The port's errors are known by their name: this folder imports nothing of the client. */
export function isAtlasAnswer(cause: unknown): cause is AtlasAnswer {
  return cause instanceof Error && cause.name === 'AtlasError' && 'status' in cause && 'code' in cause;
}

/** Did Atlas surely not do it? What tells nothing, a time-out or a full queue, may have been done. */
export function isDefinite(cause: unknown): cause is AtlasAnswer {
  if (!isAtlasAnswer(cause)) return false;
  const { status } = cause;
  return status !== null && status >= 400 && status < 500 && status !== 429 && status !== 408;
}
