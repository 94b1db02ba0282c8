/** A search or vector index, which a restore brings back as a definition alone: its data is built anew afterwards (docs/facts/atlas.md §12). */
export type SearchIndex = {
  /** "shop.orders". */
  readonly namespace: string;
  readonly name: string;
  /** "search" or "vectorSearch". */
  readonly type: string;
  /** "READY", "BUILDING", "PENDING", "STALE", "FAILED", "DELETING", "DOES_NOT_EXIST". */
  readonly status: string;
  /** Whether every host can answer queries by it. */
  readonly queryable: boolean;
};

export type SearchIndexName = Pick<SearchIndex, 'namespace' | 'name' | 'type'>;
