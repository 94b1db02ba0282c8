import { confirmErasure } from '../../../../lib/people/erasures/confirm-erasure.ts';
import { openPorts } from '../../../../lib/wire/wire.ts';
import { byUser, refused, withProblems } from '../../by-user.ts';
import { readFields } from '../../fields.ts';

/** Records that what a restore had brought back was erased again. */
export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/erasures/confirm', async (user, from) => {
    const read = await readFields(request, ['reference', 'restore']);
    if ('problems' in read) return refused(`the confirmation of an erasure by ${user}`, read.problems);
    const { reference = '', restore = '' } = read.fields;
    const result = await confirmErasure(await openPorts(), { reference, restore, by: user, from });
    return 'problems' in result ? withProblems(result.problems) : { status: 201, body: result, leadsTo: '/erasures' };
  });
}
