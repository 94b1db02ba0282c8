import { Fragment } from 'react';
import type { Standing } from '../../lib/domain/findings/standing.ts';
import { visibility } from '../../lib/evaluate/checks/visibility.ts';
import type { PageModel } from '../../lib/render/first-page/page-model.ts';
import { Ago, Moment } from '../_parts/moment.tsx';
import { ReaderTime } from './reader-time.tsx';

/** "Can we restore?" in one sentence, with the run that it rests on. */
export function Headline({ model }: { readonly model: PageModel }) {
  const { nextRunAt } = model;
  const { lastRun, generatedAt: now } = model.status;
  return (
    <section className="headline" data-tone={toneOf(model)} aria-label="Can we restore?">
      <h1>
        {model.headline.split(/(?<=[,:;]) /).map((part) => (
          <Fragment key={part}>
            <span className="together">{part}</span>{' '}
          </Fragment>
        ))}
      </h1>
      {/* Where something is wrong, the heading's last words have to do. */}
      {model.doubt !== null && model.cards.length === 0 && <p>{model.doubt}</p>}
      {lastRun !== null && (
        <p className="checked">
          {model.status.stale ? 'As of' : 'Checked'} <Moment at={lastRun.finishedAt} now={now} />
          <ReaderTime at={lastRun.finishedAt} />
          <Ago before=", " at={lastRun.finishedAt} now={now} />.
          {nextRunAt !== null && (
            <>
              {' '}
              Next check {nextRunAt < now ? 'was due' : 'due'} <Ago at={nextRunAt} now={now} />.
            </>
          )}{' '}
          Read <Moment at={now} now={now} />.
        </p>
      )}
    </section>
  );
}

/** The colour of the worst standing. Stale data is never green, findings of severity info give no colour, and blindness is never worse than unknown. */
function toneOf({ status: { headline, findings, stale, lastRun }, banners }: PageModel): Standing | 'none' {
  const failing = findings.filter(({ verdict, check }) => verdict === 'failing' && check !== visibility.id);
  if (headline.cannot > 0 || failing.some(({ severity }) => severity === 'critical')) return 'cannot';
  if (headline.atRisk > 0 || failing.some(({ severity }) => severity === 'warning')) return 'atRisk';
  const isDoubtful = stale || lastRun === null || banners.length > 0 || headline.unknown > 0;
  if (isDoubtful || findings.some(({ verdict, check }) => verdict === 'unknown' || (verdict === 'failing' && check === visibility.id)))
    return 'unknown';
  return headline.kept > 0 ? 'kept' : 'none';
}
