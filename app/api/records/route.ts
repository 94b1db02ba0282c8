import { authorise } from '../../../lib/access.ts';
import { environment } from '../../../lib/wire-environment.ts';
import { exportRecords, noteFromPage } from '../../../lib/wire-records.ts';
import { CHALLENGE } from '../../challenge.ts';
import { answering, json } from '../answer.ts';
import { byUser } from '../by-user.ts';
import { readFields } from '../fields.ts';
import { refused } from '../refused.ts';
import { readRecordsQuery, type RecordsQuery } from './query.ts';

export const dynamic = 'force-dynamic';

const TYPES = { json: 'application/json', csv: 'text/csv; charset=utf-8; header=present' } as const;

/** The log as a file; who may see the page may have it. */
export function GET(request: Request): Promise<Response> {
  return answering('GET /api/records', async () => {
    const answer = await authorise(environment().access, request.headers.get('authorization'));
    if (!answer.allowed) return json({ error: 'unauthorised' }, 401, CHALLENGE);
    const query = readRecordsQuery(new URL(request.url).searchParams);
    return 'error' in query ? json(query, 400) : fileOf(query);
  });
}

/** A note, or a correction of a record. There is no way to change or delete one. */
export async function POST(request: Request): Promise<Response> {
  let written = '';
  const response = await byUser(request, 'POST /api/records', async (user) => {
    const read = await readFields(request, ['text', 'corrects']);
    if ('problems' in read) return refused(`a note by ${user}`, read.problems);
    const { text = '', corrects = '' } = read.fields;
    const result = await noteFromPage({ text, corrects: corrects || null, by: user });
    if ('problems' in result) return { status: 400, body: result, words: result.problems.join('\n') };
    written = result.id;
    return { status: 201, body: result };
  });
  if (response.status !== 303) return response;
  return new Response(null, { status: 303, headers: { Location: `/records/${encodeURIComponent(written)}`, 'Cache-Control': 'no-store' } });
}

async function fileOf({ format, request }: RecordsQuery): Promise<Response> {
  const { body, signature, next } = await exportRecords(request, format);
  const more = new URLSearchParams({
    format,
    limit: String(request.limit),
    before: next ?? '',
    ...(request.kind && { kind: request.kind }),
  });
  const headers = {
    'Content-Type': TYPES[format],
    'Content-Disposition': `attachment; filename="restorable-records.${format}"`,
    'Cache-Control': 'no-store',
    ...(signature !== null && { 'X-Restorable-Signature': signature }),
    ...(next !== null && { Link: `</api/records?${more}>; rel="next"` }),
  };
  return new Response(body, { headers });
}
