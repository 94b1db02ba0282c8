import { join } from 'node:path';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { DrillScenario } from '../../lib/domain/recovery/restore-test.ts';
import { clean } from '../../lib/domain/text.ts';
import { type Instant, iso, withShortTimes } from '../../lib/domain/time.ts';
import {
  activeDrills,
  addFollowUp,
  addLesson,
  checklist,
  chosenDrill,
  closeFollowUp,
  type PortsWithSecrets,
  drillsIn,
  endOfDay,
  followDrill,
  latestEnded,
  markdownOf,
  openForDrills,
  readReport,
  reportStep,
  startDrill,
} from '../../lib/wire/drills.ts';
import { recoveryJson } from '../../lib/render/recovery-json.ts';
import { interruptible, type Interruption } from '../process/interruption.ts';
import type { Screen } from '../terminal/screen.ts';
import type { Answer } from '../terminal/terminal.ts';
import { makePrivateFolder, writePrivately } from '../process/private-file.ts';
import { userNamed } from '../terminal/words.ts';

type Asked = {
  readonly scenario?: DrillScenario | undefined;
  readonly checklist?: true | undefined;
  readonly step?: number | undefined;
  readonly advance?: true | undefined;
  readonly list?: true | undefined;
  readonly out: string;
} & { readonly [Name in 'target' | 'by' | 'note' | 'lesson' | 'followUp' | 'due' | 'close' | 'id']?: string | undefined };

/** `restorewatch drill`. */
export async function drill(terminal: Screen, asked: Asked): Promise<Answer> {
  const ports = await openForDrills();
  const by = userNamed(asked.by);
  if (asked.step !== undefined) return reported(ports, asked, by);
  if (asked.scenario !== undefined) return begun(ports, terminal, { ...asked, scenario: asked.scenario }, by);
  if (asked.checklist) return shownChecklist(await tabletop(ports));
  if (asked.advance) return advance(ports, terminal, asked);
  if (asked.list) return listed(ports);
  if (asked.close === undefined) return afterwards(ports, asked, by);
  await closeFollowUp(ports, asked.close, by);
  return { data: { closed: asked.close }, text: `closed: ${asked.close}` };
}

type Begun = Pick<Asked, 'target' | 'out'> & { readonly scenario: DrillScenario };

async function begun(ports: PortsWithSecrets, terminal: Screen, { scenario, target, out }: Begun, by: string): Promise<Answer> {
  const chosen = chosenDrill(ports.policy.general, { scenario, target });
  const id = await startDrill(ports, chosen, by);
  return chosen.scenario === 'breach' ? shownChecklist(await tabletop(ports)) : followed(ports, terminal, id, out);
}

/** The tabletop that is under way. */
async function tabletop({ store }: PortsWithSecrets) {
  const { head } = await store.readHead();
  return head ? activeDrills(head).find(({ scenario }) => scenario === 'breach') : undefined;
}

function shownChecklist(open: Awaited<ReturnType<typeof tabletop>>): Answer {
  const lines = checklist(open ?? { steps: [] });
  const next = open
    ? 'Report a step: --scenario breach --step N --by NAME --note "…"'
    : 'No tabletop is under way: --scenario breach begins one';
  return { data: { drill: open?.id ?? null, checklist: lines }, text: [...lines, next].join('\n') };
}

async function reported(ports: PortsWithSecrets, { step = 0, note = '', out }: Asked, by: string): Promise<Answer> {
  const open = await tabletop(ports);
  if (!open) throw new Error('no tabletop is under way; --scenario breach without --step begins one');
  const known = await reportStep(ports, open.id, { step, by, note });
  return known?.verdict === 'passed' ? written(ports, open.id, out) : shownChecklist(known);
}

async function advance(ports: PortsWithSecrets, terminal: Screen, { out }: Asked): Promise<Answer> {
  const { head } = await ports.store.readHead();
  const open = head ? activeDrills(head).filter(({ scenario }) => scenario !== 'breach') : [];
  if (open.length === 0) return { data: { ended: [] }, text: 'nothing is under way' };
  const answers: Ended[] = [];
  for (const { id } of open) answers.push(await followed(ports, terminal, id, out));
  const code = Math.max(...answers.map((answer) => answer.code));
  return { data: { ended: answers.map(({ data }) => data) }, text: answers.map(({ text }) => text).join('\n'), code };
}

