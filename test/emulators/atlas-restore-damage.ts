import type { Content, StoredCollection } from './atlas-restore-data.ts';

export const DAMAGES = ['loses-collection', 'loses-index', 'loses-every-tenth', 'truncates-collection'] as const;
export type Damage = (typeof DAMAGES)[number];

type Damaged = { readonly content: Content; /** "shop.orders". */ readonly namespace: string | null };

/** What a restore that goes wrong so leaves of a backup: the fullest collection suffers (for an index, the fullest that has one). */
export function damaged(content: Content, damage: Damage): Damaged {
  const able = damage === 'loses-index' ? content.filter(({ indexes }) => indexes.length > 0) : content;
  const [victim] = able.toSorted((a, b) => b.documents.length - a.documents.length);
  if (victim === undefined) return { content, namespace: null };
  const left = content.flatMap((one) => (one === victim ? remains(victim, damage) : [one]));
  return { content: left, namespace: `${victim.database}.${victim.name}` };
}

function remains(victim: StoredCollection, damage: Damage): readonly StoredCollection[] {
  const { documents, indexes } = victim;
  switch (damage) {
    case 'loses-collection':
      return [];
    case 'loses-index':
      return [{ ...victim, indexes: indexes.slice(1) }];
    case 'loses-every-tenth':
      return [{ ...victim, documents: documents.filter((_, index) => index % 10 !== 9) }];
    case 'truncates-collection':
      return [{ ...victim, documents: documents.slice(0, Math.floor(documents.length / 2)) }];
  }
}
