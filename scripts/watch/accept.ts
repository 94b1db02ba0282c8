import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { clean } from '../../lib/domain/text.ts';
import { iso, withShortTimes } from '../../lib/domain/time.ts';
import { acceptIncident, endAcceptance } from '../../lib/people/acceptances.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { readStatus } from '../../lib/wire/recorded-state.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import type { Answer } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

type Asked = {
  readonly cluster?: string | undefined;
  readonly project?: string | undefined;
  readonly why?: string | undefined;
  readonly by?: string | undefined;
  readonly end?: string | undefined;
  readonly list?: true | undefined;
};

/** `restorewatch accept`: accepts what the one open incident of a cluster that can be accepted says. Throws an Error with words for people. */
export async function accept(asked: Asked): Promise<Answer> {
  if (asked.list) return listed();
  const ports = await openPorts();
  const by = userNamed(asked.by);
  if (asked.end !== undefined) {
    if (!(await endAcceptance(ports, asked.end, by)))
      throw new Error(`there is none with the id ${asked.end}; --list shows those there are`);
    return { data: { ended: asked.end }, text: 'taken back; the next check tells what is still weakened' };
  }
  const incident = await incidentOf(ports, asked);
  const result = await acceptIncident(ports, { incidentId: incident.id, by, why: asked.why ?? '' });
  if (result.outcome !== 'accepted') throw new Error(result.problems.join('; '));
  await result.notify();
  const { made } = result;
  const text = [`accepted: ${clean(incident.summary)}`, `to take it back: restorewatch accept --end ${made.id}`].join('\n');
  return { data: { made: { ...made, at: iso(made.at) }, incident: incident.id }, text };
}

/** Throws an Error if there is none, or more than one. */
async function incidentOf({ store }: Ports, { cluster = '', project }: Asked): Promise<Incident> {
  const { head } = await store.readHead();
  const open = (head?.incidents ?? []).filter(({ state, acceptable = [], resource }) => {
    const isThere = resource.clusterId === cluster || (resource.clusterId !== null && resource.name === cluster);
    const isIn = project === undefined || resource.projectId === project || resource.projectName === project;
    return state !== 'resolved' && acceptable.length > 0 && isThere && isIn;
  });
  const [first, second] = open;
  if (first === undefined)
    throw new Error(`no open incident about cluster ${clean(cluster)} can be accepted; \`restorewatch status\` shows what is open`);
  if (second === undefined) return first;
  const projects = [...new Set(open.map(({ resource }) => clean(resource.projectName ?? '')))];
  throw new Error(`several clusters have this name, in ${projects.join(' and ')}: say which by --project`);
}

async function listed(): Promise<Answer> {
  const { acceptances, generatedAt } = await readStatus({ limit: 1, cursor: null });
  const lines = acceptances.map(({ id, check, resource, parts, by, at, why }) => {
    const what = parts.map(({ words }) => words).join('; ');
    return [id, `${check} of ${resource.projectName}/${resource.name}`, what, `${by} at ${at}: ${why}`]
      .map((cell) => clean(cell))
      .join('  ');
  });
  const text = lines.length === 0 ? 'nothing is accepted' : lines.map((line) => withShortTimes(line, Date.parse(generatedAt))).join('\n');
  return { data: { acceptances }, text };
}
