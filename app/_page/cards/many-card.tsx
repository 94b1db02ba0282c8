import type { PageModel } from '../../../lib/render/first-page/page-model.ts';
import { AcknowledgeAll } from './acknowledge-all.tsx';
import { AndMore } from '../../_parts/and-more.tsx';
import { IncidentItem } from './incident-card.tsx';
import { BriefLines, Do, Line, type Seen, Who } from './incident-parts.tsx';
import { Ago, Moment, TimedText } from '../../_parts/moment.tsx';

type Many = Extract<PageModel['cards'][number], { readonly kind: 'many' }>;
type Properties = Seen & { readonly group: Many };

/** One card of many incidents of one check, with the first of them folded. */
export function ManyCard({ group, now, user }: Properties) {
  const { anchor, cards, ids, notNotified } = group;
  const [first] = cards;
  if (first === undefined) return null;
  return (
    <li className="incident" data-severity={first.incident.severity} id={anchor}>
      {/* The links of messages lead to an incident, and a browser may not open what is folded. */}
      {cards.map(({ incident }) => (
        <span key={incident.id} id={incident.id} />
      ))}
      <Cause group={group} now={now} />
      {notNotified > 0 && <p className="trouble">Nobody was told of {notNotified === ids.length ? 'them' : `${notNotified} of them`}.</p>}
      <Acts group={group} user={user} />
      <Folded group={group} now={now} user={user} />
    </li>
  );
}

/** What they have in common. */
function Cause({ group: { title, brief, since, holder, action, cards }, now }: Omit<Properties, 'user'>) {
  const [first] = cards;
  if (first === undefined) return null;
  const { severity, priority, check } = first.incident;
  return (
    <>
      <p className="tags">
        <span className="tag" data-severity={severity}>
          {priority} {check}
        </span>
      </p>
      <h3>
        <TimedText text={title} now={now} />
      </h3>
      <dl className="brief">
        <BriefLines lines={brief} now={now} />
        <Line label="Since">
          the first <Moment at={since} now={now} /> (<Ago at={since} now={now} />)
        </Line>
        <Who holder={holder} now={now} />
        {action !== null && <Do action={action} />}
      </dl>
    </>
  );
}

function Folded({ group: { cards, ids }, now, user }: Properties) {
  return (
    <details>
      <summary>{ids.length > cards.length ? `Show the first ${cards.length} of ${ids.length}` : `Show all ${ids.length}`}</summary>
      <ul>
        {cards.map((card) => (
          <IncidentItem key={card.incident.id} card={card} now={now} user={user} />
        ))}
      </ul>
      <AndMore of={ids.length} shown={cards.length} href="/incidents">
        all incidents
      </AndMore>
    </details>
  );
}

function Acts({ group: { runbook, atlas, toAcknowledge, toAcknowledgeInAll, cards }, user }: Omit<Properties, 'now'>) {
  const check = cards[0]?.incident.check ?? '';
  return (
    <div className="acts">
      <AcknowledgeAll ids={toAcknowledge} inAll={toAcknowledgeInAll} of={check} user={user} />
      <a href={runbook}>Runbook</a>
      {atlas !== null && <a href={atlas}>Atlas</a>}
    </div>
  );
}
