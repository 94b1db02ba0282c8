import { z } from 'zod';
import type { ExportBucket } from '../../domain/facts/daily-facts.ts';

const bucket = z.object({ bucketName: z.string().min(1).max(200), cloudProvider: z.enum(['AWS', 'AZURE', 'GCP']) });

/** A bucket that snapshots can be exported to; null if the entry does not name it. */
export function parseExportBucket(entry: unknown): ExportBucket | null {
  const { data } = bucket.safeParse(entry);
  return data === undefined ? null : { name: data.bucketName, provider: data.cloudProvider };
}
