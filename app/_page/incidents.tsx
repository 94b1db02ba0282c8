import type { PageModel } from '../../lib/render/page-model.ts';
import { type Card, IncidentItem, type Seen } from './incident-card.tsx';
import { ManyCards } from './many-cards.tsx';

/** What needs a person: one card a cause. */
export function Incidents({ cards, now, user }: Seen & Pick<PageModel, 'cards'>) {
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      {cards.length === 0 && <p className="soft">None is open.</p>}
      <ul>
        {cards.map((group) =>
          group.kind === 'many' ? (
            <ManyCards key={group.anchor} group={group} now={now} user={user} />
          ) : (
            <IncidentItem key={group.anchor} id={group.anchor} card={group.card} now={now} user={user} />
          ),
        )}
      </ul>
    </section>
  );
}

/** Incidents that ended lately: what no card says. */
export function Ended({ cards, now, user }: Seen & { readonly cards: readonly Card[] }) {
  if (cards.length === 0) return null;
  return (
    <section aria-labelledby="ended">
      <h2 id="ended">Since yesterday</h2>
      <details>
        <summary>{cards.length} ended in the last 24 hours</summary>
        <ul>
          {cards.map((card) => (
            <IncidentItem key={card.incident.id} id={card.incident.id} card={card} now={now} user={user} />
          ))}
        </ul>
      </details>
    </section>
  );
}
