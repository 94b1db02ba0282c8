import { AtlasError, type Told } from './error.ts';

export type Page = Readonly<Record<string, unknown>>;

/** A listing longer than this is a fault, not a listing: a million entries. */
const MOST_PAGES = 2_000;

/**
 * Every entry of a listing, each id once. Only the page's number is taken from the `next` link: its host may be wrong or hostile, and
 * the credentials would follow it. `fullPage` is the size of a full one, null where Atlas documents no paging. Throws `AtlasError`.
 */
export async function readPages(
  told: Told,
  readPage: (number: number) => Promise<Page>,
  fullPage: number | null,
): Promise<readonly unknown[]> {
  const entries: unknown[] = [];
  const seen = new Set<string>();
  for (let number: number | null = 1, pages = 1; number !== null; pages += 1) {
    if (pages > MOST_PAGES) throw unusable(told, `has more than ${MOST_PAGES} pages`);
    const page = await readPageOnceMore(told, readPage, number);
    for (const entry of page.results) if (isNew(entry, seen)) entries.push(entry);
    number = nextPage(told, page, number, fullPage);
  }
  return entries;
}

type Listing = { readonly results: readonly unknown[]; readonly links: unknown };

/** An answer without a list of results is asked for once more, like any other that cannot be read. */
async function readPageOnceMore(told: Told, readPage: (number: number) => Promise<Page>, number: number): Promise<Listing> {
  for (let attempts = 1; attempts <= 2; attempts += 1) {
    const { results, links } = await readPage(number);
    if (Array.isArray(results)) return { results, links };
  }
  throw unusable(told, 'answered without a list of results');
}

function isNew(entry: unknown, seen: Set<string>): boolean {
  if (typeof entry !== 'object' || entry === null || !('id' in entry) || typeof entry.id !== 'string') return true;
  if (seen.has(entry.id)) return false;
  seen.add(entry.id);
  return true;
}

function nextPage(told: Told, page: Listing, number: number, fullPage: number | null): number | null {
  if (!Array.isArray(page.links)) {
    // Without links a full page may be the first of many: to take it for all would hide what follows.
    if (fullPage !== null && page.results.length >= fullPage) throw unusable(told, 'answered a full page without links');
    return null;
  }
  const links: readonly unknown[] = page.links;
  const next = links.find((link) => typeof link === 'object' && link !== null && 'rel' in link && link.rel === 'next');
  if (next === undefined) return null;
  const following = numberIn(next);
  if (following === null) throw unusable(told, 'names a next page without a number');
  if (following <= number)
    throw unusable(
      told,
      following === number ? `page ${number} names itself as the next` : `page ${number} names ${following} as the next`,
    );
  return following;
}

function numberIn(link: unknown): number | null {
  if (typeof link !== 'object' || link === null || !('href' in link) || typeof link.href !== 'string') return null;
  const found = /[?&]pageNum=(\d{1,9})(?:&|#|$)/.exec(link.href);
  return found?.[1] === undefined ? null : Number(found[1]);
}

function unusable(told: Told, detail: string): AtlasError {
  return new AtlasError({ ...told, kind: 'unusable', detail, patience: 'once' });
}
