import { AtlasError, NOT_READ } from './error.ts';

const ACCESS_LIST = /ACCESS_LIST|WHITELIST/;

/** Why something is unknown, with the likely fix where the answer tells: one sentence for people, without a secret. */
export function reasonOf(error: unknown): string {
  // An error of our own making: its message may hold anything, its class does not.
  if (!(error instanceof AtlasError)) return `reading failed inside Restorable (${error instanceof Error ? error.name : 'unknown error'})`;
  if (error.kind === 'deadline') return NOT_READ;
  const fix = likelyFix(error);
  return fix === null ? error.message : `${error.message}; ${fix}`;
}

function likelyFix(error: AtlasError): string | null {
  if (error.operation === 'getAccessToken' && error.status !== null && error.status < 500 && error.status !== 429) {
    return 'check that the service account exists, that its secret has not expired, and that both are configured as Atlas shows them';
  }
  if (error.status === 401) return 'check the configured credentials';
  if (error.status !== 403) return null;
  if (ACCESS_LIST.test(error.code ?? '')) {
    const who = error.callerAddress === null ? 'add the address that the request came from' : `it came from ${error.callerAddress}: add it`;
    return `${who} to the API access list of the service account or API key (not the project's cluster list)`;
  }
  return 'give the service account or API key the role Project Read Only in this project';
}
