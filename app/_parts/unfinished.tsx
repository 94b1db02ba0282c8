import type { UnfinishedRestore } from '../../lib/people/erasures/erasure-log.ts';
import { recordPath } from '../../lib/render/page-paths.ts';
import { Stamp, TimedText } from './moment.tsx';
import { PostButton } from './post-button.tsx';
import { isolated } from './right-to-left.tsx';

type Properties = { readonly unfinished: readonly UnfinishedRestore[]; readonly user: string | null };

/** Restores that brought erased data back, and are not finished until it is erased again. */
export function Unfinished({ unfinished, user }: Properties) {
  return unfinished.map(({ restore, again }) => (
    <div key={restore.id} className="unfinished">
      <p className="trouble">
        Not finished: <a href={recordPath(restore.id)}>the restore of {isolated(restore.subject)}</a> that ended{' '}
        <Stamp at={restore.endedAt} /> brought back what was erased. Erase it again, and confirm it here:
      </p>
      <ul>
        {again.map(({ reference, namespaces }) => (
          <li key={reference}>
            {reference}
            {namespaces.length > 0 && ` (${namespaces.join(', ')})`}{' '}
            {user !== null && <Confirm reference={reference} restore={restore.id} />}
          </li>
        ))}
      </ul>
    </div>
  ));
}

function Confirm({ reference, restore }: { readonly reference: string; readonly restore: string }) {
  return (
    <PostButton action="/api/erasures/confirm" name="Erased again" label={`Confirm that ${reference} was erased again after ${restore}`}>
      <input type="hidden" name="reference" value={reference} />
      <input type="hidden" name="restore" value={restore} />
    </PostButton>
  );
}

/** Restore tests that somebody must finish. */
export function UnfinishedTests({ tests, now }: { readonly tests: readonly string[]; readonly now: string }) {
  if (tests.length === 0) return null;
  return (
    <section aria-labelledby="not-finished">
      <h2 id="not-finished">Restore tests, not finished</h2>
      <ul className="changes">
        {tests.map((text) => (
          <li key={text} className="trouble">
            <TimedText text={text} now={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}
