import type { ReactNode } from 'react';

/** What of the address could not be read, and what is shown instead. */
export function Problems({ problems, instead }: { readonly problems: readonly string[]; readonly instead: string }) {
  if (problems.length === 0) return null;
  return (
    <div className="banner" role="alert">
      <div>
        <ul>
          {problems.map((words) => (
            <li key={words}>{words}.</li>
          ))}
        </ul>
        <p>{instead}</p>
      </div>
    </div>
  );
}

type EmptyProperties = {
  /** The page asked for lies behind the end. */
  readonly isBeyond: boolean;
  readonly isFiltered: boolean;
  /** The address of the first page with the same filter, and of the page without one. */
  readonly first: string;
  readonly all: string;
  /** What is said where nothing was ever there: "No check was recorded so far." */
  readonly none: string;
};

/** Says why a list is empty, and what to do. */
export function Empty({ isBeyond, isFiltered, first, all, none }: EmptyProperties) {
  if (isBeyond)
    return (
      <p className="empty">
        Nothing is here: the end of the list lies before this page. <a href={first}>Begin with the newest</a>
      </p>
    );
  if (!isFiltered) return <p className="empty">{none}</p>;
  return (
    <p className="empty">
      Nothing matches this filter. <a href={all}>Show everything</a>
    </p>
  );
}

type PagerProperties = {
  /** What is paged, for screen readers: "Pages of incidents". */
  readonly label: string;
  /** The address of the newest page; null on it. */
  readonly newest: string | null;
  /** The address of the following page; null on the last one. */
  readonly older: string | null;
  /** What stands between the two. */
  readonly children?: ReactNode;
};

/** Leads to the newest and to older entries. */
export function Pager({ label, newest, older, children }: PagerProperties) {
  if (newest === null && older === null && children === undefined) return null;
  return (
    <nav className="pages" aria-label={label}>
      <span>{newest !== null && <a href={newest}>← Newest</a>}</span>
      <span>{children}</span>
      <span>{older !== null && <a href={older}>Older →</a>}</span>
    </nav>
  );
}

/** The head of a table: the names of its columns. */
export function Columns({ names }: { readonly names: readonly string[] }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
