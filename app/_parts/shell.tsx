import type { ReactNode } from 'react';

/** The places of the navigation, in its order: what an engineer needs at night first, what an auditor needs last. */
const PLACES = [
  ['/', 'Now'],
  ['/clusters', 'Clusters'],
  ['/incidents', 'Incidents'],
  ['/records', 'Tests and drills'],
  ['/runbooks', 'Runbooks'],
  ['/silences', 'Silences'],
  ['/alert-path', 'Alert path'],
  ['/deliveries', 'Messages'],
  ['/runs', 'Checks'],
  ['/checklist', 'Checklist'],
  ['/erasures', 'Erasures'],
  ['/evidence', 'Evidence'],
  ['/audit', 'Audit trail'],
] as const;

export type Place = (typeof PLACES)[number][0];

/** What a phone shows without unfolding. */
const ALWAYS_SHOWN = 3;

type Properties = {
  /** The place that this page is, or belongs to; null if it is none. */
  readonly here: Place | null;
  /** What the page's `main` is styled by. */
  readonly className?: string;
  readonly children: ReactNode;
};

/** What every page has around its content: the way past the navigation, the navigation, and `main`. */
export function Shell({ here, className, children }: Properties) {
  // A folded place is named where it is the current one.
  const elsewhere = PLACES.slice(ALWAYS_SHOWN).find(([path]) => path === here);
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="shell only-screen">
        <a className="name" href="/">
          Restorewatch
        </a>
        <nav aria-label="Pages">
          <Places places={PLACES.slice(0, ALWAYS_SHOWN)} here={here} />
          <details>
            <summary data-current={elsewhere !== undefined || undefined}>
              {elsewhere === undefined ? 'More' : `More: ${elsewhere[1]}`}
            </summary>
            <Places places={PLACES.slice(ALWAYS_SHOWN)} here={here} />
          </details>
        </nav>
      </header>
      <main id="content" className={className}>
        {children}
      </main>
    </>
  );
}

function Places({ places, here }: { readonly places: readonly (typeof PLACES)[number][]; readonly here: Place | null }) {
  return (
    <ul>
      {places.map(([path, words]) => (
        <li key={path}>
          <a href={path} aria-current={path === here ? 'page' : undefined}>
            {words}
          </a>
        </li>
      ))}
    </ul>
  );
}
