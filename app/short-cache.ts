/** What everybody may see may be as old as what this process keeps of the store, and a third of that in a cache in front of it. */
export const SHORT_CACHE = { 'Cache-Control': 'public, max-age=10, s-maxage=10' } as const;
/** A page carries a nonce for its scripts, which no two visitors may share: only a browser keeps it. */
export const SHORT_CACHE_OF_PAGE = { 'Cache-Control': 'private, max-age=10' } as const;
