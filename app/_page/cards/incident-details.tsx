import { Fragment } from 'react';
import { plural } from '../../../lib/domain/text.ts';
import { Accept } from '../../_parts/acceptances.tsx';
import { AndMore } from '../../_parts/and-more.tsx';
import { TimedText } from '../../_parts/moment.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';
import { Timeline } from '../../_parts/timeline.tsx';
import type { Card, Seen } from './incident-parts.tsx';

type Incident = Card['incident'];

/** Clusters behind one blindness: the page is read at night. */
const SHOWN = 50;

/** The clusters that cannot be read because of it. */
export function Hidden({ card: { hidden }, now }: { readonly card: Card; readonly now: string }) {
  if (hidden.length === 0) return null;
  return (
    <details>
      <summary>What was last known of {hidden.length === 1 ? 'the cluster' : `the ${hidden.length} clusters`}</summary>
      <ul className="rows">
        {hidden.slice(0, SHOWN).map(({ name, project, path, reach }) => (
          <li key={path}>
            <span>
              <a href={path}>{isolated(name)}</a> <span className="soft">({isolated(project)})</span>: <TimedText text={reach} now={now} />
            </span>
          </li>
        ))}
      </ul>
      <AndMore of={hidden.length} shown={SHOWN} href="/clusters">
        all clusters
      </AndMore>
    </details>
  );
}

/** What it rests on, what was sent about it, what happened to it, and what else a responder can do. */
export function More({ card, now, user }: Seen & { readonly card: Card }) {
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
          <dt>{isolated(label)}</dt>
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
          {isolated(text)}
        </li>
      ))}
    </ul>
  );
}
