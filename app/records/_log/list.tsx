import type { ReactNode } from 'react';
import type { ListedRecord } from '../../../lib/people/record-notes.ts';
import { type RecordList, RECORDS_ON_A_PAGE } from '../../../lib/wire/lists/record-pages.ts';
import { addressWith } from '../../_list/asking.ts';
import { FilterForm, SelectField } from '../../_list/filter-form.tsx';
import { TextField } from '../../_parts/text-field.tsx';
import { Columns, Empty, Pager, Problems } from '../../_list/parts.tsx';
import { PeriodFields, PeriodShown } from '../../_list/period.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { Unfinished } from '../../_parts/unfinished.tsx';
import { NoteForm } from './note-form.tsx';
import type { RecordsAsked } from './query.ts';
import { exactSpan, KIND_WORDS, Verdict } from './words.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';
import { Stamp } from '../../_parts/moment.tsx';
import { recordPath } from '../../../lib/render/page-paths.ts';

type Properties = {
  readonly list: RecordList;
  readonly asked: RecordsAsked;
  readonly user: string | null;
  /** What stands below the first page of the log. */
  readonly children?: ReactNode;
};

/** A page of the log, newest first. */
export function RecordsPage({ list, asked, user, children }: Properties) {
  const { query, given, isFiltered, problems, at, during } = asked;
  const isFirst = query.before === null;
  const none = list.records.length === 0;
  return (
    <Shell here="/records" className="list">
      <h1>Tests and drills</h1>
      <Problems problems={problems} instead="What could not be read is left out of what you see." />
      <p className="soft">
        Every restore test, drill, backup and restore, written once and never changed; what corrects a record is a record of its own. Times
        are UTC.
      </p>
      <Unfinished unfinished={list.unfinished} user={user} />
      <FilterForm action="/records" all={isFiltered ? '/records' : null}>
        <PeriodFields label="Ended from (UTC)" given={given} now={list.now} during={during} />
        <SelectField name="kind" label="Kind" value={query.kind} choices={KIND_WORDS} />
        <TextField name="cluster" label="Cluster, or part of it" value={query.about} />
      </FilterForm>
      <PeriodShown what="Ended" period={query.within} now={list.now} />
      {!none && <Table list={list} />}
      {none && list.next === null && (
        <Empty isBeyond={!isFirst} isFiltered={isFiltered} first={at(null)} all="/records" none="There are no records so far." />
      )}
      {none && list.next !== null && <p className="empty">Nothing matches so far: older records may.</p>}
      <Pages list={list} asked={asked} />
      {user !== null && <NoteForm corrects={null} />}
      {isFirst && children}
    </Shell>
  );
}

function Pages({ list: { next }, asked: { query, given, at } }: Pick<Properties, 'list' | 'asked'>) {
  // A page of one cluster has looked through more than it shows, and the file knows no clusters.
  const limit = query.about === null ? RECORDS_ON_A_PAGE : null;
  const file = (format: string): string => addressWith('/api/records', { format, ...given, kind: query.kind, before: query.before, limit });
  return (
    <Pager label="Pages of the log" newest={query.before === null ? null : at(null)} older={next === null ? null : at(next)}>
      {query.about === null ? 'These' : 'Those of all clusters'} as <a href={file('json')}>JSON</a> or <a href={file('csv')}>CSV</a>
    </Pager>
  );
}

function Table({ list }: Pick<Properties, 'list'>) {
  return (
    <table className="stacked compact records">
      <Columns names={['Ended', 'What', 'Verdict', 'Summary', 'Measured', 'Evidence']} />
      <tbody>
        {list.records.map((record) => (
          <Row key={record.id} record={record} corrections={list.corrections[record.id] ?? []} />
        ))}
      </tbody>
    </table>
  );
}

type RowProperties = { readonly record: ListedRecord; readonly corrections: readonly string[] };

function Row({ record, corrections }: RowProperties) {
  const { id, kind, subject, by, endedAt, verdict, summary, measured, corrects, details } = record;
  return (
    <tr>
      <td data-label="Ended">
        <Stamp at={endedAt} />
      </td>
      <th scope="row">
        <a href={recordPath(id)}>{KIND_WORDS[kind]}</a>
        <span className="soft about">
          {isolated(subject)}, by {by}
          {details['plan'] !== undefined && <>, plan {isolated(details['plan'])}</>}
        </span>
      </th>
      <td data-label="Verdict">
        <Verdict verdict={verdict} />
      </td>
      <td data-label="Summary">
        {isolated(summary)}
        <Corrections corrections={corrections} corrects={corrects} />
      </td>
      <Words label="Measured" words={measuredWords(measured)} />
      <Words label="Evidence" words={countWords(record.counts)} />
    </tr>
  );
}

/** A cell that a phone leaves out where it has nothing. */
function Words({ label, words }: { readonly label: string; readonly words: string }) {
  return (
    <td data-label={label} className={words === '' ? 'empty' : undefined}>
      {words || '–'}
    </td>
  );
}

/** What corrects the record, and what it corrects. */
function Corrections({ corrections, corrects }: Pick<RowProperties, 'corrections'> & { readonly corrects: string | undefined }) {
  return (
    <>
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
    </>
  );
}

function measuredWords(measured: ListedRecord['measured']): string {
  const words = Object.entries(measured).map(([name, length]) => `${name} ${exactSpan(length)}`);
  return words.join(', ');
}

function countWords(counts: ListedRecord['counts']): string {
  const words = [
    [counts.failed, 'failed'],
    [counts['could-not-verify'], 'not verified'],
    [counts.passed, 'passed'],
    [counts.noted, 'noted'],
  ] as const;
  return words.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ');
}
