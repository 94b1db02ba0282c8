import type { AuditList } from '../../../lib/wire/lists/audit-pages.ts';
import { addressWith } from '../../_list/asking.ts';
import { FilterForm, SelectField } from '../../_list/filter-form.tsx';
import { TextField } from '../../_parts/text-field.tsx';
import { Empty, Pager, Problems } from '../../_list/parts.tsx';
import { PeriodFields, PeriodShown } from '../../_list/period.tsx';
import { Shell } from '../../_parts/shell.tsx';
import type { AuditAsked } from './query.ts';
import { Trail, WHAT } from './trail.tsx';

type Properties = { readonly list: AuditList; readonly asked: AuditAsked };

/** As many as GET /api/records gives at once. */
const IN_A_FILE = 200;

/** Who did what, newest first. */
export function AuditPage({ list, asked }: Properties) {
  const { query, given, isFiltered, problems, at, during } = asked;
  const { entries, next } = list;
  const file = (format: string): string =>
    addressWith('/api/records', { format, kind: 'audit', ...given, auditBefore: query.before, limit: IN_A_FILE });
  return (
    <Shell here="/audit" className="list">
      <h1>Audit trail</h1>
      <Problems problems={problems} instead="What could not be read is left out of the filter." />
      <p className="soft">
        Every act of a person, and what the schedule began, numbered without holes; each entry holds the hash of the one before, so that a
        change or a gap shows. What comes with every check is on the page of <a href="/runs">checks</a>.
      </p>
      <FilterForm action="/audit" all={isFiltered ? '/audit' : null}>
        <PeriodFields label="Written from (UTC)" given={given} now={list.now} during={during} />
        <TextField name="who" label="Who, or part of it" value={query.who} />
        <SelectField name="what" label="What" value={query.what} choices={WHAT} every="everything people did" />
      </FilterForm>
      <PeriodShown what="Written" period={query.within} now={list.now} />
      {entries.length > 0 && <Trail entries={entries} now={list.now} />}
      {entries.length === 0 && next === null && (
        <Empty isBeyond={query.before !== null} isFiltered={isFiltered} first={at(null)} all="/audit" none="There are no entries so far." />
      )}
      {entries.length === 0 && next !== null && <p className="empty">Nothing matches from here down to entry {next}: older ones may.</p>}
      <Pager label="Pages of the audit trail" newest={query.before === null ? null : at(null)} older={next === null ? null : at(next)}>
        The whole log from here on, {IN_A_FILE} entries a file, as <a href={file('json')}>JSON</a> or <a href={file('csv')}>CSV</a>
      </Pager>
    </Shell>
  );
}
