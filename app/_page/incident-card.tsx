import { Fragment, type ReactNode } from 'react';
import { plural } from '../../lib/domain/text.ts';
import type { PageModel } from '../../lib/render/page-model.ts';
import { Accept } from './acceptances.tsx';
import { Ago, Moment, TimedText } from './moment.tsx';
import { PostButton } from './post-button.tsx';
import { Timeline } from './timeline.tsx';

export type Card = PageModel['ended'][number];
type Incident = Card['incident'];
export type Seen = { readonly now: string; readonly user: string | null };

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
        <Since incident={incident} now={now} />
        {card.holder !== null && (
          <Line label="Who">
            <TimedText text={card.holder} now={now} />
          </Line>
        )}
        {state !== 'resolved' && incident.action !== '' && <Line label="Do">{incident.action}</Line>}
      </dl>
      {receipts.length === 0 && <p className="trouble">Nobody was told.</p>}
      <Acts card={card} user={user} />
      <Hidden card={card} now={now} />
      <More card={card} now={now} user={user} />
    </li>
  );
}

function Tags({ incident: { priority, check, severity, state, silencedBy } }: { readonly incident: Incident }) {
  return (
    <p className="tags">
      <span className="tag" data-severity={state === 'resolved' ? undefined : severity}>
        {priority} {check}
      </span>{' '}
      {state !== 'open' && <span className="tag">{state}</span>} {silencedBy !== null && <span className="tag">silenced</span>}
    </p>
  );
}

/** A line of a card below its title. */
export function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function BriefLines({ lines, now }: { readonly lines: Card['brief']; readonly now: string }) {
  return lines.map(({ label, text }) => (
    <Line key={label} label={label}>
      <TimedText text={text} now={now} />
    </Line>
  ));
}

function Since({ incident, now }: { readonly incident: Incident; readonly now: string }) {
  const { team, openedAt, startedAt, resolvedAt, resolution } = incident;
  const since = startedAt ?? openedAt;
  return (
    <Line label="Since">
      <Moment at={since} now={now} /> (<Ago at={since} now={now} />
      <Ago before=", seen " at={since === openedAt ? null : openedAt} now={now} />
      )
      <Ago before=", ended " at={resolvedAt} now={now} />
      {resolution !== null && (
        <>
          : <TimedText text={resolution} now={now} />
        </>
      )}
      {team !== null && `, team ${team}`}
    </Line>
  );
}

/** What can be done about it, in one row. */
function Acts({ card: { incident, runbook, clusterPath, atlas }, user }: { readonly card: Card; readonly user: string | null }) {
  const { id, state, resource, check } = incident;
  if (state === 'resolved') return null;
  const label = `Acknowledge: ${resource.name}, ${check}`;
  return (
    <div className="acts">
      {user !== null && state === 'open' && (
        <PostButton action={`/api/incidents/${encodeURIComponent(id)}/acknowledge`} name="Acknowledge" label={label} />
      )}
      <a href={runbook}>Runbook</a>
      {clusterPath !== null && <a href={clusterPath}>Cluster</a>}
      {atlas !== null && <a href={atlas}>Atlas</a>}
    </div>
  );
}

/** Clusters behind one blindness: the page is read at night. */
const SHOWN = 50;

/** The clusters that cannot be read because of it. */
function Hidden({ card: { hidden }, now }: { readonly card: Card; readonly now: string }) {
  if (hidden.length === 0) return null;
  return (
    <details>
      <summary>What was last known of {hidden.length === 1 ? 'the cluster' : `the ${hidden.length} clusters`}</summary>
      <ul className="rows">
        {hidden.slice(0, SHOWN).map(({ name, project, path, reach }) => (
          <li key={path}>
            <span>
              <a href={path}>{name}</a> <span className="soft">({project})</span>: <TimedText text={reach} now={now} />
            </span>
          </li>
        ))}
      </ul>
      {hidden.length > SHOWN && (
        <p className="soft">
          And {hidden.length - SHOWN} more: <a href="/clusters">all clusters</a>
        </p>
      )}
    </details>
  );
}

/** What it rests on, what was sent about it, what happened to it, and what else a responder can do. */
function More({ card, now, user }: Seen & { readonly card: Card }) {
  const { incident, receipts, timeline } = card;
  const trouble = receipts.filter(({ isTrouble }) => isTrouble).length;
  const notes = (timeline ?? []).filter(({ what }) => what.startsWith('note: ')).length;
  const hasHistory = timeline !== null && (timeline.length > 0 || user !== null);
  const parts = [
    ...(incident.evidence.length > 0 ? ['Evidence'] : []),
    ...(receipts.length > 0 ? [<Sent key="sent" trouble={trouble} />] : []),
    ...(hasHistory ? [`History${notes > 0 ? ` (${plural(notes, 'note')})` : ''}`] : []),
  ];
  if (parts.length === 0) return null;
  return (
    <details>
      <summary>
        {parts.map((part, index) => (
          <Fragment key={index}>
            {index > 0 && ' · '}
            {part}
          </Fragment>
        ))}
      </summary>
      <Evidence evidence={incident.evidence} now={now} />
      <Receipts receipts={receipts} />
      {hasHistory && <Timeline card={card} now={now} user={user} />}
      <Accept incident={incident} user={user} />
    </details>
  );
}

function Sent({ trouble }: { readonly trouble: number }) {
  return <>Messages{trouble > 0 && <span className="trouble"> ({trouble} not delivered)</span>}</>;
}

function Evidence({ evidence, now }: Pick<Incident, 'evidence'> & { readonly now: string }) {
  if (evidence.length === 0) return null;
  return (
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
  );
}

function Receipts({ receipts }: Pick<Card, 'receipts'>) {
  if (receipts.length === 0) return null;
  return (
    <ul className="receipts">
      {receipts.map(({ text, isTrouble }) => (
        <li key={text} className={isTrouble ? 'trouble' : undefined}>
          {text}
        </li>
      ))}
    </ul>
  );
}
