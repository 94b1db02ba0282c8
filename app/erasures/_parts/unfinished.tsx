import type { UnfinishedRestore } from '../../../lib/people/erasures/erasure-log.ts';
import { Isolated } from '../../_list/isolated.tsx';
import { PostButton } from '../../_page/post-button.tsx';
import { recordPath, Stamp } from '../../records/_log/words.tsx';

type Properties = { readonly unfinished: readonly UnfinishedRestore[]; readonly user: string | null };

/** Restores that brought erased data back, and are not finished until it is erased again. */
export function Unfinished({ unfinished, user }: Properties) {
  return unfinished.map(({ restore, again }) => (
    <div key={restore.id} className="unfinished">
      <p className="trouble">
        Not finished:{' '}
        <a href={recordPath(restore.id)}>
          the restore of <Isolated text={restore.subject} />
        </a>{' '}
        that ended <Stamp at={restore.endedAt} /> brought back what was erased. Erase it again, and confirm it here:
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
