import { registerErasure } from '../../../lib/people/erasures/register-erasure.ts';
import { parseMoment } from '../../../lib/domain/time.ts';
import { openPorts } from '../../../lib/wire/wire.ts';
import { readErasuresJson } from '../../../lib/wire/lists/erasure-pages.ts';
import { json } from '../answer.ts';
import { byUser, byViewer, refused, withProblems } from '../by-user.ts';
import { readFields } from '../fields.ts';

const FIELDS = ['reference', 'project', 'clusters', 'namespaces', 'at'] as const;
const INSTEAD = {
  subject: 'the field is called reference, the id of your own ticket',
  why: 'the log cannot be erased: say why in your own ticket',
};

export const dynamic = 'force-dynamic';

/** The register, with when each erasure will have left the last backup. */
export function GET(request: Request): Promise<Response> {
  return byViewer(request, 'GET /api/erasures', async () => {
    const page = new URL(request.url).searchParams.get('page') ?? '1';
    if (!/^[1-9]\d{0,4}$/.test(page)) return json({ error: 'page must be a whole number from 1 on' }, 400);
    return json(await readErasuresJson(Number(page)));
  });
}

/** Registers an erasure (docs/recovery.md, "Erasures"). `at`: when it was done; now unless said. */
export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/erasures', async (user, from) => {
    const read = await readFields(request, FIELDS, INSTEAD);
    if ('problems' in read) return refused(`an erasure by ${user}`, read.problems);
    const { reference = '', project, clusters = '', namespaces = '', at = '' } = read.fields;
    const erasedAt = at.trim() === '' ? Date.now() : parseMoment(at.trim());
    if (erasedAt === null) return refused(`an erasure by ${user}`, ['at: a moment such as 2026-11-30T08:00:00Z']);
    const result = await registerErasure(await openPorts(), { reference, project, clusters, namespaces, erasedAt, by: user, from });
    return 'problems' in result ? withProblems(result.problems) : { status: 201, body: result, leadsTo: '/erasures' };
  });
}
