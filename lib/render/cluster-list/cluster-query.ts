import type { ClusterKind } from '../../domain/facts/facts.ts';
import { type Standing, STANDINGS } from '../../domain/findings/standing.ts';
import { clean, cut } from '../../domain/text.ts';

/** Which clusters are listed, in which order, and which page of them; pages count from 1. Empty texts and null select all. */
export type ClusterQuery = {
  readonly q: string;
  readonly project: string;
  /** `key`, or `key=value`. */
  readonly tag: string;
  readonly standing: Standing | null;
  readonly kind: ClusterKind | null;
  readonly sort: Sort;
  readonly page: number;
};

/** What an address asks for, and what in it was not understood, in words. */
export type AskedClusters = { readonly query: ClusterQuery; readonly problems: readonly string[] };

export const KIND_IN_WORDS: Readonly<Record<ClusterKind, string>> = {
  replicaSet: 'replica set',
  sharded: 'sharded',
  flex: 'Flex',
  free: 'M0',
};

const SORTS = ['urgency', 'name', 'project', 'newest', 'until'] as const;
export type Sort = (typeof SORTS)[number];

/** Of the two moments the oldest come first: what is behind is looked for. */
export const SORT_IN_WORDS: Readonly<Record<Sort, string>> = {
  urgency: 'urgency',
  name: 'name',
  project: 'project',
  newest: 'newest recovery point, the oldest first',
  until: 'restorable until, the earliest first',
};

export const ALL_CLUSTERS: ClusterQuery = { q: '', project: '', tag: '', standing: null, kind: null, sort: 'urgency', page: 1 };

/** Atlas allows names of 64 characters, and tags of 255 (https://www.mongodb.com/docs/atlas/tags/). */
const TEXT_MOST = 600;
/** What of a value that was not understood is said again. */
const SAID_MOST = 60;
const PROBLEMS_MOST = 5;
/** The page beyond which nothing is taken for a number of a page. */
const PAGE = /^[1-9]\d{0,6}$/;

export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Pure: what the parameters of an address ask for. What is not understood counts as not given, and is told. */
export function askedClusters(parameters: Parameters): AskedClusters {
  const problems = Object.keys(parameters).flatMap((name) => unknownName(name));
  const textOf = (name: string): string => {
    const given = parameters[name];
    const [first = '', ...more] = typeof given === 'string' ? [given] : (given ?? []);
    if (more.length > 0) problems.push(`“${name}” is given ${more.length + 1} times: the first counts.`);
    const text = clean(first);
    if (text.length > TEXT_MOST) problems.push(`“${name}” is longer than ${TEXT_MOST} characters: the rest is left out.`);
    return cut(text, TEXT_MOST, '');
  };
  const oneOf = <Value extends string>(name: string, allowed: readonly Value[], what: string): Value | null => {
    const text = textOf(name);
    const found = allowed.find((value) => value === text) ?? null;
    if (found === null && text !== '') problems.push(`There is no ${what} “${cut(text, SAID_MOST)}”: it is one of ${allowed.join(', ')}.`);
    return found;
  };
  const query = {
    q: textOf('q'),
    project: textOf('project'),
    tag: textOf('tag'),
    standing: oneOf('standing', STANDINGS, 'standing'),
    kind: oneOf('kind', Object.keys(KIND_IN_WORDS) as ClusterKind[], 'kind'), // Proof: the record has exactly the kinds.
    sort: oneOf('sort', SORTS, 'sort by') ?? ALL_CLUSTERS.sort,
    page: pageIn(textOf('page'), problems),
  };
  return { query, problems: problems.slice(0, PROBLEMS_MOST) };
}

function unknownName(name: string): readonly string[] {
  if (Object.hasOwn(ALL_CLUSTERS, name)) return [];
  return [`The list cannot be asked for “${cut(clean(name), SAID_MOST)}”: there are ${Object.keys(ALL_CLUSTERS).join(', ')}.`];
}

function pageIn(text: string, problems: string[]): number {
  if (PAGE.test(text)) return Number(text);
  if (text !== '') problems.push(`There is no page “${cut(text, SAID_MOST)}”: pages are numbers from 1.`);
  return 1;
}

/** The address of a list; what is as usual is left out of it. */
export function clustersAddress(query: ClusterQuery): string {
  const given = Object.entries(query).filter(([name, value]) => value !== null && value !== ALL_CLUSTERS[name as keyof ClusterQuery]); // Proof: names of its own members.
  const parameters = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? '/clusters' : `/clusters?${parameters}`;
}
