import { clean } from '../text.ts';
import type { Instant } from '../time.ts';

/** One line of a validation: what was expected, what was found, and what follows from it. */
export type EvidenceLine = {
  readonly what:
    | 'connection'
    | 'namespace'
    | 'documents'
    | 'indexes'
    | 'options'
    | 'freshness'
    | 'readable'
    | 'search'
    | 'assertion'
    | 'checksum'
    | 'restore'
    | 'write-access'
    | 'not-covered';
  /** "shop.orders"; null for what is about the whole server or backup. */
  readonly namespace: string | null;
  readonly expected: string;
  readonly found: string;
  /** `noted` decides nothing. */
  readonly verdict: 'passed' | 'failed' | 'noted' | 'could-not-verify';
};

/** A line about `namespace`, or about the whole server or backup where that is left out. Names and texts of people become one line of plain text each. */
export function evidenceLine(
  what: EvidenceLine['what'],
  verdict: EvidenceLine['verdict'],
  [expected, found]: readonly [expected: string, found: string],
  namespace: string | null = null,
): EvidenceLine {
  return { what, namespace: namespace === null ? null : clean(namespace), expected: clean(expected), found: clean(found), verdict };
}

/** The verdict of a validation: one failed line fails it, and one that could not be verified keeps it from passing. Without any line, nothing is verified. */
export function verdictOf(lines: readonly Pick<EvidenceLine, 'verdict'>[]): 'passed' | 'failed' | 'could-not-verify' {
  if (lines.some(({ verdict }) => verdict === 'failed')) return 'failed';
  if (lines.some(({ verdict }) => verdict === 'could-not-verify')) return 'could-not-verify';
  return lines.some(({ verdict }) => verdict === 'passed') ? 'passed' : 'could-not-verify';
}

/** Pure: in words, what a validation did not look at or could not decide. Empty where its verdict covers everything. */
export function notVerified(lines: readonly EvidenceLine[]): readonly string[] {
  const open = lines.filter(({ what, verdict }) => verdict === 'could-not-verify' || (what === 'not-covered' && verdict === 'noted'));
  return open.map(
    ({ what, namespace, expected, found }) => `${namespace === null ? '' : `${namespace}: `}${what}: expected ${expected}, found ${found}`,
  );
}

/** What a deployment's databases looked like at one time: names, counts, indexes and options; no data. */
export type Manifest = {
  readonly takenAt: Instant;
  readonly collections: readonly CollectionManifest[];
  /** Where it was read from: the deployment itself, unless a dump is named. */
  readonly of?: 'dump';
};

export type CollectionManifest = {
  /** "shop.orders". */
  readonly namespace: string;
  readonly type: 'collection' | 'view' | 'timeseries';
  /** By the collection's metadata; null for views, which have none. */
  readonly documents: number | null;
  /** Each as canonical text of its keys and options, without what differs between servers (`v`, `ns`, `storageEngine`), sorted. */
  readonly indexes: readonly string[];
  /** Canonical text of the collection's options: capped, size, collation, viewOn, pipeline … */
  readonly options: string;
};

/** The user's own assertion about the data: a count within bounds, or an aggregation with an expected result. */
export type Assertion = {
  readonly name: string;
  /** "shop.orders". */
  readonly namespace: string;
  /** The source that it is about; left out for every source. */
  readonly cluster?: string;
} & (
  | { readonly kind: 'count'; readonly filter: Readonly<Record<string, unknown>>; readonly min: number | null; readonly max: number | null }
  | {
      readonly kind: 'aggregate';
      readonly pipeline: readonly Readonly<Record<string, unknown>>[];
      /** Compared as EJSON, in order. */
      readonly expect: readonly Readonly<Record<string, unknown>>[];
    }
);

export type ValidationSettings = {
  /** A fraction of the documents that may be missing or more: 0.05 is 5 %. */
  readonly tolerance: number;
  /** Documents read at random from each collection. */
  readonly sample: number;
  /** Field with the time of a document, by namespace ("shop.orders": "createdAt"). */
  readonly timeFields: Readonly<Record<string, string>>;
  readonly assertions: readonly Assertion[];
};
