import { after } from 'next/server';
import { acknowledgeSeveral, severalInWords } from '../../../../lib/people/acknowledgement/acknowledge-several.ts';
import { openPorts } from '../../../../lib/wire/wire.ts';
import { jsonObject } from '../../../../lib/domain/json-text.ts';
import { byUser, refused } from '../../by-user.ts';
import { rawBody } from '../../body.ts';

/** Acknowledges all incidents of a card. What had been acknowledged or had ended meanwhile is told and is no failure. */
export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/incidents/acknowledge', async (user, from) => {
    const asked = await readIds(request);
    if ('problems' in asked) return refused(`an acknowledgement of several incidents by ${user}`, asked.problems);
    const { notify, ...several } = await acknowledgeSeveral(await openPorts(), { ids: asked.ids, by: user, from });
    after(notify);
    const isUnknown = several.unknown.length === asked.ids.length;
    return { status: isUnknown ? 404 : 200, body: several, words: severalInWords(several) };
  });
}

/** Of one request: as many as the button of a card acknowledges at once. */
const MOST_IDS = 500;
/** PagerDuty's limit of a key, which the id is. */
const LONGEST_ID = 255;

const EXPECTED = `body: a form with a field id for each incident, or JSON {"ids": ["…"]}, of at most ${MOST_IDS} incidents`;

/** The ids of a form, whose field `id` comes again and again, or of a JSON object; or what is wrong with them in words for the sender. */
async function readIds(request: Request): Promise<{ readonly ids: readonly string[] } | { readonly problems: readonly string[] }> {
  const body = await rawBody(request);
  if (body === null) return { problems: [`${EXPECTED}; this one is longer than 512 KB`] };
  const text = new TextDecoder().decode(body);
  const isJson = (request.headers.get('content-type') ?? '').includes('json');
  const ids = isJson ? idsOfJson(text) : idsOfForm(text);
  if (ids === null || ids.length === 0) return { problems: [EXPECTED] };
  if (ids.length > MOST_IDS) return { problems: [`${EXPECTED}; these are ${ids.length}`] };
  return ids.some((id) => id === '' || id.length > LONGEST_ID) ? { problems: [EXPECTED] } : { ids: [...new Set(ids)] };
}

/** Null if it is anything but what is expected: a field that was ignored might have been meant to say which. */
function idsOfJson(text: string): readonly string[] | null {
  const { ids, ...others } = jsonObject(text) ?? {};
  if (!Array.isArray(ids) || Object.keys(others).length > 0) return null;
  const texts = ids.filter((id): id is string => typeof id === 'string');
  return texts.length === ids.length ? texts : null;
}

function idsOfForm(text: string): readonly string[] | null {
  const fields = new URLSearchParams(text);
  return [...fields.keys()].every((name) => name === 'id') ? fields.getAll('id') : null;
}
