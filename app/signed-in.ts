import { type Authorisation, authorise } from '../lib/people/sign-in/access.ts';
import { countRefusedSignIn } from '../lib/people/refused-sign-ins.ts';
import { environment } from '../lib/wire/load-environment.ts';
import { addressOf, countRefusal } from './refusals.ts';

/** Who sent a request, or that nobody may be told anything; a refusal is counted for the log. Throws `EnvironmentError`. */
export async function signedIn(headers: Pick<Headers, 'get'>): Promise<Authorisation> {
  const answer = await authorise(environment().access, { header: headers.get('authorization'), address: addressOf(headers) });
  if (!answer.allowed && answer.why !== 'missing') {
    countRefusal(headers, `sign-in: ${wordsOf(answer)}`);
    countRefusedSignIn(wordsOf(answer), Date.now());
  }
  return answer;
}

type Refused = Extract<Authorisation, { readonly allowed: false }>;

function wordsOf(answer: Refused): string {
  if (answer.why === 'busy') return 'too many at once';
  return `wrong ${answer.why === 'wrong' && answer.tried !== null ? `password for ${answer.tried}` : 'name or password'}`;
}

/** Makes a browser ask for name and password. The page and its JSON share one realm, so that it asks once. */
export const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="Restorewatch", charset="UTF-8"' } as const;
/** About when a queue that was full has room again: a hash takes a tenth of a second. */
const BUSY = { 'Retry-After': '5' } as const;

/** How to answer whoever is refused: 401 asks for name and password; 503 says that the same ones may be right in a moment. */
export function turnedAway(answer: Refused): {
  readonly status: number;
  readonly words: string;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (answer.why === 'busy')
    return { status: 503, words: 'Too many people sign in at this moment: try again in five seconds.', error: 'busy', headers: BUSY };
  return { status: 401, words: 'Sign in to see this page.', error: 'unauthorised', headers: CHALLENGE };
}
