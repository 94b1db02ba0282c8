import type { Standing } from '../../domain/findings/standing.ts';
import { type CardGroup, cardsIn } from './card-groups.ts';
import { clusterPath } from '../page-paths.ts';
import type { PageRow } from '../page-rows.ts';

/** A row of the list of clusters on the first page. */
export type ListedRow = {
  readonly row: PageRow;
  readonly path: string;
  /** The place of the card above that says all there is to say; null if none does. */
  readonly card: string | null;
};

/** Rows that are shown or folded together. `isQuiet`: nobody needs them at night, so many of them are folded. */
export type RowGroup = { readonly title: string; readonly isQuiet: boolean; readonly rows: readonly ListedRow[] };

const WELL: readonly Standing[] = ['kept', 'exempt'];

/**
 * Pure: the clusters in groups, first those of which no card says everything. Within a group they keep their order. `isWhole`: `rows` are all clusters. Where
 * they are only the most urgent, those that are well are left to the list of all.
 */
export function rowGroups(
  rows: readonly PageRow[],
  cards: readonly CardGroup[],
  { isWhole }: { readonly isWhole: boolean },
): readonly RowGroup[] {
  const places = placesOf(cards);
  const listed = rows.map((row): ListedRow => {
    const path = clusterPath(row.cluster.projectId, row.cluster.clusterId);
    return { row, path, card: placeOf(row, path, places) };
  });
  const alone = listed.filter(({ card }) => card === null);
  const unwell = alone.filter(({ row }) => !WELL.includes(row.cluster.standing));
  const well = isWhole ? alone : [];
  const isUnread = ({ row: { isBlindAsAbove, findings } }: ListedRow): boolean => isBlindAsAbove && findings.length === 0;
  const groups: readonly RowGroup[] = [
    { title: 'on no card', isQuiet: false, rows: unwell.filter((one) => !isUnread(one)) },
    { title: 'not read', isQuiet: true, rows: unwell.filter(isUnread) },
    { title: 'on a card above', isQuiet: true, rows: listed.filter(({ card }) => card !== null) },
    { title: 'as promised', isQuiet: true, rows: well.filter(({ row }) => row.cluster.standing === 'kept') },
    { title: 'exempt', isQuiet: true, rows: well.filter(({ row }) => row.cluster.standing === 'exempt') },
  ];
  return groups.filter((group) => group.rows.length > 0);
}

type Places = {
  /** By the id of an incident: where its card is. */
  readonly incidents: ReadonlyMap<string, string>;
  /** By the address of a cluster: where the card is that hides it. */
  readonly hidden: ReadonlyMap<string, string>;
};

function placesOf(groups: readonly CardGroup[]): Places {
  const hidden = groups.flatMap((group) => cardsIn(group).flatMap((card) => card.hidden.map(({ path }) => [path, group.anchor] as const)));
  const ids = groups.flatMap((group) => idsIn(group).map((id) => [id, group.anchor] as const));
  return { incidents: new Map(ids), hidden: new Map(hidden) };
}

/** Of all incidents that a card is about, also of those that it does not show. */
function idsIn(group: CardGroup): readonly string[] {
  return group.kind === 'many' ? group.ids : cardsIn(group).map(({ incident }) => incident.id);
}

/** Null also if a card says only a part of it. */
function placeOf({ findings }: PageRow, path: string, { incidents, hidden }: Places): string | null {
  const [first] = findings;
  if (first === undefined) return hidden.get(path) ?? null;
  return findings.every(({ incident }) => incident !== null) ? (incidents.get(first.incident ?? '') ?? null) : null;
}
