import { isIP } from 'node:net';
import { jsonObject } from '../../domain/json-text.ts';
import type { Duration } from '../../domain/time.ts';
import type { Redactor } from '../../domain/redact.ts';

/** `unusable`: the answer cannot be read. `transport`: no answer came. `deadline`: the run's time was up before the request or its answer. */
export type AtlasErrorKind = 'refused' | 'unusable' | 'transport' | 'deadline';

/** How often a request may be sent in all. */
export type Patience = 'once' | 'twice' | 'thrice' | 'rateLimit';

/** The reason for everything that a run had no time to read. */
export const NOT_READ = 'not read in this run: its time was up';

/** What is known of a request that failed. */
export type AtlasFailure = {
  readonly operation: string;
  readonly resource: string;
  readonly kind: AtlasErrorKind;
  readonly status: number | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly callerAddress: string | null;
  readonly patience: Patience;
  /** How long Atlas asks to wait, in milliseconds. */
  readonly retryAfter: Duration | null;
};

const NOTHING_STATED = { status: null, code: null, callerAddress: null, retryAfter: null };

/** A request to Atlas that failed. The message names operation, resource and cause, and holds no secret. */
export class AtlasError extends Error {
  override readonly name = 'AtlasError';
  readonly failure: AtlasFailure;

  constructor(stated: Omit<AtlasFailure, keyof typeof NOTHING_STATED> & Partial<AtlasFailure>) {
    const failure = { ...NOTHING_STATED, ...stated };
    super(messageOf(failure));
    this.failure = failure;
  }
}

/** For `catch`: gives `value` if Atlas refused so (see `isRefusal`), and throws every other error again. */
export function insteadOf<T>(value: T, status: number, ...codes: readonly string[]): (error: unknown) => T {
  return (error) => {
    if (isRefusal(error, status, ...codes)) return value;
    throw error;
  };
}

/** Atlas's documented answer about a cluster without any backup configuration, for `insteadOf`. */
export const NO_BACKUPS = [404, 'BACKUP_CONFIG_NOT_FOUND'] as const;

/** True if Atlas refused with that status and one of these error codes; any code if none is given. */
export function isRefusal(error: unknown, status: number, ...codes: readonly string[]): boolean {
  if (!(error instanceof AtlasError) || error.failure.status !== status) return false;
  return codes.length === 0 || codes.includes(error.failure.code ?? '');
}

const ACCESS_LIST = /ACCESS_LIST|WHITELIST/;

/** True for a 403 about the address that the request came from, which concerns every request of these credentials (docs/facts/atlas.md §9). */
export function isAddressRefused({ failure: { status, code, callerAddress } }: AtlasError): boolean {
  return status === 403 && (callerAddress !== null || ACCESS_LIST.test(code ?? ''));
}

/** True for a 403 because the credentials lack a role. */
export function isRoleRefused(error: AtlasError): boolean {
  return error.failure.status === 403 && !isAddressRefused(error);
}

/** A copy of the error with these fields changed. */
export function changed({ failure }: AtlasError, fields: Partial<AtlasFailure>): AtlasError {
  return new AtlasError({ ...failure, ...fields });
}

function messageOf({ operation, resource, status, code, detail }: AtlasFailure): string {
  const about = resource === '' ? operation : `${operation} ${resource}`;
  const cause = [status, code].filter((part) => part !== null).join(' ');
  if (cause === '') return `${about}: ${detail ?? 'failed'}`;
  return detail === null || detail === '' ? `${about}: ${cause}` : `${about}: ${cause} (${detail})`;
}

const LONGEST_DETAIL = 200;

/** Makes a provider's sentence fit to be shown: without secrets and control characters, and not too long. */
export function clean(text: string, redactor: Redactor): string {
  // Redacted again as one line, to find a secret that a line break divides.
  const oneLine = redactor
    .redact(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return redactor.redact(oneLine).slice(0, LONGEST_DETAIL);
}

/** What a request was and what it was about, for messages. */
export type RequestLabel = { readonly operation: string; readonly resource: string };

/** The error for an answer that cannot be used and is not worth another request. */
export function unusable(label: RequestLabel, detail: string): AtlasError {
  return new AtlasError({ ...label, kind: 'unusable', detail, patience: 'once' });
}

/** The error for a refusal. A body that is not Atlas's error JSON is never quoted. */
export function refusal(label: RequestLabel, status: number, text: string, retryAfter: string | null, redactor: Redactor): AtlasError {
  const body = jsonObject(text) ?? {};
  const parameters = Array.isArray(body['parameters']) ? body['parameters'] : [];
  const code = usableCode(body['errorCode'] ?? body['error'], redactor);
  const stated = body['detail'] ?? body['error_description'];
  const detail = typeof stated === 'string' ? clean(stated, redactor) : null;
  return new AtlasError({
    ...label,
    kind: 'refused',
    status,
    code,
    detail,
    callerAddress: status === 403 ? addressIn([...parameters, detail ?? '']) : null,
    patience: patienceWith(status),
    retryAfter: status === 429 || status === 503 ? waitAsked(retryAfter, parameters[1]) : null,
  });
}

function patienceWith(status: number): Patience {
  if (status === 429) return 'rateLimit';
  return [500, 502, 503, 504].includes(status) ? 'thrice' : 'once';
}

function usableCode(code: unknown, redactor: Redactor): string | null {
  return typeof code === 'string' && /^\w{1,80}$/.test(code) && redactor.redact(code) === code ? code : null;
}

/** In milliseconds; Atlas gives seconds in the header or else in the body's second parameter. */
function waitAsked(header: string | null, parameter: unknown): Duration | null {
  const given = [header === null || header === '' ? null : Number(header), parameter];
  const seconds = given.find((one): one is number => typeof one === 'number' && Number.isFinite(one) && one >= 0);
  return seconds === undefined ? null : seconds * 1_000;
}

function addressIn(values: readonly unknown[]): string | null {
  const words = values.flatMap((value) => (typeof value === 'string' ? value.split(/[\s,;()[\]"']+/) : []));
  return words.map((word) => word.replace(/\.$/, '')).find((word) => isIP(word) !== 0) ?? null;
}
