import { plural } from '../../../lib/domain/text.ts';
import type { IncidentEntry } from '../../../lib/render/history/incident-list.ts';
import { Moment, TimedText } from '../../_parts/moment.tsx';
import { Timeline } from '../../_parts/timeline.tsx';

type Properties = { readonly entry: IncidentEntry; readonly now: string; readonly user: string | null };

/** One incident with its whole life. A note is taken while it is open, and for a day after. */
export function IncidentItem({ entry, now, user }: Properties) {
  const { incident, title, inHead } = entry;
  const { id, severity, priority, state, silencedBy } = incident;
  return (
    <li className="incident" data-severity={severity} data-state={state} id={id}>
      <span className="tag" data-severity={state === 'resolved' ? undefined : severity}>
        {priority} {severity}
      </span>{' '}
      <span className="tag">{state === 'resolved' ? 'ended' : state}</span>{' '}
      {silencedBy !== null && state !== 'resolved' && <span className="tag">silenced</span>}{' '}
      <h3>
        <TimedText text={title} now={now} />
      </h3>
      <Times entry={entry} now={now} />
      <Acknowledged entry={entry} now={now} />
      <p className="links">
        <a href={entry.runbook}>Runbook</a>
        {entry.cluster !== null && <a href={entry.cluster}>Cluster</a>}
      </p>
      <Life entry={entry} now={now} user={inHead ? user : null} />
    </li>
  );
}

/** Folded: a page of incidents is read by their titles first. */
function Life({ entry: { incident }, now, user }: Properties) {
  const { timeline } = incident;
  if (timeline.length === 0 && user === null) return null;
  const notes = timeline.filter(({ what }) => what.startsWith('note: ')).length;
  return (
    <details className="deliveries">
      <summary>History{notes > 0 && ` (${plural(notes, 'note')})`}</summary>
      <Timeline card={{ incident, timeline }} now={now} user={user} />
    </details>
  );
}

function Times({ entry: { incident, lasted }, now }: Omit<Properties, 'user'>) {
  const { check, team, openedAt, startedAt, resolvedAt, resolution } = incident;
  return (
    <p className="soft">
      {check}
      {team !== null && `, team ${team}`}, since <Moment at={startedAt ?? openedAt} now={now} />
      {startedAt !== null && startedAt !== openedAt && <Moment before=", seen " at={openedAt} now={now} />}
      {resolvedAt === null ? (
        `, open for ${lasted}`
      ) : (
        <>
          , ended <Moment at={resolvedAt} now={now} /> after {lasted}: <TimedText text={resolution ?? 'no reason was recorded'} now={now} />
        </>
      )}
    </p>
  );
}

function Acknowledged({ entry: { incident }, now }: Omit<Properties, 'user'>) {
  const { acknowledgedAt, acknowledgedBy, acknowledgement } = incident;
  if (acknowledgedAt === null || acknowledgedBy === null) return <p className="soft">Nobody acknowledged it.</p>;
  return (
    <p className="soft">
      Acknowledged first by {acknowledgedBy} at <Moment at={acknowledgedAt} now={now} />
      {acknowledgement !== null && acknowledgement.at !== acknowledgedAt && (
        <>
          , last by {acknowledgement.by} at <Moment at={acknowledgement.at} now={now} />
        </>
      )}
      .
    </p>
  );
}
