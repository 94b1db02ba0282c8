import { Moment, TimedText } from './moment.tsx';
import type { Card, Seen } from './incident-card.tsx';

/** What happened to an incident, who did it, and the form for a note. */
export function Timeline({ card: { incident, timeline }, now, user }: Seen & { readonly card: Card }) {
  return (
    <>
      <ul className="receipts">
        {/* Entries never move: what happens later comes behind. */}
        {(timeline ?? []).map(({ at, what, by }, index) => (
          <li key={index}>
            <Moment at={at} now={now} /> <TimedText text={what} now={now} />
            {by !== null && `, by ${by}`}
          </li>
        ))}
      </ul>
      {user !== null && <NoteForm id={incident.id} about={`${incident.resource.name}, ${incident.check}`} />}
    </>
  );
}

function NoteForm({ id, about }: { readonly id: string; readonly about: string }) {
  return (
    <form method="post" action={`/api/incidents/${encodeURIComponent(id)}/notes`} className="fields">
      <label>
        Add a note
        <input type="text" name="text" required maxLength={1000} autoComplete="off" />
      </label>
      <button type="submit" aria-label={`Add a note: ${about}`}>
        Add
      </button>
    </form>
  );
}
