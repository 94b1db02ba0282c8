import type { ReactNode } from 'react';

type Properties = {
  /** How many there are, and how many of them are shown. */
  readonly of: number;
  readonly shown: number;
  /** The page that has all of them. */
  readonly href: string;
  /** What that page is called. */
  readonly children: ReactNode;
};

/** "And 7 more: all clusters" below a list that is cut; nothing below one that is whole. */
export function AndMore({ of, shown, href, children }: Properties) {
  if (of <= shown) return null;
  return (
    <p className="soft">
      And {of - shown} more: <a href={href}>{children}</a>
    </p>
  );
}
