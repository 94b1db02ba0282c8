import { environment } from '../../../lib/wire/load-environment.ts';
import { readChecklist } from '../../../lib/wire/recorded-state.ts';
import { openReadingPorts } from '../../../lib/wire/reading.ts';
import { openPorts } from '../../../lib/wire/wire.ts';
import { recordExport, type TrailRequest } from '../../../lib/people/audit-trail.ts';
import { exportRecords } from '../../../lib/people/export-records.ts';
import { addNote } from '../../../lib/people/record-notes.ts';
import { addressFor } from '../../refusals.ts';
import { json } from '../answer.ts';
import { byUser, byViewer, refused, refusedEmbedding, withProblems } from '../by-user.ts';
import { readFields } from '../fields.ts';
import { readRecordsQuery, type RecordsQuery, readTrailQuery } from './query.ts';
import { recordPath } from '../../../lib/render/page-paths.ts';

export const dynamic = 'force-dynamic';

const TYPES = { json: 'application/json', csv: 'text/csv; charset=utf-8; header=present' } as const;

/** The log and the audit trail as a file, for everybody who may see the page. */
export function GET(request: Request): Promise<Response> {
  return byViewer(request, 'GET /api/records', async ({ user }) => {
    const refusal = refusedEmbedding(request, user, 'GET /api/records');
    if (refusal !== null) return refusal;
    const parameters = new URL(request.url).searchParams;
    const [query, trail] = [readRecordsQuery(parameters), readTrailQuery(parameters)];
    if ('error' in query) return json(query, 400);
    if (trail !== null && 'error' in trail) return json(trail, 400);
    const from = addressFor(request.headers);
    if (user !== null) await recordExport(await openPorts(), { by: user, from }, fileInWords(query));
    return fileOf(query, trail, parameters);
  });
}

/** A note, or a correction of a record. There is no way to change or delete one. */
export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/records', async (user, from) => {
    const read = await readFields(request, ['text', 'corrects']);
    if ('problems' in read) return refused(`a note by ${user}`, read.problems);
    const { text = '', corrects = '' } = read.fields;
    const result = await addNote(await openPorts(), { text, corrects: corrects || null, by: user, from });
    if ('problems' in result) return withProblems(result.problems);
    return { status: 201, body: result, leadsTo: recordPath(result.id) };
  });
}

function fileInWords({ format, request }: RecordsQuery): Readonly<Record<string, string>> {
  return { format, kind: request === null ? 'audit' : (request.kind ?? 'all') };
}

/** The checklist comes with the newest records of all kinds, unless a period is asked for: it is of now. */
function isWholeLog(request: RecordsQuery['request']): boolean {
  return request !== null && request.kind === undefined && request.before === null && request.within === undefined;
}

/** What the following pages keep of the address. */
function periodOf(parameters: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries(['from', 'to'].flatMap((name) => (parameters.get(name) ? [[name, parameters.get(name) ?? '']] : [])));
}

async function fileOf({ format, request }: RecordsQuery, trail: TrailRequest | null, parameters: URLSearchParams): Promise<Response> {
  const { access } = environment();
  const ports = await openReadingPorts();
  const isPublic = access.kind === 'public';
  const checklist = isWholeLog(request) ? await readChecklist() : null;
  const exported = { request, trail, ...(checklist && { checklist }) };
  const { body, next, nextAudit } = await exportRecords(ports, exported, { format, isPublic });
  const limit = String(request?.limit ?? trail?.limit ?? '');
  const kind = request === null ? { kind: 'audit' } : request.kind && { kind: request.kind };
  const period = periodOf(parameters);
  const links = [
    ...(next === null ? [] : [{ format, limit, before: next, ...kind, ...period }]),
    ...(nextAudit === null ? [] : [{ format, limit, kind: 'audit', auditBefore: String(nextAudit), ...period }]),
  ];
  const headers = {
    'Content-Type': TYPES[format],
    'Content-Disposition': `attachment; filename="restorewatch-records.${format}"`,
    'Cache-Control': 'no-store',
    ...(links.length > 0 && { Link: links.map((more) => `</api/records?${new URLSearchParams(more)}>; rel="next"`).join(', ') }),
  };
  return new Response(body, { headers });
}
