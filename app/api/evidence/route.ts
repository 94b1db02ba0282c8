import { recordExport } from '../../../lib/people/audit-trail.ts';
import { processWide } from '../../../lib/people/process-wide.ts';
import { exportForPage } from '../../../lib/wire/lists/evidence-export.ts';
import { environment } from '../../../lib/wire/load-environment.ts';
import { openPorts } from '../../../lib/wire/wire.ts';
import { addressFor } from '../../refusals.ts';
import { json } from '../answer.ts';
import { byViewer, refusedEmbedding } from '../by-user.ts';
import { type EvidenceQuery, readEvidenceQuery } from './query.ts';

export const dynamic = 'force-dynamic';
export const maxDuration = 300;

const OPERATION = 'GET /api/evidence';

const TYPES: Readonly<Record<EvidenceQuery['format'], string>> = {
  zip: 'application/zip',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8; header=present',
  html: 'text/html; charset=utf-8',
};
const PUBLIC = 'anybody may see this page, and evidence names people: have it made by restorewatch evidence export';
const BUSY = 'an export is being made: try again when it is done';

/** The evidence of a period as a file, for everybody who may see the page, unless that is everybody. It is noted as an export when it is whole, and then handed out. */
export function GET(request: Request): Promise<Response> {
  return byViewer(request, OPERATION, async ({ user }) => {
    if (environment().access.kind === 'public') return json({ error: PUBLIC }, 403);
    const refusal = refusedEmbedding(request, user, OPERATION);
    if (refusal !== null) return refusal;
    const query = readEvidenceQuery(new URL(request.url).searchParams, Date.now());
    if ('error' in query) return json(query, 400);
    const made = await oneAtATime(() => exportForPage(query));
    if (made === null) return json({ error: BUSY }, 429, { 'Retry-After': '30' });
    if ('error' in made) return json({ error: made.error }, made.status);
    const about = { by: user ?? '', from: addressFor(request.headers), about: 'evidence' } as const;
    if (user !== null) await recordExport(await openPorts(), about, made.details);
    return fileOf(made.name, query.format, made.body);
  });
}

function fileOf(name: string, format: EvidenceQuery['format'], body: Buffer): Response {
  const headers = {
    'Content-Type': TYPES[format],
    'Content-Disposition': `attachment; filename="${name}.${format}"`,
    'Cache-Control': 'no-store',
  };
  return new Response(new Uint8Array(body), { headers });
}

/** Null while another export is made in this process: two of the largest could be more than a function's memory. */
async function oneAtATime<Made>(make: () => Promise<Made>): Promise<Made | null> {
  const running = processWide('evidence-export', () => ({ is: false }));
  if (running.is) return null;
  running.is = true;
  try {
    return await make();
  } finally {
    running.is = false;
  }
}
