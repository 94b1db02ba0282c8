import { addIncidentNote } from '../../../../../lib/people/history/incident-notes.ts';
import { openPorts } from '../../../../../lib/wire/wire.ts';
import { byUser, refused, withProblems } from '../../../by-user.ts';
import { readFields } from '../../../fields.ts';

type Context = { readonly params: Promise<{ readonly id: string }> };

const UNKNOWN = 'There is no such incident, or it ended more than a day ago: write a note into the records instead.';

/** A note that a responder adds to an incident (docs/contract.md, clause 17). There is no way to change or delete one. */
export function POST(request: Request, { params }: Context): Promise<Response> {
  return byUser(request, 'POST /api/incidents/{id}/notes', async (user, from) => {
    const { id } = await params;
    const read = await readFields(request, ['text']);
    if ('problems' in read) return refused(`a note on an incident by ${user}`, read.problems);
    const result = await addIncidentNote(await openPorts(), { incidentId: id, text: read.fields.text ?? '', by: user, from });
    if (result === 'unknown') return { status: 404, body: { error: 'no such incident' }, words: UNKNOWN };
    if ('problems' in result) return withProblems(result.problems);
    return { status: 201, body: result, leadsTo: `/#${encodeURIComponent(id)}` };
  });
}
