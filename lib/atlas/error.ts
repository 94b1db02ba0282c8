import { isIP } from 'node:net';
import type { Duration } from '../domain/time.ts';
import type { Redactor } from '../domain/redact.ts';

/**
 * `refused`: Atlas said no. `unusable`: it answered what cannot be read. `transport`: no answer came. `deadline`: the run's time was up
 * before it could be asked.
 */
export type AtlasErrorKind = 'refused' | 'unusable' | 'transport' | 'deadline';

/** How often the same request may be sent in all, the first time included. */
export type Patience = 'once' | 'twice' | 'thrice' | 'rateLimit';

/** What a run says of all that it had no time to ask for. */
export const NOT_READ = 'not read in this run: its time was up';

type Parts = {
  readonly operation: string;
  readonly resource: string;
  readonly kind: AtlasErrorKind;
  readonly status?: number | null;
  readonly code?: string | null;
  readonly detail: string | null;
  readonly callerAddress?: string | null;
  readonly patience: Patience;
  readonly retryAfter?: Duration | null;
};

/** A read of Atlas that gave nothing. The message names operation, resource and cause, and holds no secret. */
export class AtlasError extends Error {
  override readonly name = 'AtlasError';
  readonly operation: string;
  readonly resource: string;
  readonly kind: AtlasErrorKind;
  readonly status: number | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly callerAddress: string | null;
  readonly patience: Patience;
  /** What Atlas asked to wait for, in milliseconds. */
  readonly retryAfter: Duration | null;

  constructor(parts: Parts) {
    super(messageOf(parts));
    this.operation = parts.operation;
    this.resource = parts.resource;
    this.kind = parts.kind;
    this.status = parts.status ?? null;
    this.code = parts.code ?? null;
    this.detail = parts.detail;
    this.callerAddress = parts.callerAddress ?? null;
    this.patience = parts.patience;
    this.retryAfter = parts.retryAfter ?? null;
  }
}

/** The same failure with something said otherwise. */
export function changed(error: AtlasError, parts: Partial<Parts>): AtlasError {
  const { operation, resource, kind, status, code, detail, callerAddress, patience, retryAfter } = error;
  return new AtlasError({ operation, resource, kind, status, code, detail, callerAddress, patience, retryAfter, ...parts });
}

function messageOf({ operation, resource, status, code, detail }: Parts): string {
  const about = resource === '' ? operation : `${operation} ${resource}`;
  const cause = [status, code].filter((part) => part !== undefined && part !== null).join(' ');
  if (cause === '') return `${about}: ${detail ?? 'failed'}`;
  return detail === null || detail === '' ? `${about}: ${cause}` : `${about}: ${cause} (${detail})`;
}

const LONGEST_DETAIL = 200;

/** A provider's sentence made fit to be shown: no secret, no control characters, not too long. */
export function clean(text: string, redactor: Redactor): string {
  // Also unfolded, so that a secret with a line break in it, or broken by one, is found.
  const oneLine = redactor
    .redact(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return redactor.redact(oneLine).slice(0, LONGEST_DETAIL);
}

export type Told = { readonly operation: string; readonly resource: string };

/** The error that an answer other than 200 stands for. A body that is not Atlas's error JSON is never quoted. */
export function refusal(told: Told, status: number, text: string, retryAfter: string | null, redactor: Redactor): AtlasError {
  const body = errorBody(text);
  const parameters = Array.isArray(body['parameters']) ? body['parameters'] : [];
  const code = usableCode(body['errorCode'] ?? body['error'], redactor);
  const said = body['detail'] ?? body['error_description'];
  const detail = typeof said === 'string' ? clean(said, redactor) : null;
  return new AtlasError({
    ...told,
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

function errorBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    // An object that is no array: its entries are what a record holds.
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.fromEntries(Object.entries(body)) : {};
  } catch {
    return {};
  }
}

function usableCode(code: unknown, redactor: Redactor): string | null {
  return typeof code === 'string' && /^\w{1,80}$/.test(code) && redactor.redact(code) === code ? code : null;
}

/** Seconds in the header, else in the body's second parameter; milliseconds. */
function waitAsked(header: string | null, parameter: unknown): Duration | null {
  for (const seconds of [
    header === null || header === '' ? Number.NaN : Number(header),
    typeof parameter === 'number' ? parameter : Number.NaN,
  ]) {
    if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  }
  return null;
}

function addressIn(parts: readonly unknown[]): string | null {
  const words = parts.flatMap((part) => (typeof part === 'string' ? part.split(/[\s,;()[\]"']+/) : []));
  return words.map((word) => word.replace(/\.$/, '')).find((word) => isIP(word) !== 0) ?? null;
}
