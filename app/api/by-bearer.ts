import { bearerAuthorised } from '../../lib/people/sign-in/access.ts';
import { countRefusedSignIn } from '../../lib/people/refused-sign-ins.ts';
import { countRefusal } from '../refusals.ts';

/** How a request's `Authorization` stands to a token of ours; `missing`: it is no bearer at all. */
export type BearerVerdict = 'right' | 'wrong' | 'missing';

/** Compares in constant time. Where the token is not set, every bearer is wrong. */
export function bearerVerdict(token: string | null, headers: Pick<Headers, 'get'>): BearerVerdict {
  const header = headers.get('authorization');
  if (bearerAuthorised(token, header)) return 'right';
  return /^bearer\b/i.test(header ?? '') ? 'wrong' : 'missing';
}

/** Counts a refusal for the log, and for the audit trail as refused sign-ins are. Nothing of what was sent is kept. */
export function countRefusedBearer(headers: Pick<Headers, 'get'>, operation: string, verdict: Exclude<BearerVerdict, 'right'>): void {
  const what = `${operation}: ${verdict === 'wrong' ? 'a wrong bearer' : 'no bearer'}`;
  countRefusal(headers, what);
  countRefusedSignIn(what, Date.now());
}
