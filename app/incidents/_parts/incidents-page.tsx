import { iso } from '../../../lib/domain/time.ts';
import { PRIORITIES } from '../../../lib/domain/policy/policy.ts';
import { CHECK_IDS } from '../../../lib/evaluate/checks/registry.ts';
import type { IncidentList } from '../../../lib/render/history/incident-list.ts';
import { addressWith } from '../../_list/asking.ts';
import { FilterForm, SelectField } from '../../_list/filter-form.tsx';
import { Empty, Pager, Problems } from '../../_list/parts.tsx';
import { PeriodFields } from '../../_list/period.tsx';
import { Moment } from '../../_parts/moment.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { IncidentItem } from './incident-item.tsx';
import { type IncidentsAsked, STATES } from './query.ts';

type Properties = { readonly list: IncidentList; readonly asked: IncidentsAsked; readonly user: string | null };

/** Incidents that are open, and those that ended, the last opened first. */
export function IncidentsPage(properties: Properties) {
  const { asked } = properties;
  return (
    <Shell here="/incidents" className="list">
      <h1>Incidents</h1>
      <Problems problems={asked.problems} instead="What could not be read is left out of what you see." />
      {asked.code === null ? <List {...properties} /> : <One {...properties} />}
    </Shell>
  );
}

/** The incident of a short link. */
function One({ list, asked, user }: Properties) {
  const entries = [...list.open, ...list.ended];
  return (
    <>
      {entries.length === 0 && (
        <p className="empty">
          No incident of the short link {asked.code} is found: it is mistyped, or the incident is no longer kept or older than the newest
          3,000. Look for it below, by when it was open.
        </p>
      )}
      <Items entries={entries} now={list.now} user={user} />
      <p className="links">
        <a href="/incidents">All incidents</a>
      </p>
    </>
  );
}

function List({ list, asked, user }: Properties) {
  const { query, isFiltered, at } = asked;
  const { now, open, ended, next } = list;
  const isFirst = query.before === null;
  return (
    <>
      <Filter asked={asked} now={now} />
      <Shown asked={asked} now={now} />
      {open.length === 0 && ended.length === 0 && next === null && (
        <Empty
          isBeyond={!isFirst}
          isFiltered={isFiltered}
          first={at(null)}
          all="/incidents"
          none="No incident was open in the last 30 days."
        />
      )}
      <Open list={list} asked={asked} user={user} />
      {ended.length > 0 && (
        <section aria-labelledby="ended">
          <h2 id="ended">Ended</h2>
          <Items entries={ended} now={now} user={user} />
        </section>
      )}
      {ended.length === 0 && open.length === 0 && next !== null && <p className="empty">Nothing matches so far: older incidents may.</p>}
      <Pager label="Pages of incidents" newest={isFirst ? null : at(null)} older={next === null ? null : at(next)}>
        <a href={addressWith('/api/incidents', { from: iso(query.span.from), to: query.span.to && iso(query.span.to) })}>
          All of this period as JSON
        </a>
      </Pager>
    </>
  );
}

function Open({ list: { open, openInAll, now }, asked, user }: Properties) {
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="open">
      <h2 id="open">{openInAll} open</h2>
      <Items entries={open} now={now} user={user} />
      {asked.query.filter.state !== 'open' && openInAll > open.length && (
        <p>
          <a href={asked.openAt}>All {openInAll} that are open</a>
        </p>
      )}
    </section>
  );
}

function Items({ entries, now, user }: Pick<Properties, 'user'> & { readonly entries: IncidentList['open']; readonly now: string }) {
  return (
    <ul>
      {entries.map((entry) => (
        <IncidentItem key={entry.incident.id} entry={entry} now={now} user={user} />
      ))}
    </ul>
  );
}

function Filter({ asked, now }: Pick<Properties, 'asked'> & { readonly now: string }) {
  const { filter } = asked.query;
  return (
    <FilterForm action="/incidents" all={asked.isFiltered ? '/incidents' : null}>
      <PeriodFields label="Open from (UTC)" given={asked.given} now={now} during={asked.during} />
      <SelectField name="state" label="State" value={filter.state} choices={STATES} />
      <SelectField name="check" label="Check" value={filter.check} choices={sameWords(CHECK_IDS)} />
      <SelectField name="priority" label="Priority" value={filter.priority} choices={sameWords(PRIORITIES)} />
    </FilterForm>
  );
}

function sameWords(values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(values.map((value) => [value, value]));
}

/** What the list has, in words, which the printed page has too. */
function Shown({ asked: { query }, now }: Pick<Properties, 'asked'> & { readonly now: string }) {
  const { span, filter } = query;
  const only = [filter.check, filter.priority].filter((one) => one !== null);
  return (
    <p className="soft shown">
      Open at some time from <Moment at={iso(span.from)} now={now} /> to {span.to === null ? 'now' : <Moment at={iso(span.to)} now={now} />}
      {only.length > 0 && `, of ${only.join(', ')} alone`}, the last opened first. Incidents are kept for 400 days.
    </p>
  );
}
