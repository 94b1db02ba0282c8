import type { AccountReads } from '../../lib/domain/facts/daily-facts.ts';
import type { Finding } from '../../lib/domain/findings/finding.ts';
import { credentials } from '../../lib/evaluate/checks/credentials.ts';
import { fail, type Line, pass, warn } from './line.ts';

const NOT_WATCHED = /^not watched: needs the role (.*)$/;

/** Pure: by role, the checks that watch nothing for lack of it (docs/contract.md, clause 11: no fault). */
export function rightLines(findings: readonly Finding[]): readonly Line[] {
  const lacking = findings.flatMap(({ check, verdict, summary }) => {
    const role = verdict === 'exempt' && check !== credentials.id ? NOT_WATCHED.exec(summary)?.[1] : undefined;
    return role === undefined ? [] : [{ role, check }];
  });
  return [...Map.groupBy(lacking, ({ role }) => role)].map(([role, of]) => {
    const checks = [...new Set(of.map(({ check }) => check))].join(', ');
    return warn(`Atlas: not watched: needs the role ${role}: ${checks}. Give the account that role, or leave it: nobody is notified of it`);
  });
}

/** Pure: when the secrets of our service accounts expire, as the check `credentials` finds. An API key has none. */
export function secretLines(findings: readonly Finding[]): readonly Line[] {
  return findings.filter(({ check }) => check === credentials.id).map((finding) => secretLine(finding));
}

/** What an account is asked first: without an answer to these it can do nothing at all. */
const OF_ALL_WORK = /^(?:getAccessToken|listProjects)\b/;

/** Pure: whether the second account can sign in and sees a project. Of the first, the reading of the projects tells. `watched`: the accounts whose secrets are left to ask about. */
export function restoreAccount(accounts: AccountReads): { readonly lines: readonly Line[]; readonly watched: AccountReads } {
  const { restore, ...watched } = accounts;
  if (!restore || restore.known || !OF_ALL_WORK.test(restore.reason)) return { lines: [], watched: accounts };
  const words = `Atlas: the service account that restores (ATLAS_RESTORE_CLIENT_ID): ${restore.reason}`;
  return { lines: [fail(`${words}. Until it works no restore test, drill or restore by command can begin`)], watched };
}

function secretLine({ verdict, severity, summary, action }: Finding): Line {
  const words = `Secrets of Atlas: ${summary}`;
  if (verdict === 'failing') return (severity === 'critical' ? fail : warn)(`${words}. ${action}`);
  if (verdict === 'unknown' || summary.includes('not watched: ')) return warn(`${words}; put its last day into your calendar`);
  return pass(words);
}
