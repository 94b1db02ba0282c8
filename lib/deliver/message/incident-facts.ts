import type { Notification } from '../attempt/channel.ts';
import type { Evidence } from '../../domain/findings/finding.ts';
import type { RestorableMoments } from '../../domain/findings/recorded-view.ts';
import { lossInWords, lossReadInWords } from '../../domain/findings/restorable-words.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { byPlans } from '../../domain/recovery/restore-times.ts';
import { clean } from '../../domain/text.ts';
import { iso, type Instant, spell } from '../../domain/time.ts';

type Row = Evidence[number];

const [BACK_TO, ENDS_AT] = ['PITR reaches back to', 'PITR ends'];
/** The rows that a drawing of the window shows too. */
export const DRAWN: ReadonlySet<string> = new Set([BACK_TO, ENDS_AT]);

/**
 * What can be restored, how long that takes, and the check's evidence, each fact once: what `before`, the text above the facts, contains is left out, and so
 * is what an earlier row has.
 */
export function factsOf(notification: Notification, incident: Incident, before: string): Evidence {
  const isOver = incident.state === 'resolved';
  const evidence = isOver ? incident.evidence.map(([label, value]) => [`Then: ${label}`, value] as const) : incident.evidence;
  const rows = [...(isOver ? [] : restorableRows(notification, incident, before)), ...evidence, ...aboutRows(incident)];
  return rows
    .map(([label, value]): Row => [clean(label), clean(value)])
    .reduce<Evidence>((kept, row) => (isRepeated(row, before, kept) ? kept : [...kept, row]), []);
}

/** A shorter value, such as "7", may stand in another fact by chance. */
const TELLING = 3;

function isRepeated([, value]: Row, before: string, rows: Evidence): boolean {
  if (value === '') return true;
  return value.length >= TELLING && (before.includes(value) || rows.some(([, other]) => other === value));
}

function aboutRows({ resource, check, team }: Incident): Evidence {
  const project = resource.projectName ?? (resource.projectId === null ? null : resource.name);
  return [
    ...(resource.clusterId === null ? [] : [['Cluster', resource.name] as const]),
    ...(project === null ? [] : [['Project', project] as const]),
    ['Check', check],
    ...(team === undefined ? [] : [['Team', team] as const]),
  ];
}

function restorableRows({ now, restoreTook }: Notification, { restorable }: Incident, before: string): Evidence {
  if (!restorable?.until) return [];
  const took: Row = ['A restore takes', restoreTook ? tookInWords(restoreTook) : 'not measured yet'];
  return [
    ...lossRow(restorable, now, before),
    ...baseRows(restorable),
    ...windowRows(restorable, before),
    ...(restoreTook === undefined ? [] : [took]),
  ];
}

function tookInWords({ last, median, count, plans }: NonNullable<Notification['restoreTook']>): string {
  return count === 1
    ? `${spell(last)} (measured once${byPlans(plans)})`
    : `${spell(last)} the last time, median ${spell(median)} of ${count} restores${byPlans(plans)}`;
}

function lossRow(restorable: RestorableMoments, now: Instant, before: string): Evidence {
  const loss = lossInWords(restorable, now);
  const read = lossReadInWords(restorable, now);
  const isSaid = read === '' && before.includes(`the last ${loss}`);
  return loss === null || isSaid ? [] : [['Would be lost', `the last ${loss} of writes${read}`]];
}

function baseRows({ until }: RestorableMoments): Evidence {
  if (!until) return [];
  const expires = until.baseExpiresAt;
  return [
    ['Base snapshot', iso(until.base)],
    ...(expires === null ? [] : [[until.by === 'pitr' ? 'The base expires' : 'That snapshot expires', iso(expires)] as const]),
  ];
}

function windowRows({ window, until }: RestorableMoments, before: string): Evidence {
  if (window === null) return [];
  const breaks = window.breaks.filter(({ from, to }) => !(before.includes(iso(from)) && before.includes(iso(to))));
  const spans = breaks.map(({ from, to, cause }) => `${iso(from)} to ${iso(to)} (${cause})`).join('; ');
  return [
    [BACK_TO, iso(window.from)],
    ...(window.to === until?.at ? [] : [[ENDS_AT, iso(window.to)] as const]),
    ...(spans === '' ? [] : [['PITR cannot reach', spans] as const]),
  ];
}
