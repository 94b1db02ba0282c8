import type { ListedRecord, RECORD_KINDS, RecordsShown } from '../../../lib/wire-records.ts';
import { NoteForm } from './note-form.tsx';
import { Stamp } from './stamp.tsx';
import { Verdict } from './verdict.tsx';
import { KIND_WORDS, recordPath, span } from './words.ts';

export type Asked = { readonly kind: (typeof RECORD_KINDS)[number] | null; readonly before: string | null };

type Properties = { readonly shown: RecordsShown; readonly asked: Asked; readonly user: string | null };

/** A page of the log, newest first. */
export function RecordList({ shown, asked, user }: Properties) {
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
    </main>
  );
}

function KindForm({ kind }: Pick<Asked, 'kind'>) {
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
    <table className="records">
      <thead>
        <tr>
          <th scope="col">Ended</th>
          <th scope="col">What</th>
          <th scope="col">Verdict</th>
          <th scope="col">Summary</th>
          <th scope="col">Measured</th>
          <th scope="col">Evidence</th>
        </tr>
      </thead>
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
          .map(([name, length]) => `${name} ${span(length)}`)
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

function Pages({ next, asked }: { readonly next: string | null; readonly asked: Asked }) {
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
