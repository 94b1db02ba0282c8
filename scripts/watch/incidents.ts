import { plural } from '../../lib/domain/text.ts';
import { DAY, type Instant, withShortTimes } from '../../lib/domain/time.ts';
import { addIncidentNote } from '../../lib/people/history/incident-notes.ts';
import { type IncidentsQuery, readIncidents } from '../../lib/wire/read-incidents.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { NAMES_MOST, table } from '../terminal/table.ts';
import type { Answer } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

/** `cursor`: the `next` of an earlier answer. */
type Asked = {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly timeline?: true | undefined;
};

/** `restorewatch incidents list`: what `GET /api/incidents` answers, as a table; with `timeline` each with its life. Throws an Error with words for people. */
export async function listIncidents({ from, to, limit, cursor, timeline }: Asked): Promise<Answer> {
  const now = Date.now();
  const begins = from ?? (to ?? now) - 30 * DAY;
  if (to !== undefined && begins > to) throw new Error('--from must not be after --to');
  const query: IncidentsQuery = { span: { from: begins, to: to ?? null }, limit, before: cursor ?? null };
  const data = await readIncidents(query);
  const rows = data.incidents.map((one) => {
    const { project, name } = { project: one.resource.projectName ?? '', name: one.resource.name };
    const ended = one.resolvedAt ?? one.state;
    return [
      one.openedAt,
      ended,
      one.priority,
      one.check,
      `${name}${project === '' ? '' : ` (${project})`}`,
      one.acknowledgedBy ?? '',
      one.id,
    ];
  });
  const lines = table(['OPENED', 'ENDED', 'PRIORITY', 'CHECK', 'ABOUT', 'ACKNOWLEDGED BY', 'ID'], rows, NAMES_MOST);
  const lives = data.incidents.map((one) =>
    [`  ${one.id}`, ...one.timeline.map(({ at, what, by }) => `    ${at}  ${what}${by === null ? '' : `, by ${by}`}`)].join('\n'),
  );
  const text = [
    ...(data.incidents.length === 0 ? ['no incident was open in that time'] : lines),
    ...(timeline ? lives : []),
    ...(data.next === null ? [] : [`there are more: --cursor ${data.next}`]),
  ];
  return { data, text: withShortTimes(text.join('\n'), now) };
}

type Noted = { readonly incident: string; readonly text: string; readonly by?: string | undefined };

/** `restorewatch incidents note`. Throws an Error with words for people. */
export async function noteIncident({ incident, text, by }: Noted): Promise<Answer> {
  const result = await addIncidentNote(await openPorts(), { incidentId: incident, text, by: userNamed(by), from: null });
  if (result === 'unknown')
    throw new Error(`there is no incident ${incident}, or it ended more than a day ago; restorewatch incidents list shows the ids`);
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return { data: { noted: result.id }, text: `noted; ${plural(text.length, 'character')}` };
}
