import { plural } from '../text.ts';
import { type AuditDraft, cleanDraft } from './audit-entry.ts';

/** The act in one line for standard error, cleaned: "audit: silence 17 made by dana until 2026-11-30T12:00:00Z". */
export function auditLine(draft: AuditDraft): string {
  const act = cleanDraft(draft);
  return `audit: ${wordsOf(act)}${act.from === null ? '' : ` (from ${act.from})`}`;
}

function wordsOf({ what, by, about, details }: AuditDraft): string {
  const who = `by ${by ?? 'nobody known'}`;
  switch (what) {
    case 'sign-in':
      return `${by} signed in, the first time today`;
    case 'sign-in-refused':
      return `${plural(Number(details['count'] ?? 0), 'sign-in or token', 'sign-ins and tokens')} refused since ${details['since']}`;
    case 'acknowledged':
      return `${about} acknowledged ${who} via ${details['via']} until ${details['until']}`;
    case 'unacknowledged':
      return `${about} given back ${who} via ${details['via']}`;
    case 'silence-made':
      return `silence ${about} made ${who} until ${details['until']}`;
    case 'window-made':
      return `maintenance window ${about} made ${who}: ${details['cron']} (${details['timeZone']}), ${details['minutes']} min`;
    case 'silence-ended':
    case 'window-ended':
      // Both are ended by the same address, and nobody but us cares which list it stood in.
      return `silence ${about} ended ${who}`;
    case 'accepted':
      return `${details['check']} of ${details['resource']} accepted as it is ${who}: ${details['why']}`;
    case 'acceptance-ended':
      return `acceptance ${about} of ${details['check']} of ${details['resource']} taken back ${who}`;
    case 'resend':
      return `sending again asked for ${who}: ${about} is due`;
    case 'alert-proof':
      return `proof of the alert path begun ${who}`;
    case 'restore-test-started':
    case 'drill-started':
    case 'restore-started':
      return `${about} started ${who}`;
    case 'export':
      return `${about} exported as ${details['format']} ${who}`;
    case 'run':
      return `check ${about} ended, ${details['complete'] === 'yes' ? 'complete' : 'cut off by its budget'}`;
    case 'gap':
      return `nobody watched from ${details['from']} to ${details['to']}`;
    case 'policy':
      return `the policy in force is ${about}`;
    case 'recorded':
    case 'incident':
      return `${about} has the SHA-256 ${details['sha256']}`;
    case 'forgotten':
      return `the log up to entry ${details['through']} was deleted at the end of its time`;
    case 'note':
      return `${details['kind']} ${about} written ${who}`;
  }
}