type Ended = { readonly data: unknown; readonly text: string; readonly code: number };

/** The first Ctrl-C undoes what is under way, an outage above all, and ends the drill; the second one ends only this process. */
function followed(ports: PortsWithSecrets, { say }: Screen, id: string, out: string): Promise<Ended> {
  const left = `left under way; /api/cron/dispatch, or --advance, moves it on and ends what it began (${id})`;
  const following = async ({ signal, code }: Interruption): Promise<Ended> => {
    signal.addEventListener('abort', () => say('stopping: what is under way is undone first (Ctrl-C again leaves it to the crons)'));
    say(`drill ${id}`);
    if (await followDrill(ports, id, { say, signal })) return written(ports, id, out);
    const text = 'Atlas was asked for the restore already: it goes on; the crons, or --advance, see it to its end';
    return { data: { id, verdict: null }, text, code: code() };
  };
  return interruptible(following, () => say(left));
}

/** Writes the report. Throws Error where there is none, or the drill was refused. */
async function written(ports: PortsWithSecrets, id: string, out: string): Promise<Ended> {
  const report = await readReport(ports, id);
  if (report === null) throw new Error(`there is no drill ${id} in the log`);
  if (report.verdict === 'refused') throw new Error(report.summary);
  await makePrivateFolder(out);
  const path = join(out, report.id);
  await writePrivately(`${path}.md`, markdownOf(report));
  await writePrivately(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  const text = `${report.verdict}: ${report.summary}\nreport: ${path}.md and .json`;
  return { data: report, text, code: report.verdict === 'passed' ? 0 : 1 };
}

async function afterwards(ports: PortsWithSecrets, { lesson, followUp, due, out, ...asked }: Asked, by: string): Promise<Answer> {
  const { head } = await ports.store.readHead();
  const id = asked.id ?? (head ? latestEnded(drillsIn(head))?.id : undefined);
  if (lesson !== undefined) await addLesson(ports, { text: lesson, by, drill: id });
  const until = due === undefined ? null : endOfDay(due);
  const opened = followUp === undefined ? null : await addFollowUp(ports, { text: followUp, by, drill: id, due: until });
  if (id === undefined) throw new Error('no drill has ended yet');
  const { data, text } = await written(ports, id, out);
  return opened === null ? { data, text } : { data: { opened, report: data }, text: `opened: ${opened}\n${text}` };
}

async function listed({ store, now }: PortsWithSecrets): Promise<Answer> {
  const { head } = await store.readHead();
  if (!head) return { data: { underWay: [], ended: [], refused: [], followUps: [] }, text: 'nothing is recorded yet' };
  const { ended, followUps, refusals } = drillsIn(head);
  const underWay = activeDrills(head);
  const lines = [
    ...underWay.map(
      ({ id, phase, startedAt, troubles }) =>
        `${id}: under way since ${iso(startedAt)}, phase ${phase}${troubles === null ? '' : `: ${troubles.last}`}`,
    ),
    ...ended.map(({ id, at, verdict, summary }) => `${id}: ${iso(at)} ${verdict}: ${summary}`),
    ...Object.entries(refusals).map(([plan, { at, why }]) => `${plan}: refused since ${iso(at)}: ${why}`),
    ...followUps.map(
      ({ id, text, due, drill: about }) => `${id}: ${text}${due === null ? '' : ` (by ${iso(due).slice(0, 10)})`}, of ${about}`,
    ),
  ];
  const text = lines.length === 0 ? 'no drill was ever done' : lines.map((line) => withShortTimes(clean(line), now())).join('\n');
  return { data: listedJson(head, now()), text };
}

function listedJson(head: Head, now: Instant) {
  const { drills, followUps } = recoveryJson(head, now);
  return {
    underWay: activeDrills(head).map(({ id, scenario, plan, by, phase, startedAt, troubles }) => ({
      id,
      scenario,
      plan,
      by,
      phase,
      startedAt: iso(startedAt),
      trouble: troubles?.last ?? null,
    })),
    ended: drills,
    refused: Object.entries(drillsIn(head).refusals).map(([plan, { at, why }]) => ({ plan, at: iso(at), why })),
    followUps,
  };
}
