import type { PageModel } from '../../lib/render/page-model.ts';
import { AllClusters } from './all-clusters.tsx';
import { AlertPath } from './alert-path.tsx';
import { Checklist, SetUp } from './checklist.tsx';
import { Clusters } from './clusters.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { ProjectFindings } from './findings.tsx';
import { Headline } from './headline.tsx';
import { Ended, Incidents } from './incidents.tsx';
import { Moment } from './moment.tsx';
import { Recovery } from './recovery.tsx';
import { Shell } from './shell.tsx';
import { Acceptances } from './acceptances.tsx';
import { Maintenance, Silences } from './silences.tsx';

type Properties = { readonly model: PageModel; readonly user?: string | null };

/** The whole page, from the last recorded run alone. Only a `user` gets forms and buttons that change something. */
export function StatusPage({ model, user = null }: Properties) {
  const { status } = model;
  const now = status.generatedAt;
  const asOf = status.stale && status.lastRun !== null ? status.lastRun.finishedAt : null;
  return (
    <Shell here="/">
      <p className="soft">
        Read <Moment at={now} now={now} />
      </p>
      <Banners banners={model.banners} generatedAt={now} />
      <Headline model={model} />
      <Incidents cards={model.cards} now={now} user={user} />
      <DeadLetters letters={model.acknowledgements.deadLetters} channelNames={model.channelNames} now={now} user={user} />
      <ProjectFindings findings={model.wider} now={now} />
      {model.rows.length > 0 && (
        <section aria-labelledby="clusters">
          <h2 id="clusters">Clusters</h2>
          <Clusters rows={model.rows} now={now} asOf={asOf} />
          <AllClusters shown={model.rows.length} headline={status.headline} />
        </section>
      )}
      <Acceptances acceptances={status.acceptances} now={now} user={user} />
      <Silences silences={status.silences} now={now} user={user} />
      <Maintenance maintenance={status.maintenance} now={now} user={user} />
      <Recovery recovery={status.recovery} planned={model.restoreTests} now={now} />
      <Ended cards={model.ended} now={now} user={user} />
      <AlertPath status={status} acknowledgementGap={model.acknowledgements.acknowledgementGap} />
      <SetUp setUp={model.checklist.setUp} />
      <Checklist checklist={model.checklist} now={now} />
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

function Footer() {
  return (
    <footer className="soft">
      Times are UTC. As promised: every promise is kept. At risk: it can be restored, but a promise is broken. Unknown: it could not be
      read, which is never taken for good news. Exempt: nothing was promised. <a href="/api/status">The same as JSON</a>
    </footer>
  );
}

/** Shown instead of the page if the recorded state cannot be read. */
export function UnreadablePage() {
  return (
    <Shell here="/">
      <p className="banner" role="alert">
        <span>The recorded state cannot be read, so nothing here is known. The log says why; the checks tell PagerDuty by themselves.</span>
      </p>
      <section className="headline" data-tone="unknown">
        <h1>Whether we can restore is unknown</h1>
      </section>
    </Shell>
  );
}
