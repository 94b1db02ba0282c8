import { DAY, type Duration, type Instant, iso } from '../time.ts';
import type { ListedDetails, LogRecord } from './log-record.ts';

/** A cluster from which somebody's data was erased. */
export type ErasedFrom = { readonly project: string; readonly projectId: string; readonly cluster: string; readonly clusterId: string };

/** That somebody's data was erased from live databases (plan 7.2). Backups from before still hold it, and a restore of one brings it back. */
export type Erasure = {
  /** The customer's own reference, as a ticket's id. Whom it is about stands there and never here: the log cannot be erased. */
  readonly reference: string;
  readonly erasedAt: Instant;
  readonly by: string;
  readonly clusters: readonly ErasedFrom[];
  /** "shop.users"; none: all of these clusters. */
  readonly namespaces: readonly string[];
  /** When it will have left the last backup, in words, as of the registration. */
  readonly leaves: string;
};

/** PRIV-123, GDPR-2026-0012, INC0012345, #512: capitals before the digits, and fewer digits in a row than a telephone number has. */
const TICKET = /^(?:[A-Z][A-Z0-9]{0,11}(?:[-_/][A-Z0-9]{1,12}){0,4}[-_/#]?\d{1,8}|#\d{1,6})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Nine digits in a row, or seven with a plus before them, may be somebody's telephone number. */
const LIKE_A_NUMBER = /\d{9}|\+\d{7}/;
/** Two words of letters, as a first and a last name: one is the name of a kind of ticket, and more than two letters are no abbreviation of a region. */
const LIKE_A_NAME = /[A-Z]{3,}[-_/][A-Z]{3,}/;
/** What stands between groups of digits, and the year of a ticket, which is part of no number. */
const BETWEEN_DIGITS = /(?<=\d)[-_/](?=\d)/g;
const YEAR = /(?<!\d)20\d\d(?=[-_/])/g;
/** A database, and a collection behind a dot. Neither has blanks where it holds an address or a name. */
const NAMESPACE = /^[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_.$-]{1,120}|\.\*)?$/;

/** Pure: why the text may not stand in a log that nobody can erase; null if it is the id of a ticket. */
export function referenceProblem(text: string): string | null {
  if (UUID.test(text) || (TICKET.test(text) && !isLikeAPerson(text))) return null;
  return 'reference: the id of your own ticket, as PRIV-123, #512 or a UUID, with one word of letters at most; never a name, a mail address or a telephone number, since the log cannot be erased';
}

function isLikeAPerson(text: string): boolean {
  const digitsTogether = text.replace(YEAR, '').replace(BETWEEN_DIGITS, '');
  return LIKE_A_NUMBER.test(text) || LIKE_A_NUMBER.test(digitsTogether) || LIKE_A_NAME.test(text);
}

/** Pure: the namespace if it is one; null for anything else, as a mail address. */
export function namespaceOf(text: string): string | null {
  return NAMESPACE.test(text) && !LIKE_A_NUMBER.test(text) ? text : null;
}

/** Of the records' details: what an erasure needs to be read back. */
export function erasureDetails({ reference, erasedAt, clusters, namespaces, leaves }: Erasure): Readonly<Record<string, string>> {
  return {
    action: 'registered',
    reference,
    'erased at': iso(erasedAt),
    clusters: clusters
      .map(({ project, projectId, cluster, clusterId }) => `${cluster} (project ${project}) [${projectId}/${clusterId}]`)
      .join('\n'),
    ...(namespaces.length > 0 && { namespaces: namespaces.join('\n') }),
    leaves,
  };
}

const CLUSTER = /^(.*) \(project (.*)\) \[([^/\]]+)\/([^\]]+)\]$/;

/** Pure: the erasure that a record registers; null if it registers none. */
export function erasureOf({ kind, by, details }: ListedDetails): Erasure | null {
  const { action, reference = '', clusters = '', namespaces = '', leaves = '' } = details;
  const erasedAt = Date.parse(details['erased at'] ?? '');
  if (kind !== 'erasure' || action !== 'registered' || !Number.isFinite(erasedAt)) return null;
  const from = clusters.split('\n').flatMap((line) => {
    const [, cluster, project, projectId, clusterId] = CLUSTER.exec(line) ?? [];
    return cluster && project && projectId && clusterId ? [{ cluster, project, projectId, clusterId }] : [];
  });
  return { reference, erasedAt, by, clusters: from, namespaces: namespaces === '' ? [] : namespaces.split('\n'), leaves };
}

/** A restore as its record has it. */
export type RestoreDone = ListedDetails & Pick<LogRecord, 'id' | 'subject' | 'verdict' | 'endedAt'>;

/** A restore goes on in Atlas when nobody waits for it any more, Atlas no longer tells of it, or only its beginning was recorded. This is longer than one takes. */
const GOES_ON_FOR: Duration = DAY;

function endOf({ kind, verdict, endedAt }: RestoreDone): Instant {
  // A restore test that ended with that verdict has restored, and could not validate.
  const isLost = kind === 'restore' && verdict === 'could-not-verify';
  return isLost || verdict === 'interrupted' || verdict === 'noted' ? endedAt + GOES_ON_FOR : endedAt;
}

/**
 * Pure: the erasures that a restore has undone: of its source, after the moment that was restored, and before the restore ended. Where the record does not
 * say which moment that was, all before its end. `confirmed`: `confirmationKey`s of those that were erased again.
 */
export function undoneBy(restore: RestoreDone, erasures: readonly Erasure[], confirmed: ReadonlySet<string>): readonly Erasure[] {
  const [moment] = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z/.exec(restore.details['point'] ?? '') ?? [];
  const restored = moment === undefined ? Number.NEGATIVE_INFINITY : Date.parse(moment);
  return erasures.filter(
    ({ reference, erasedAt, clusters }) =>
      erasedAt >= restored &&
      erasedAt <= endOf(restore) &&
      clusters.some((place) => isSource(restore, place)) &&
      !confirmed.has(confirmationKey(reference, restore.id)),
  );
}

/** Stands for "erased again after that restore". */
export function confirmationKey(reference: string, restoreId: string): string {
  return `erasure-${reference}-after-${restoreId}`;
}

/** Of a record's details: which cluster was restored, by what no renaming of its project changes. */
export function sourceDetail({ projectId, clusterId }: Pick<ErasedFrom, 'projectId' | 'clusterId'>): Readonly<Record<'source id', string>> {
  return { 'source id': `${projectId}/${clusterId}` };
}

/**
 * Records name their source "orders (project shop)", by name or id of the project; most have its id too. By the name as well as by the id, since what is
 * restored under a name may have come from an earlier cluster of that name.
 */
function isSource({ subject, details }: RestoreDone, place: ErasedFrom): boolean {
  const isNamed = [place.project, place.projectId].some((project) => subject === `${place.cluster} (project ${project})`);
  return isNamed || details['source id'] === sourceDetail(place)['source id'];
}
