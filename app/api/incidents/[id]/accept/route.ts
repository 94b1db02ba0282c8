import { after } from 'next/server';
import { acceptIncident } from '../../../../../lib/people/acceptances.ts';
import { openPorts } from '../../../../../lib/wire/wire.ts';
import { byUser, refused } from '../../../by-user.ts';
import { readFields } from '../../../fields.ts';

type Context = { readonly params: Promise<{ readonly id: string }> };

const STATUS = { refused: 400, resolved: 409, unknown: 404 } as const;

/** Accepts what an incident says about a weakened setting, with a reason. */
export function POST(request: Request, { params }: Context): Promise<Response> {
  return byUser(request, 'POST /api/incidents/{id}/accept', async (user, from) => {
    const { id } = await params;
    const read = await readFields(request, ['why']);
    if ('problems' in read) return refused(`an acceptance of ${id} asked for by ${user}`, read.problems);
    const result = await acceptIncident(await openPorts(), { incidentId: id, by: user, why: read.fields.why ?? '', from });
    const { outcome } = result;
    if (outcome !== 'accepted')
      return { status: STATUS[outcome], body: { outcome, problems: result.problems }, words: result.problems.join('\n') };
    after(result.notify);
    return { status: 201, body: { outcome, made: result.made } };
  });
}
