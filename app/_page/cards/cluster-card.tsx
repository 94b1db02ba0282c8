import type { PageModel } from '../../../lib/render/first-page/page-model.ts';
import { TimedText } from '../../_parts/moment.tsx';
import { AcknowledgeAll } from './acknowledge-all.tsx';
import { More } from './incident-details.tsx';
import { Acknowledge, BriefLines, type Card, Do, Line, NotNotified, type Seen, Since, Tags, Who } from './incident-parts.tsx';

type ClusterGroup = Extract<PageModel['cards'][number], { readonly kind: 'cluster' }>;
type Shared = Pick<ClusterGroup, 'team'> & { readonly hasAction: boolean };

/** Several incidents of one cluster: what they share once, and below it what each alone says. */
export function ClusterCard({ group, now, user }: Seen & { readonly group: ClusterGroup }) {
  const { anchor, title, brief, holder, path, atlas, cards, toAcknowledge, action, team } = group;
  return (
    <li className="incident" data-severity={cards[0]?.incident.severity} id={anchor}>
      <h3>
        <TimedText text={title} now={now} />
      </h3>
      <dl className="brief">
        <BriefLines lines={brief} now={now} />
        <Who holder={holder} now={now} />
        {team !== null && <Line label="Team">{team}</Line>}
        {action !== null && <Do action={action} />}
      </dl>
      <div className="acts">
        {toAcknowledge.length > 1 && <AcknowledgeAll ids={toAcknowledge} of={cards[0]?.incident.resource.name ?? ''} user={user} />}
        <a href={path}>Cluster</a>
        {atlas !== null && <a href={atlas}>Atlas</a>}
      </div>
      <ul className="parts">
        {cards.map((card, index) => {
          const isRepeated = action !== null || cards.slice(0, index).some(({ incident }) => incident.action === card.incident.action);
          return <Part key={card.incident.id} card={card} shared={{ hasAction: !isRepeated, team }} now={now} user={user} />;
        })}
      </ul>
    </li>
  );
}

/** One of the incidents. */
function Part({ card, shared, now, user }: Seen & { readonly card: Card; readonly shared: Shared }) {
  const { incident, title, holder, runbook, receipts } = card;
  return (
    <li data-severity={incident.severity} data-state={incident.state} id={incident.id}>
      <Tags incident={incident} />
      <h4>
        <TimedText text={title} now={now} />
      </h4>
      <dl className="brief">
        <Since incident={incident} team={shared.team === null ? incident.team : null} now={now} />
        <Who holder={holder} now={now} />
        {shared.hasAction && <Do action={incident.action} />}
      </dl>
      <NotNotified receipts={receipts} />
      <div className="acts">
        <Acknowledge incident={incident} user={user} />
        <a href={runbook}>Runbook</a>
      </div>
      <More card={card} now={now} user={user} />
    </li>
  );
}
