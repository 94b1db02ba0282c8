import type { UnfinishedRestore } from '../../../lib/people/erasures/erasure-log.ts';
import { PostButton } from '../../_page/post-button.tsx';
import { recordPath, Stamp } from './words.tsx';

type Properties = { readonly unfinished: readonly UnfinishedRestore[]; readonly user: string | null };

/** Restores that brought erased data back and are not finished until it is erased again, and the form that registers an erasure. */
export function Erasures({ unfinished, user }: Properties) {
  if (unfinished.length === 0 && user === null) return null;
  return (
    <section aria-labelledby="erasures">
      <h2 id="erasures">Erasures</h2>
      {unfinished.map(({ restore, again }) => (
        <div key={restore.id}>
          <p className="trouble">
            Not finished: <a href={recordPath(restore.id)}>the restore of {restore.subject}</a> that ended <Stamp at={restore.endedAt} />{' '}
            brought back what was erased. Erase it again, and confirm it here:
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
      ))}
      {user !== null && <ErasureForm />}
    </section>
  );
}

function Confirm({ reference, restore }: { readonly reference: string; readonly restore: string }) {
  return (
    <PostButton action="/api/erasures/confirm" name="Erased again" label={`Confirm that ${reference} was erased again after ${restore}`}>
      <input type="hidden" name="reference" value={reference} />
      <input type="hidden" name="restore" value={restore} />
    </PostButton>
  );
}

function ErasureForm() {
  return (
    <details>
      <summary>Register an erasure</summary>
      <form method="post" action="/api/erasures" className="fields">
        <Field name="reference" label="Your ticket (PRIV-123)" required />
        <Field name="project" label="Project, where several have such a cluster" />
        <Field name="clusters" label="Clusters, separated by commas" required />
        <Field name="namespaces" label="Namespaces (shop.users), separated by commas" />
        <Field name="at" label="When it was done (2026-11-30T08:00:00Z), now if empty" />
        <button type="submit">Register</button>
        <p className="soft">
          No name, mail address or telephone number: this log cannot be erased. The record says when the last backup that holds it expires.
        </p>
      </form>
    </details>
  );
}

function Field({ name, label, required = false }: { readonly name: string; readonly label: string; readonly required?: boolean }) {
  return (
    <label>
      {label}
      <input type="text" name={name} required={required} maxLength={2000} autoComplete="off" />
    </label>
  );
}
