import { Fragment } from 'react';
import type { PageModel } from '../../lib/page-model.ts';
import { Ago, Moment } from './moment.tsx';

/** Can we restore? In one sentence, with the runs it rests on. */
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
      {lastRun !== null && (
        <p>
          {model.status.stale ? 'As of' : 'Checked'} <Moment at={lastRun.finishedAt} now={now} /> UTC,{' '}
          <Ago at={lastRun.finishedAt} now={now} />.
          {nextRunAt !== null && (
            <>
              {' '}
              Next check {nextRunAt < now ? 'was due' : 'due'} <Ago at={nextRunAt} now={now} />.
            </>
          )}
        </p>
      )}
    </section>
  );
}

/** The worst that is so; and without fresh data nothing is green. What is only for information gives no colour. */
function toneOf({ counts, status, banners }: PageModel): 'ok' | 'failing' | 'unknown' | 'none' {
  if (counts.failing > 0 || status.wider.some(({ verdict, severity }) => verdict === 'failing' && severity !== 'info')) return 'failing';
  const doubtful = status.stale || status.lastRun === null || banners.length > 0;
  if (doubtful || counts.unknown > 0 || status.wider.some(({ verdict }) => verdict === 'unknown')) return 'unknown';
  return counts.ok > 0 ? 'ok' : 'none';
}
