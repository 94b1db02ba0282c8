import { TimedText } from '../../_parts/moment.tsx';
import { Hidden, More } from './incident-details.tsx';
import { Acknowledge, BriefLines, type Card, Do, NotNotified, type Seen, Since, Tags, Who } from './incident-parts.tsx';

/** `id`: of its place on the page; absent where another element has it. */
type Properties = Seen & { readonly card: Card; readonly id?: string };

/** An incident: what is at risk, since when, who has it, what to do and where to read on. What it rests on is folded. */
export function IncidentItem({ card, id, now, user }: Properties) {
  const { incident, title, receipts } = card;
  const { severity, state } = incident;
  return (
    <li className="incident" data-severity={severity} data-state={state} id={id}>
      <Tags incident={incident} />
      <h3>
        <TimedText text={title} now={now} />
      </h3>
      <dl className="brief">
        <BriefLines lines={card.brief} now={now} />
        <Since incident={incident} team={incident.team} now={now} />
        <Who holder={card.holder} now={now} />
        {state !== 'resolved' && <Do action={incident.action} />}
      </dl>
      <NotNotified receipts={receipts} />
      <Acts card={card} user={user} />
      <Hidden card={card} now={now} />
      <More card={card} now={now} user={user} />
    </li>
  );
}

/** What can be done about it, in one row. */
function Acts({ card: { incident, runbook, clusterPath, atlas }, user }: { readonly card: Card; readonly user: string | null }) {
  if (incident.state === 'resolved') return null;
  return (
    <div className="acts">
      <Acknowledge incident={incident} user={user} />
      <a href={runbook}>Runbook</a>
      {clusterPath !== null && <a href={clusterPath}>Cluster</a>}
      {atlas !== null && <a href={atlas}>Atlas</a>}
    </div>
  );
}
