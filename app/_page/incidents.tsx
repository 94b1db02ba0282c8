import type { PageModel } from '../../lib/page-model.ts';
import { Acknowledgement } from './acknowledgement.tsx';
import { Ago, Moment } from './moment.tsx';

type Incident = PageModel['status']['incidents'][number];
type Delivery = Incident['deliveries'][number];
type Now = { readonly now: string };
type Seen = Now & { readonly user: string | null };

const CHANNEL_NAMES: Readonly<Record<Delivery['channel'], string>> = { pagerduty: 'PagerDuty', sms: 'SMS', slack: 'Slack', email: 'Email' };

/** Incidents that are open, then those that ended lately, each with what was sent about it. */
export function Incidents({ incidents, now, user }: Seen & { readonly incidents: readonly Incident[] }) {
  const open = incidents.filter((incident) => incident.state !== 'resolved').toSorted(worstFirst);
  const ended = incidents.filter((incident) => incident.state === 'resolved');
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      {open.length === 0 && <p className="soft">None is open.</p>}
      <IncidentList incidents={open} now={now} user={user} />
      {ended.length > 0 && (
        <details>
          <summary>{ended.length} ended in the last 24 hours</summary>
          <IncidentList incidents={ended} now={now} user={user} />
        </details>
      )}
    </section>
  );
}

/** "P0" before "P1"; within one, the newest before the older. */
function worstFirst(a: Incident, b: Incident): number {
  if (a.priority !== b.priority) return a.priority < b.priority ? -1 : 1;
  return a.openedAt > b.openedAt ? -1 : 1;
}

function IncidentList({ incidents, now, user }: Seen & { readonly incidents: readonly Incident[] }) {
  return (
    <ul>
      {incidents.map((incident) => (
        <IncidentItem key={incident.id} incident={incident} now={now} user={user} />
      ))}
    </ul>
  );
}

function IncidentItem({ incident, now, user }: Seen & { readonly incident: Incident }) {
  const { severity, priority, state, resource, openedAt, resolvedAt } = incident;
  const since = incident.startedAt ?? openedAt;
  return (
    <li className="incident" data-severity={severity} data-state={state} id={incident.id}>
      <span className="tag" data-severity={state === 'resolved' ? undefined : severity}>
        {priority} {severity}
      </span>{' '}
      {state !== 'open' && <span className="tag">{state}</span>} {incident.silencedBy !== null && <span className="tag">silenced</span>}{' '}
      <h3>
        {resource.name}: {incident.summary}
      </h3>
      {state !== 'resolved' && incident.action !== '' && <p>{incident.action}</p>}
      <p className="soft">
        {incident.check}
        {resource.projectName !== null && `, project ${resource.projectName}`}
        {incident.team !== null && `, team ${incident.team}`}, since <Moment at={since} now={now} /> UTC (
        <Ago at={since} now={now} />
        {since !== openedAt && (
          <>
            , seen <Ago at={openedAt} now={now} />
          </>
        )}
        )
        {resolvedAt !== null && (
          <>
            , ended <Ago at={resolvedAt} now={now} />
            {incident.resolution !== null && `: ${incident.resolution}`}
          </>
        )}
      </p>
      <Acknowledgement incident={incident} now={now} user={user} />
      <Evidence evidence={incident.evidence} />
      <Deliveries deliveries={incident.deliveries} silencedBy={incident.silencedBy} now={now} />
    </li>
  );
}

function Evidence({ evidence }: Pick<Incident, 'evidence'>) {
  if (evidence.length === 0) return null;
  return (
    <details className="evidence">
      <summary>Evidence</summary>
      <dl>
        {evidence.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Deliveries({ deliveries, silencedBy, now }: Now & Pick<Incident, 'deliveries' | 'silencedBy'>) {
  if (deliveries.length === 0) return <p className="deliveries trouble">Nobody was told{silencedBy !== null && `: ${silencedBy}`}.</p>;
  return (
    <ul className="deliveries" aria-label="What was sent">
      {deliveries.map((delivery, index) => (
        <li key={index} className={isTrouble(delivery) ? 'trouble' : undefined}>
          {CHANNEL_NAMES[delivery.channel]} {delivery.kind}: {delivery.state}
          {delivery.acceptedAt !== null && (
            <>
              {' '}
              <Ago at={delivery.acceptedAt} now={now} />
            </>
          )}
          {delivery.acceptedAt === null &&
            delivery.attempts > 0 &&
            ` after ${delivery.attempts} ${delivery.attempts === 1 ? 'try' : 'tries'}`}
          {delivery.nextTryAt !== null && delivery.state !== 'accepted' && (
            <>
              , next try <Ago at={delivery.nextTryAt} now={now} />
            </>
          )}
          {isTrouble(delivery) && delivery.lastError !== null && ` (${delivery.lastError})`}
        </li>
      ))}
    </ul>
  );
}

function isTrouble({ state, attempts }: Delivery): boolean {
  return state === 'rejected' || state === 'unknown' || (state === 'owed' && attempts > 0);
}
