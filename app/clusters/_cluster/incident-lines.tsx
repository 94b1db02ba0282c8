import type { ClusterIncidents, IncidentLine } from '../../../lib/render/cluster/cluster-incidents.ts';
import { Ago, Moment, TimedText } from '../../_parts/moment.tsx';
import { WordsTable } from './picture.tsx';

type Properties = { readonly incidents: ClusterIncidents; readonly now: string };

/** One line an open incident; the card on the first page has the rest, and the buttons. */
export function OpenIncidents({ incidents: { open }, now }: Properties) {
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="open">
      <h2 id="open">{open.length === 1 ? 'Open incident' : `${open.length} open incidents`}</h2>
      <ul className="open-incidents">
        {open.map((line) => (
          <OpenLine key={line.id} line={line} now={now} />
        ))}
      </ul>
    </section>
  );
}

function OpenLine({
  line: { id, check, priority, cause, openedAt, handling },
  now,
}: {
  readonly line: IncidentLine;
  readonly now: string;
}) {
  return (
    <li>
      <span className="tag" data-severity={priority === 'P0' ? 'critical' : priority === 'P1' ? 'warning' : 'info'}>
        {priority}
      </span>{' '}
      <a href={`/#${encodeURIComponent(id)}`}>{check}</a>: <TimedText text={cause} now={now} />{' '}
      <span className="soft">
        since <Moment at={openedAt} now={now} />, <Ago at={openedAt} now={now} />
        {handling !== null && '; '}
        {handling !== null && <TimedText text={handling} now={now} />}
      </span>
    </li>
  );
}

/** What was, for as long as history is kept. */
export function PastIncidents({ incidents: { past, pastFrom }, now }: Properties) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">Past incidents</h2>
      {past.length === 0 ? (
        <p className="empty">None {pastFrom === null ? 'in 400 days' : 'that was read'}.</p>
      ) : (
        <WordsTable
          label="past incidents"
          columns={['Opened', 'Ended', 'What', 'How it ended']}
          rows={past.map(({ openedAt, resolvedAt, priority, check, cause, handling }) => [
            <Moment key="opened" at={openedAt} now={now} />,
            <Moment key="ended" at={resolvedAt} now={now} />,
            <span key="what">
              {priority} {check}: <TimedText text={cause} now={now} />
            </span>,
            handling === null ? '–' : <TimedText key="how" text={handling} now={now} />,
          ])}
        />
      )}
      {pastFrom !== null && (
        <p className="soft">
          Read back to <Moment at={pastFrom} now={now} />. <a href="/incidents">All incidents</a> goes further.
        </p>
      )}
    </section>
  );
}
