import { ALL_CLUSTERS } from '../../lib/render/cluster-list/cluster-query.ts';
import type { PageModel } from '../../lib/render/first-page/page-model.ts';
import type { FirstPage } from '../../lib/wire/recorded-state.ts';
import { ClusterFilter } from '../_parts/cluster-filter.tsx';
import { ClusterList } from './cluster-list.tsx';
import { DeadLetters } from '../_parts/dead-letters.tsx';
import { ProjectFindings } from '../_parts/findings.tsx';
import { Headline } from './headline.tsx';
import { Ended, Incidents } from './cards/incident-sections.tsx';
import { TimedText } from '../_parts/moment.tsx';
import { type Place, Shell } from '../_parts/shell.tsx';
import { Unfinished, UnfinishedTests } from '../_parts/unfinished.tsx';

type Properties = { readonly model: PageModel & Partial<Pick<FirstPage, 'restores'>>; readonly user?: string | null };

/**
 * The first page, from the last recorded run alone: the headline, then what needs a person, then the most urgent clusters, then a line for each page that has
 * more. Only a `user` gets forms and buttons.
 */
export function StatusPage({ model, user = null }: Properties) {
  const { status, acknowledgements } = model;
  const now = status.generatedAt;
  const asOf = status.stale && status.lastRun !== null ? status.lastRun.finishedAt : null;
  const urgent = acknowledgements.deadLetters.filter(({ priority }) => priority === 'P0');
  return (
    <Shell here="/">
      <Banners banners={model.banners} generatedAt={now} />
      <Headline model={model} />
      <Incidents cards={model.cards} now={now} user={user} />
      <DeadLetters most={3} letters={urgent} channelNames={model.channelNames} now={now} user={user} />
      {acknowledgements.acknowledgementGap !== null && <p className="trouble">{acknowledgements.acknowledgementGap}</p>}
      <UnfinishedTests tests={model.unfinished} now={now} />
      <UnfinishedRestores restores={model.restores} user={user} />
      <ProjectFindings findings={model.wider} now={now} />
      {model.rows.length > 0 && (
        <ClusterList groups={model.groups} now={now} asOf={asOf}>
          <AllClusters model={model} />
        </ClusterList>
      )}
      <Ended cards={model.ended} inAll={model.endedInAll} now={now} user={user} />
      <Elsewhere lines={model.elsewhere} now={now} />
      <Footer />
    </Shell>
  );
}

/** Reasons to doubt the rest of the page, above it. */
function Banners({ banners, generatedAt }: Pick<PageModel, 'banners'> & { readonly generatedAt: string }) {
  return (
    <>
      {banners.map(({ kind, text }) => (
        <p key={`${kind} ${text}`} className="banner" data-kind={kind} role="alert">
          <span>{text}</span>
        </p>
      ))}
      <p key={generatedAt} className="banner aged">
        <span>
          This copy of the page is more than ten minutes old. <a href="">Load it again.</a>
        </span>
      </p>
    </>
  );
}

/** From the most urgent clusters the way to all of them, with a filter where not all are shown. */
function AllClusters({ model: { groups, rows, status } }: { readonly model: PageModel }) {
  const { kept, atRisk, cannot, unknown, exempt } = status.headline;
  const shown = groups.reduce((sum, group) => sum + group.rows.length, 0);
  if (status.next === null)
    return (
      <p className="soft">
        <a className="target" href="/clusters">
          All clusters, with their windows
        </a>
      </p>
    );
  return (
    <>
      <p>
        {shown > 0 && (shown === rows.length ? `These are the ${shown} most urgent. ` : 'These are all that are not as promised. ')}
        <a className="target" href="/clusters">
          All {kept + atRisk + cannot + unknown + exempt} clusters
        </a>
      </p>
      <ClusterFilter query={ALL_CLUSTERS} />
    </>
  );
}

/** Restores that brought erased data back stay here until somebody confirms that it is erased again. */
function UnfinishedRestores({ restores, user }: { readonly restores: FirstPage['restores'] | undefined; readonly user: string | null }) {
  if (restores === undefined || restores?.length === 0) return null;
  if (restores === null)
    return (
      <p className="trouble">
        The log could not be read for restores that brought erased data back: see <a href="/erasures">the erasures</a>.
      </p>
    );
  return (
    <section aria-labelledby="restores">
      <h2 id="restores">Restores, not finished</h2>
      <Unfinished unfinished={restores} user={user} />
    </section>
  );
}

/** What other pages say in full, in a line each. */
function Elsewhere({ lines, now }: { readonly lines: PageModel['elsewhere']; readonly now: string }) {
  return (
    <section aria-labelledby="elsewhere">
      <h2 id="elsewhere">On other pages</h2>
      <ul className="elsewhere">
        {lines.map(({ path, name, text, isTrouble }) => (
          <li key={path}>
            <a href={path}>{name}</a>{' '}
            <span className={isTrouble ? 'trouble' : undefined}>
              <TimedText text={text} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Footer() {
  return (
    <footer className="soft">
      <details>
        <summary>What the words mean</summary>
        As promised: every promise is kept. At risk: it can be restored, but a promise is broken. Unknown: it could not be read, which is
        never taken for good news. Exempt: nothing was promised. Times are UTC.
      </details>
      <a className="target" href="/api/status">
        The same as JSON
      </a>
    </footer>
  );
}

/** Shown instead of the page if the recorded state cannot be read. */
export function UnreadablePage({ here = '/' }: { readonly here?: Place }) {
  return (
    <Shell here={here}>
      <p className="banner" role="alert">
        <span>The recorded state cannot be read, so nothing here is known. The log says why; the checks tell PagerDuty by themselves.</span>
      </p>
      <section className="headline" data-tone="unknown" aria-label="Can we restore?">
        <h1>Whether we can restore is unknown</h1>
      </section>
    </Shell>
  );
}
