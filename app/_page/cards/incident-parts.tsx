import type { ReactNode } from 'react';
import type { PageModel } from '../../../lib/render/first-page/page-model.ts';
import { Ago, Moment, TimedText } from '../../_parts/moment.tsx';
import { PostButton } from '../../_parts/post-button.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';

export type Card = PageModel['ended'][number];
type Incident = Card['incident'];
export type Seen = { readonly now: string; readonly user: string | null };

/** What it is, and what became of it. */
export function Tags({ incident: { priority, check, severity, state, silencedBy } }: { readonly incident: Incident }) {
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

export function Who({ holder, now }: Pick<Card, 'holder'> & { readonly now: string }) {
  if (holder === null) return null;
  return (
    <Line label="Who">
      <TimedText text={holder} now={now} />
    </Line>
  );
}

export function Do({ action }: Pick<Incident, 'action'>) {
  return action === '' ? null : <Line label="Do">{isolated(action)}</Line>;
}

export function NotNotified({ receipts }: Pick<Card, 'receipts'>) {
  return receipts.length === 0 ? <p className="trouble">Nobody was told.</p> : null;
}

/** `team`: null where nobody in particular is notified, or another line says who is. */
export function Since({ incident, team, now }: { readonly incident: Incident; readonly team: string | null; readonly now: string }) {
  const { openedAt, startedAt, resolvedAt, resolution } = incident;
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

/** The button of one incident that nobody has acknowledged; nothing for somebody who may not. */
export function Acknowledge({ incident: { id, state, resource, check }, user }: Pick<Card, 'incident'> & Pick<Seen, 'user'>) {
  if (user === null || state !== 'open') return null;
  const label = `Acknowledge: ${resource.name}, ${check}`;
  return <PostButton action={`/api/incidents/${encodeURIComponent(id)}/acknowledge`} name="Acknowledge" label={label} />;
}
