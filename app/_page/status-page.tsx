import type { PageModel } from '../../lib/page-model.ts';
import { AlertPath } from './alert-path.tsx';
import { Banners } from './banners.tsx';
import { Clusters } from './clusters.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Headline } from './headline.tsx';
import { Incidents } from './incidents.tsx';
import { Moment } from './moment.tsx';
import { Recovery } from './recovery.tsx';
import { Maintenance, Silences } from './silences.tsx';
import { Wider } from './wider.tsx';

type Properties = { readonly model: PageModel; readonly page: number; readonly user?: string | null };

/** The whole page, from the last recorded run alone; `page` counts the pages of clusters from 1, and a `user` may act. */
export function StatusPage({ model, page, user = null }: Properties) {
  const { status } = model;
  const now = status.generatedAt;
  const asOf = status.stale && status.lastRun !== null ? status.lastRun.finishedAt : null;
  return (
    <main>
      <div className="top">
        <span className="name">Restorable</span>
        <span className="soft">
          Read <Moment at={now} now={now} /> UTC
        </span>
      </div>
      <Banners banners={model.banners} generatedAt={now} />
      <Headline model={model} />
      <Incidents incidents={status.incidents} now={now} user={user} />
      <DeadLetters letters={model.people.deadLetters} now={now} user={user} />
      <Wider findings={model.wider} now={now} />
      <Silences silences={status.silences} now={now} user={user} />
      <Maintenance maintenance={status.maintenance} now={now} user={user} />
      <Recovery recovery={status.recovery} planned={model.restoreTests} now={now} />
      <Changes changes={model.changes} now={now} />
      <Clusters rows={status.clusters} now={now} asOf={asOf} />
      <Pages page={page} more={status.next !== null} />
      <AlertPath status={status} acknowledgementGap={model.people.acknowledgementGap} />
      <Footer />
    </main>
  );
}

function Changes({ changes, now }: Pick<PageModel, 'changes'> & { readonly now: string }) {
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">Since yesterday</h2>
      {changes.length === 0 && <p className="soft">Nothing changed.</p>}
      <ul className="changes">
        {changes.map(({ at, text }) => (
          <li key={`${at} ${text}`}>
            <Moment at={at} now={now} /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pages({ page, more }: { readonly page: number; readonly more: boolean }) {
  if (page === 1 && !more) return null;
  return (
    <nav className="pages" aria-label="Pages of clusters">
      <span>{page > 1 && <a href={`/?page=${page - 1}`}>← Page {page - 1}</a>}</span>
      <span>{more && <a href={`/?page=${page + 1}`}>Page {page + 1} →</a>}</span>
    </nav>
  );
}

function Footer() {
  return (
    <footer className="soft">
      Times are UTC. OK: every promise is kept. Unknown: it could not be read, which is never taken for good news. Exempt: nothing was
      promised. <a href="/api/status">The same as JSON</a>
    </footer>
  );
}
