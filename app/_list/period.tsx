import { calendarPeriods } from '../../lib/domain/calendar-periods.ts';
import { iso, type Period } from '../../lib/domain/time.ts';
import { Moment } from '../_parts/moment.tsx';
import type { GivenPeriod } from './asking.ts';
import { DayField } from './filter-form.tsx';

type FieldsProperties = {
  /** What is between the days: "Written from (UTC)". */
  readonly label: string;
  readonly given: GivenPeriod;
  readonly now: string;
  /** The address of the same list in another period. */
  readonly during: (period: GivenPeriod) => string;
};

/** Two days for a filter, and links to the months and quarters that people ask for. */
export function PeriodFields({ label, given, now, during }: FieldsProperties) {
  return (
    <>
      <DayField name="from" label={label} value={given.from} />
      <DayField name="to" label="to" value={given.to} />
      <span className="links periods">
        {calendarPeriods(Date.parse(now)).map(({ name, from, to }) => (
          <a key={name} href={during({ from, to })} aria-current={given.from === from && given.to === to ? 'true' : undefined}>
            {name}
          </a>
        ))}
      </span>
    </>
  );
}

/** The period in words, which the printed page has too; nothing where none was asked for. `what`: "Written". */
export function PeriodShown({ what, period: { from, to }, now }: { readonly what: string; readonly period: Period; readonly now: string }) {
  if (from === null && to === null) return null;
  return (
    <p className="soft shown">
      {what}
      {from !== null && <Moment before=" from " at={iso(from)} now={now} />}
      {to !== null && <Moment before=" to " at={iso(to)} now={now} />}.
    </p>
  );
}
