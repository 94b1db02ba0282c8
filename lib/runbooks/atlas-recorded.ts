import { SECOND } from '../domain/time.ts';

/**
 * Automated restores of MongoDB's own test clusters (M10), from job id to `finishedAt`, as recorded by the end-to-end tests of
 * github.com/mongodb/mongodb-atlas-cli at 8ddea41a. Their data is not the user's, so real restores take at least as long.
 */
export const ATLAS_RECORDED = { restores: 102, least: 186 * SECOND, median: 230 * SECOND, most: 375 * SECOND } as const;
