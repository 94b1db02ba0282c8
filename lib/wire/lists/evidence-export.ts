import { flag } from '../../domain/check/shell-quote.ts';
import { iso } from '../../domain/time.ts';
import { type EvidenceBound, type EvidenceRequest, TooMuchEvidence } from '../../people/export-evidence.ts';
import { zipFile } from '../../record/evidence/zip-file.ts';
import { environment } from '../load-environment.ts';
import { openPorts } from '../wire.ts';
import { evidenceFiles, type EvidenceFiles, UnknownCluster } from './evidence-files.ts';

type Asked = { readonly format: 'zip' | 'json' | 'csv' | 'html'; readonly request: EvidenceRequest };

/** The file with what the audit trail says of it, or the status and the words of a refusal. */
type Exported =
  | { readonly name: string; readonly body: Buffer; readonly details: Readonly<Record<string, string>> }
  | { readonly status: 404 | 409 | 413; readonly error: string };

/** An answer of a function on Vercel may have 4.5 MB (docs/facts/platform.md). */
const LARGEST_ANSWER = 4_400_000;
const UNSIGNED =
  'EVIDENCE_KEY is not set, so nothing is signed: restorewatch evidence key makes one; unsigned evidence is for restorewatch evidence export --unsigned';

/**
 * What one request may take. A year of 250 clusters that are checked hourly has 13 million characters and takes some 450 MB; a quarter of 6,250 has 28
 * million, which took 570 MB and 22 s. Seven years of hourly checks are some 61,000 entries.
 */
const PAGE_BOUND: EvidenceBound = { entries: 100_000, characters: 16_000_000 };

/** The evidence as one file, never unsigned: whoever gets a download sees nothing of the option that would have said so. Throws `StoreError`. */
export async function exportForPage({ format, request }: Asked, bound: EvidenceBound = PAGE_BOUND): Promise<Exported> {
  const signer = environment().recovery.evidenceKey;
  if (signer === null) return { status: 409, error: UNSIGNED };
  try {
    const made = await evidenceFiles(await openPorts(), request, { signer, bound });
    const body = bodyOf(made, format, request);
    if (body.length > LARGEST_ANSWER) return tooMuch('the file would be larger than 4.4 MB', request);
    return { name: made.name, body, details: detailsOf(format, request) };
  } catch (error) {
    if (error instanceof UnknownCluster) return { status: 404, error: error.message };
    if (error instanceof TooMuchEvidence) return tooMuch(error.message, request);
    throw error;
  }
}

function bodyOf({ name, files }: EvidenceFiles, format: Asked['format'], { to }: EvidenceRequest): Buffer {
  if (format !== 'zip') return Buffer.from(files[format]);
  return zipFile(Object.fromEntries(Object.entries(files).map(([end, text]) => [`${name}.${end}`, text])), to);
}

function tooMuch(why: string, { from, to, cluster, framework }: EvidenceRequest): Exported {
  const days = [flag('from', iso(from).slice(0, 10)), flag('to', iso(to).slice(0, 10))];
  const narrowed = [...(cluster === null ? [] : [flag('cluster', cluster)]), ...(framework === null ? [] : [flag('framework', framework)])];
  const command = ['restorewatch evidence export', ...days, ...narrowed].join(' ');
  return { status: 413, error: `${why}: ask for a shorter period, or run ${command}, which has no such bound` };
}

function detailsOf(format: string, { from, to, cluster, framework }: EvidenceRequest): Readonly<Record<string, string>> {
  return {
    format: `evidence, ${format}`,
    from: iso(from),
    to: iso(to),
    via: 'page',
    ...(cluster !== null && { cluster }),
    ...(framework !== null && { framework }),
  };
}
