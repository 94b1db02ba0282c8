import type { PageModel } from '../../lib/render/first-page/page-model.ts';
import { Moment } from './moment.tsx';
import { PostButton } from './post-button.tsx';
import { isolated } from './right-to-left.tsx';

type Acceptance = PageModel['status']['acceptances'][number];
type Incident = PageModel['status']['incidents'][number];
type Viewer = { readonly now: string; readonly user: string | null };

/** The page is read at night; the command lists all. */
const SHOWN = 50;

/** What responders have accepted as it is, each with who, when and why. */
export function Acceptances({ acceptances, now, user }: Viewer & { readonly acceptances: readonly Acceptance[] }) {
  if (acceptances.length === 0) return null;
  const more = acceptances.length - SHOWN;
  return (
    <section aria-labelledby="acceptances">
      <h2 id="acceptances">Accepted as it is</h2>
      <ul className="rows">
        {acceptances.slice(0, SHOWN).map((acceptance) => (
          <Item key={acceptance.id} acceptance={acceptance} now={now} user={user} />
        ))}
      </ul>
      {more > 0 && (
        <p className="soft">
          {more} more: <code>restorewatch accept --list</code> has all.
        </p>
      )}
    </section>
  );
}

function Item({ acceptance: { id, check, resource, parts, by, at, why }, now, user }: Viewer & { readonly acceptance: Acceptance }) {
  const about = `${check} of ${resource.name}`;
  return (
    <li>
      <span>
        {isolated(about)}: {isolated(parts.map(({ words }) => words).join('; '))}. By {by} <Moment at={at} now={now} />: {isolated(why)}
      </span>
      {user !== null && (
        <PostButton action={`/api/acceptances/${encodeURIComponent(id)}/end`} name="Take back" label={`Take back: ${about} was accepted`} />
      )}
    </li>
  );
}

/** A form for signed-in people, under an incident that can be accepted. */
export function Accept({ incident: { id, state, acceptable }, user }: { readonly incident: Incident; readonly user: string | null }) {
  if (user === null || state === 'resolved' || acceptable.length === 0) return null;
  return (
    <details>
      <summary>Accept it as it is</summary>
      <form method="post" action={`/api/incidents/${encodeURIComponent(id)}/accept`} className="fields">
        <label>
          Why it is meant to be so
          <input type="text" name="why" required minLength={3} maxLength={300} autoComplete="off" />
        </label>
        <button type="submit">Accept</button>
        <p className="soft">The incident ends. A further weakening opens a new one; once the promise is kept again, this is forgotten.</p>
      </form>
    </details>
  );
}
