import type { ReactNode } from 'react';

/** A form whose fields become the address, so that what it shows can be linked to. `all`: the address without a filter, where there is one now. */
export function FilterForm({
  action,
  all,
  children,
}: {
  readonly action: string;
  readonly all: string | null;
  readonly children: ReactNode;
}) {
  return (
    <form method="get" action={action} className="fields filter">
      {children}
      <span className="links">
        <button type="submit">Show</button>
        {all !== null && <a href={all}>Show everything</a>}
      </span>
    </form>
  );
}

type SelectProperties = {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  /** By value, in words. */
  readonly choices: Readonly<Record<string, string>>;
  /** What the empty choice is called. */
  readonly every?: string;
};

/** A list to choose one of, or all. */
export function SelectField({ name, label, value, choices, every = 'all' }: SelectProperties) {
  return (
    <label>
      {label}
      <select name={name} defaultValue={value ?? ''}>
        <option value="">{every}</option>
        {Object.entries(choices).map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

type DayProperties = { readonly name: string; readonly label: string; readonly value: string | null };

/** A day in UTC; a moment that the address has is a text, since a field for days cannot hold it. */
export function DayField({ name, label, value }: DayProperties) {
  const isDay = value === null || /^\d{4}-\d\d-\d\d$/.test(value);
  return (
    <label>
      {label}
      <input type={isDay ? 'date' : 'text'} name={name} defaultValue={value ?? ''} autoComplete="off" />
    </label>
  );
}
