import type { PageModel } from '../../../lib/render/first-page/page-model.ts';
import { AndMore } from '../../_parts/and-more.tsx';
import { ClusterCard } from './cluster-card.tsx';
import { IncidentItem } from './incident-card.tsx';
import type { Card, Seen } from './incident-parts.tsx';
import { ManyCard } from './many-card.tsx';

/** What needs a person: one card a cause. */
export function Incidents({ cards, now, user }: Seen & Pick<PageModel, 'cards'>) {
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      {cards.length === 0 && <p className="soft">None is open.</p>}
      <ul>
        {cards.map((group) => (
          <Group key={group.anchor} group={group} now={now} user={user} />
        ))}
      </ul>
    </section>
  );
}

function Group({ group, ...seen }: Seen & { readonly group: PageModel['cards'][number] }) {
  if (group.kind === 'many') return <ManyCard group={group} {...seen} />;
  if (group.kind === 'cluster') return <ClusterCard group={group} {...seen} />;
  return <IncidentItem id={group.anchor} card={group.card} {...seen} />;
}

/** Incidents that ended lately: what no card says. */
export function Ended({ cards, inAll, now, user }: Seen & { readonly cards: readonly Card[]; readonly inAll: number }) {
  if (cards.length === 0) return null;
  return (
    <section aria-labelledby="ended">
      <h2 id="ended">Since yesterday</h2>
      <details>
        <summary>{inAll} ended in the last 24 hours</summary>
        <ul>
          {cards.map((card) => (
            <IncidentItem key={card.incident.id} id={card.incident.id} card={card} now={now} user={user} />
          ))}
        </ul>
        <AndMore of={inAll} shown={cards.length} href="/incidents?state=ended">
          all incidents
        </AndMore>
      </details>
    </section>
  );
}
