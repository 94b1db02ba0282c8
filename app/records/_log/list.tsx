import type { ReactNode } from 'react';
import { RECORD_KINDS } from '../../../lib/domain/recovery/log-record.ts';
import type { ListedRecord, RecordsShown } from '../../../lib/people/record-notes.ts';
import type { Query } from '../../viewer.ts';
import { isCursor } from '../../api/records/query.ts';
import { NoteForm } from './note-form.tsx';
import { Columns, KIND_WORDS, recordPath, exactSpan, Stamp, Verdict } from './words.tsx';

export type RecordQuery = { readonly kind: ListedRecord['kind'] | null; readonly before: string | null };

/** The part of the log that an address selects; invalid values select all kinds, and the newest records. */
export function queryOf({ kind, before }: Query): RecordQuery {
  return {
    kind: RECORD_KINDS.find((known) => known === kind) ?? null,
    before: typeof before === 'string' && isCursor(before) ? before : null,
  };
}

type Properties = {
  readonly shown: RecordsShown;
  readonly asked: RecordQuery;
  readonly user: string | null;
  /** What stands below the log. */
  readonly children?: ReactNode;
};

/** A page of the log, newest first. */
export function RecordList({ shown, asked, user, children }: Properties) {
  return (
    <main className="log">
      <p>
        <a href="/">← Status page</a>
      </p>
      <h1>Log</h1>
      <p className="soft">
        Every restore test, drill, backup and restore, written once and never changed; what corrects a record is a record of its own. Times
        are UTC.
      </p>
      <KindForm kind={asked.kind} />
      <Table shown={shown} />
      <Pages next={shown.next} asked={asked} />
      {user !== null && <NoteForm corrects={null} />}
      {children}
    </main>
  );
}

function KindForm({ kind }: Pick<RecordQuery, 'kind'>) {
  return (
    <form method="get" action="/records" className="fields">
      <label>
        Kind
        <select name="kind" defaultValue={kind ?? ''}>
          <option value="">all</option>
          {Object.entries(KIND_WORDS).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

function Table({ shown }: Pick<Properties, 'shown'>) {
  if (shown.records.length === 0) return <p className="empty">There are no records here.</p>;
  return (
    <table className="stacked records">
      <Columns names={['Ended', 'What', 'Verdict', 'Summary', 'Measured', 'Evidence']} />
      <tbody>
        {shown.records.map((record) => (
          <Row key={record.id} record={record} corrections={shown.corrections[record.id] ?? []} />
        ))}
      </tbody>
    </table>
  );
}

type RowProperties = { readonly record: ListedRecord; readonly corrections: readonly string[] };

function Row({ record, corrections }: RowProperties) {
  const { id, kind, subject, by, endedAt, verdict, summary, measured, corrects } = record;
  return (
    <tr>
      <td data-label="Ended">
        <Stamp at={endedAt} />
      </td>
      <th scope="row">
        <a href={recordPath(id)}>{KIND_WORDS[kind]}</a>
        <span className="soft about">
          {subject}, by {by}
        </span>
      </th>
      <td data-label="Verdict">
        <Verdict verdict={verdict} />
      </td>
      <td data-label="Summary">
        {summary}
        {corrections[0] !== undefined && (
          <span className="about">
            <a href={recordPath(corrections[0])}>Corrected{corrections.length > 1 && ` ${corrections.length} times`}</a>
          </span>
        )}
        {corrects !== undefined && (
          <span className="about">
            Corrects <a href={recordPath(corrects)}>an earlier record</a>
          </span>
        )}
      </td>
      <td data-label="Measured">
        {Object.entries(measured)
          .map(([name, length]) => `${name} ${exactSpan(length)}`)
          .join(', ') || '–'}
      </td>
      <td data-label="Evidence">{countWords(record.counts)}</td>
    </tr>
  );
}

function countWords(counts: ListedRecord['counts']): string {
  const words = [
    [counts.failed, 'failed'],
    [counts['could-not-verify'], 'not verified'],
    [counts.passed, 'passed'],
    [counts.noted, 'noted'],
  ] as const;
  return words.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ') || '–';
}

function Pages({ next, asked }: { readonly next: string | null; readonly asked: RecordQuery }) {
  const kind = asked.kind === null ? {} : { kind: asked.kind };
  const file = (format: string): string =>
    `/api/records?${new URLSearchParams({ format, ...kind, ...(asked.before !== null && { before: asked.before }) })}`;
  return (
    <nav className="pages" aria-label="Pages of the log">
      <span>{asked.before !== null && <a href={`/records?${new URLSearchParams(kind)}`}>← Newest</a>}</span>
      <span>
        These as <a href={file('json')}>JSON</a> or <a href={file('csv')}>CSV</a>
      </span>
      <span>{next !== null && <a href={`/records?${new URLSearchParams({ ...kind, before: next })}`}>Older →</a>}</span>
    </nav>
  );
}
