import type { AuditEntry } from '../../../lib/domain/audit/audit-entry.ts';
import type { AuditList } from '../../../lib/wire/lists/audit-pages.ts';
import { Columns } from '../../_list/parts.tsx';
import { Moment, TimedText } from '../../_parts/moment.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';

/** Each act in words. */
export const WHAT: Readonly<Record<AuditEntry['what'], string>> = {
  'sign-in': 'Signed in, the first time that day',
  'sign-in-refused': 'Sign-ins and tokens refused',
  acknowledged: 'Acknowledged',
  unacknowledged: 'Gave an acknowledgement back',
  'silence-made': 'Made a silence',
  'silence-ended': 'Ended a silence',
  'window-made': 'Made a maintenance window',
  'window-ended': 'Ended a maintenance window',
  accepted: 'Accepted a weakened setting',
  'acceptance-ended': 'Took an acceptance back',
  resend: 'Had a message sent again',
  'alert-proof': 'Began a proof of the alert path',
  'restore-test-started': 'Began a restore test',
  'drill-started': 'Began a drill',
  'restore-started': 'Began a restore by hand',
  export: 'Took records or evidence out',
  note: 'Wrote a note',
  run: 'Checked',
  gap: 'Nobody watched',
  policy: 'The policy in force changed',
  recorded: 'Recorded',
  incident: 'An incident was over',
  forgotten: 'Entries were deleted at the end of their time',
};

/** Entries of the trail, newest first. */
export function Trail({ entries, now }: Pick<AuditList, 'entries' | 'now'>) {
  return (
    <table className="stacked compact trail">
      <Columns names={['Number', 'When', 'Who', 'What', 'About', 'Details']} />
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.number} entry={entry} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ entry: { number, at, by, from, what, about, details, hash }, now }: { readonly entry: AuditEntry; readonly now: string }) {
  const words = Object.entries(details).map(([name, text]) => `${name} ${text}`);
  return (
    <tr>
      <td data-label="Number" title={`SHA-256 ${hash}`}>
        {number}
      </td>
      <td data-label="When">
        <Moment at={at} now={now} />
      </td>
      <td data-label="Who">
        {by ?? 'not known'}
        {from !== null && <span className="soft about">from {from}</span>}
      </td>
      <td data-label="What">{WHAT[what]}</td>
      <td data-label="About" className={about === null ? 'empty' : undefined}>
        {about === null ? '–' : isolated(about)}
      </td>
      <td data-label="Details" className={words.length === 0 ? 'empty' : undefined}>
        {words.length === 0 ? '–' : <TimedText text={words.join(', ')} now={now} />}
      </td>
    </tr>
  );
}
