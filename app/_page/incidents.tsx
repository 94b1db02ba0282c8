import type { PageModel } from '../../lib/render/page-model.ts';
import { Accept } from './acceptances.tsx';
import { Acknowledgement } from './acknowledgement.tsx';
import { Ago, Moment, TimedText } from './moment.tsx';
import { Timeline } from './timeline.tsx';

type Group = PageModel['cards'][number];
type Card = Group['cards'][number];
type Incident = Card['incident'];
type Seen = { readonly now: string; readonly user: string | null };

/** Incidents that are open, each with who has it, what to do and where to read on. Many of one check are one card. */
export function Incidents({ cards, now, user }: Seen & { readonly cards: readonly Group[] }) {
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      {cards.length === 0 && <p className="soft">None is open.</p>}
      <ul>
        {cards.map((group) =>
          group.title === null ? (
            group.cards.map((card) => <IncidentItem key={card.incident.id} card={card} now={now} user={user} />)
          ) : (
            <GroupItem key={group.title} title={group.title} cards={group.cards} now={now} user={user} />
          ),
        )}
      </ul>
    </section>
  );
}

function GroupItem({ title, cards, now, user }: Seen & { readonly title: string; readonly cards: Group['cards'] }) {
  const [first] = cards;
  if (first === undefined) return null;
  const { severity, priority, check } = first.incident;
  const taken = cards.filter(({ incident }) => incident.state === 'acknowledged').length;
  return (
    <li className="incident" data-severity={severity}>
      <span className="tag" data-severity={severity}>
        {priority} {check}
      </span>{' '}
      <h3>
        <TimedText text={title} now={now} />
      </h3>
      {taken > 0 && (
        <p className="soft">
          {taken} of {cards.length} {taken === 1 ? 'is' : 'are'} acknowledged.
        </p>
      )}
      <details>
        <summary>Show all {cards.length}</summary>
        <ul>
          {cards.map((card) => (
            <IncidentItem key={card.incident.id} card={card} now={now} user={user} />
          ))}
        </ul>
      </details>
    </li>
  );
}

function IncidentItem({ card, now, user }: Seen & { readonly card: Card }) {
  const { incident, title } = card;
  const { severity, priority, state } = incident;
  return (
    <li className="incident" data-severity={severity} data-state={state} id={incident.id}>
      <span className="tag" data-severity={state === 'resolved' ? undefined : severity}>
        {priority} {severity}
      </span>{' '}
      {state !== 'open' && <span className="tag">{state}</span>} {incident.silencedBy !== null && <span className="tag">silenced</span>}{' '}
      <h3>
        <TimedText text={title} now={now} />
      </h3>
      {state !== 'resolved' && incident.action !== '' && <p>{incident.action}</p>}
      <Since incident={incident} now={now} />
      {card.handling !== null && (
        <p>
          <TimedText text={card.handling} now={now} />
        </p>
      )}
      <Acknowledgement incident={incident} now={now} user={user} />
      <Accept incident={incident} user={user} />
      <Links card={card} />
      <Evidence evidence={incident.evidence} now={now} />
      <Receipts card={card} now={now} />
      <Timeline card={card} now={now} user={user} />
    </li>
  );
}

function Since({ incident, now }: { readonly incident: Incident; readonly now: string }) {
  const { check, team, openedAt, startedAt, resolvedAt, resolution } = incident;
  const since = startedAt ?? openedAt;
  return (
    <p className="soft">
      {check}
      {team !== null && `, team ${team}`}, since <Moment at={since} now={now} /> (<Ago at={since} now={now} />
      <Ago before=", seen " at={since === openedAt ? null : openedAt} now={now} />
      )
      <Ago before=", ended " at={resolvedAt} now={now} />
      {resolution !== null && (
        <>
          : <TimedText text={resolution} now={now} />
        </>
      )}
    </p>
  );
}

function Links({ card: { incident, runbook, rowId, atlas } }: { readonly card: Card }) {
  if (incident.state === 'resolved') return null;
  return (
    <p className="links">
      <a href={runbook}>Runbook</a>
      {rowId !== null && <a href={`#${encodeURIComponent(rowId)}`}>Cluster</a>}
      {atlas !== null && <a href={atlas}>Atlas</a>}
    </p>
  );
}

function Evidence({ evidence, now }: Pick<Incident, 'evidence'> & { readonly now: string }) {
  if (evidence.length === 0) return null;
  return (
    <details className="evidence">
      <summary>Evidence</summary>
      <dl className="facts">
        {evidence.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <TimedText text={value} now={now} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** What was sent about it. Trouble shows without unfolding. */
function Receipts({ card: { incident, receipts }, now }: { readonly card: Card; readonly now: string }) {
  if (receipts.length === 0)
    return (
      <p className="deliveries trouble">
        Nobody was told
        {incident.silencedBy !== null && (
          <>
            : <TimedText text={incident.silencedBy} now={now} />
          </>
        )}
        .
      </p>
    );
  const trouble = receipts.filter(({ isTrouble }) => isTrouble).length;
  return (
    <details className="deliveries">
      <summary>Messages{trouble > 0 && <span className="trouble"> ({trouble} not delivered)</span>}</summary>
      <ul>
        {receipts.map(({ text, isTrouble }) => (
          <li key={text} className={isTrouble ? 'trouble' : undefined}>
            {text}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Incidents that ended lately, one line each, with the rest folded. */
export function Ended({ cards, now, user }: Seen & { readonly cards: readonly Card[] }) {
  return (
    <section aria-labelledby="ended">
      <h2 id="ended">Since yesterday</h2>
      {cards.length === 0 && <p className="soft">Nothing ended.</p>}
      {cards.length > 0 && (
        <details>
          <summary>{cards.length} ended in the last 24 hours</summary>
          <ul>
            {cards.map((card) => (
              <IncidentItem key={card.incident.id} card={card} now={now} user={user} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
