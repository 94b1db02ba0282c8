import { serviceLevelsInWords } from '../../../lib/render/service-levels.ts';
import type { RunList } from '../../../lib/render/history/run-list.ts';
import { plural } from '../../../lib/domain/text.ts';
import { FilterForm, SelectField } from '../../_list/filter-form.tsx';
import { Columns, Empty, Pager, Problems } from '../../_list/parts.tsx';
import { PeriodFields, PeriodShown } from '../../_list/period.tsx';
import { Moment } from '../../_parts/moment.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { type RunsAsked, SHOWS } from './query.ts';
import { RunTable } from './run-table.tsx';

type Properties = { readonly list: RunList; readonly asked: RunsAsked };

/** Every check with what it read, the newest first, and every interval in which nobody watched. */
export function RunsPage({ list, asked }: Properties) {
  const { query, given, isFiltered, problems, at, during } = asked;
  const isFirst = query.before === null;
  const ofNow = isFirst && given.from === null && given.to === null;
  return (
    <Shell here="/runs" className="list">
      <h1>Checks</h1>
      <Problems problems={problems} instead="What could not be read is left out of the filter." />
      {isFirst && <GapNow list={list} />}
      {ofNow && <Levels list={list} />}
      <FilterForm action="/runs" all={isFiltered ? '/runs' : null}>
        <PeriodFields label="Began from (UTC)" given={given} now={list.now} during={during} />
        <SelectField name="show" label="Show" value={query.show === 'all' ? null : query.show} choices={SHOWS} every="every check" />
      </FilterForm>
      <PeriodShown what="Recorded" period={query.within} now={list.now} />
      {query.within.to !== null && <p className="soft">A gap stands where it ended: one that ended later is not in this list.</p>}
      {list.entries.length > 0 && <RunTable entries={list.entries} now={list.now} />}
      {list.entries.length === 0 && list.next === null && (
        <Empty
          isBeyond={!isFirst}
          isFiltered={isFiltered}
          first={at(null)}
          all="/runs"
          none="No check is recorded so far: call /api/cron/check."
        />
      )}
      {list.entries.length === 0 && list.next !== null && <p className="empty">Nothing of this here: older entries of the log may.</p>}
      <Pager label="Pages of checks" newest={isFirst ? null : at(null)} older={list.next === null ? null : at(list.next)} />
      {ofNow && <Days list={list} />}
    </Shell>
  );
}

function GapNow({ list: { gapNow, now } }: Pick<Properties, 'list'>) {
  if (gapNow === null) return null;
  return (
    <p className="banner" role="alert">
      <span>
        {gapNow.since === null ? 'No check has been complete so far' : `No complete check for ${gapNow.length}`}
        <Moment before=": the last one ended " at={gapNow.since} now={now} />. Nobody watches now: see that something calls /api/cron/check.
      </span>
    </p>
  );
}

/** How regularly checks ran, and what called them. */
function Levels({ list: { levels, now } }: Pick<Properties, 'list'>) {
  const triggers = levels.checks.byTrigger;
  if (levels.checks.of === 0) return null;
  return (
    <p className="soft">
      In {levels.days} days: {serviceLevelsInWords(levels).at(-1)}.{' '}
      {triggers.map(({ trigger, last }) => (
        <span key={trigger}>
          {trigger} called last <Moment at={last} now={now} />.{' '}
        </span>
      ))}
      Nobody watches once two check intervals have gone by without a check.
    </p>
  );
}

/** Counts by day, which the head keeps for 90 days. */
function Days({ list: { days } }: Pick<Properties, 'list'>) {
  if (days.length === 0) return null;
  return (
    <details>
      <summary>By day ({plural(days.length, 'day')})</summary>
      <table className="stacked">
        <Columns names={['Day (UTC)', 'Checks', 'Complete', 'Incidents opened', 'Incidents ended']} />
        <tbody>
          {days.map(({ day, runs, complete, opened, resolved }) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              <td data-label="Checks">{runs}</td>
              <td data-label="Complete">{complete}</td>
              <td data-label="Incidents opened">{opened}</td>
              <td data-label="Incidents ended">{resolved}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
