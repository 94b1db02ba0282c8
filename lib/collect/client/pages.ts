import { z } from 'zod';
import { unusable, type RequestLabel } from './atlas-error.ts';

export type Page = Readonly<Record<string, unknown>>;

/** A million entries. A longer listing is a fault. */
const MOST_PAGES = 2_000;

/**
 * All entries of a listing, each id once. Only the page number is taken from the `next` link, because its host may be wrong or hostile and would
 * receive the credentials. `fullPage` is the size of a full page; null if Atlas documents no paging. Throws `AtlasError`.
 */
export async function readPages(
  label: RequestLabel,
  readPage: (number: number) => Promise<Page>,
  fullPage: number | null,
): Promise<readonly unknown[]> {
  const entries: unknown[] = [];
  const seen = new Set<string>();
  for (let number: number | null = 1, pages = 1; number !== null; pages += 1) {
    if (pages > MOST_PAGES) throw unusable(label, `has more than ${MOST_PAGES} pages`);
    const page = await readPageOnceMore(label, readPage, number);
    for (const entry of page.results) if (isNew(entry, seen)) entries.push(entry);
    number = nextPage(label, page, number, fullPage);
  }
  return entries;
}

type Listing = { readonly results: readonly unknown[]; readonly links: unknown };

/** An answer without a list of results is requested once more, like every answer that cannot be read. */
async function readPageOnceMore(label: RequestLabel, readPage: (number: number) => Promise<Page>, number: number): Promise<Listing> {
  for (let attempts = 1; attempts <= 2; attempts += 1) {
    const { results, links } = await readPage(number);
    if (Array.isArray(results)) return { results, links };
  }
  throw unusable(label, 'answered without a list of results');
}

function isNew(entry: unknown, seen: Set<string>): boolean {
  if (typeof entry !== 'object' || entry === null || !('id' in entry) || typeof entry.id !== 'string') return true;
  if (seen.has(entry.id)) return false;
  seen.add(entry.id);
  return true;
}

const NEXT_LINK = z.object({ rel: z.literal('next'), href: z.string().catch('') });

function nextPage(label: RequestLabel, page: Listing, number: number, fullPage: number | null): number | null {
  if (!Array.isArray(page.links)) {
    // Without links a full page may be the first of many, and taking it as the whole would hide the rest.
    if (fullPage !== null && page.results.length >= fullPage) throw unusable(label, 'answered a full page without links');
    return null;
  }
  const next = page.links.flatMap((link) => NEXT_LINK.safeParse(link).data ?? []).at(0);
  if (next === undefined) return null;
  const following = Number(/[?&]pageNum=(\d{1,9})(?:&|#|$)/.exec(next.href)?.[1] ?? Number.NaN);
  if (Number.isNaN(following)) throw unusable(label, 'names a next page without a number');
  if (following <= number) throw unusable(label, `page ${number} names ${following === number ? 'itself' : following} as the next`);
  return following;
}
