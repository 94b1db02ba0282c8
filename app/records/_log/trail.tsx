import type { AuditEntry, TrailPage } from '../../../lib/people/audit-trail.ts';
import { trailCursor } from '../../api/records/query.ts';
import type { Query } from '../../viewer.ts';
import { Columns } from './words.tsx';

/** The number below which the address asks for entries; null for the newest, also where the address says nonsense. */
export function trailBefore({ auditBefore }: Query): number | null {
  return typeof auditBefore === 'string' ? trailCursor(auditBefore) : null;
}

const WHAT: Readonly<Record<AuditEntry['what'], string>> = {
  'sign-in': 'Signed in, the first time that day',
  'sign-in-refused': 'Sign-ins refused',
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
  export: 'Took the records out',
  note: 'Wrote a note',
  run: 'Checked',
  gap: 'Nobody watched',
  policy: 'The policy in force changed',
  recorded: 'Recorded',
  incident: 'An incident was over',
  forgotten: 'Entries were deleted at the end of their time',
};

type Properties = { readonly page: TrailPage; readonly before: number | null };

/** Who did what, newest first. */
export function Trail({ page: { entries, next }, before }: Properties) {
  return (
    <section aria-labelledby="audit-trail">
      <h2 id="audit-trail">Audit trail</h2>
      <p className="soft">
        Every act of a person, and what the schedule began, numbered without holes; each entry holds the hash of the one before, so that a
        change or a gap shows.
      </p>
      {entries.length === 0 ? <p className="empty">There are no entries here.</p> : <Entries entries={entries} />}
      <nav className="pages" aria-label="Pages of the audit trail">
        <span>{before !== null && <a href="/records#audit-trail">← Newest</a>}</span>
        <span>
          These as <a href={file('json', before)}>JSON</a> or <a href={file('csv', before)}>CSV</a>
        </span>
        <span>{next !== null && <a href={`/records?auditBefore=${next}#audit-trail`}>Older →</a>}</span>
      </nav>
    </section>
  );
}

function file(format: string, before: number | null): string {
  return `/api/records?${new URLSearchParams({ format, kind: 'audit', ...(before !== null && { auditBefore: String(before) }) })}`;
}

function Entries({ entries }: Pick<TrailPage, 'entries'>) {
  return (
    <table className="stacked trail">
      <Columns names={['Number', 'When', 'Who', 'What', 'About', 'Details']} />
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.number} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ entry: { number, at, by, from, what, about, details, hash } }: { readonly entry: AuditEntry }) {
  const words = Object.entries(details).map(([name, text]) => `${name} ${text}`);
  return (
    <tr>
      <td data-label="Number" title={`SHA-256 ${hash}`}>
        {number}
      </td>
      <td data-label="When">
        <time dateTime={at} title={at}>
          {at.slice(0, 16).replace('T', ' ')}
        </time>
      </td>
      <td data-label="Who">
        {by ?? 'not known'}
        {from !== null && <span className="soft about">from {from}</span>}
      </td>
      <td data-label="What">{WHAT[what]}</td>
      <td data-label="About">{about ?? '–'}</td>
      <td data-label="Details">{words.join(', ') || '–'}</td>
    </tr>
  );
}
