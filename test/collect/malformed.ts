/** A usable id: made at 2026-08-10T03:19:34Z. */
export const ID = '6a7943462c88faeba59ccf5f';

/** Values that no field of ours takes. */
export const WRONG = [undefined, null, {}, [], Number.NaN, 'not this', ''] as const;
