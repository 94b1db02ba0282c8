import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { iso } from '../lib/domain/time.ts';
import {
  activeDrills,
  addFollowUp,
  addLesson,
  checklist,
  chosenDrill,
  closeFollowUp,
  drillIn,
  type DrillParts,
  drillsIn,
  endOfDay,
  followDrill,
  latestEnded,
  markdownOf,
  openForDrills,
  readReport,
  reportStep,
  startDrill,
} from '../lib/wire-drills.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run drill -- --scenario primary-failure|region-outage|corruption|deletion [--target CLUSTER] [--by NAME] [--out DIR]
npm run drill -- --scenario breach [--step N --by NAME --note "…"]   the tabletop: without --step its checklist
npm run drill -- --advance                                           move on those under way, until they end
npm run drill -- --list                                              under way, done, refused, and open follow-ups
npm run drill -- --lesson "…" [--id DRILL]                           add to a report (the last drill's)
npm run drill -- --follow-up "…" [--due YYYY-MM-DD] [--id DRILL]     open a follow-up;  --close ID closes it
npm run drill -- --report [--id DRILL] [--out DIR]                   write a report again`;

const OPTIONS = {
  scenario: { type: 'string' },
  target: { type: 'string' },
  by: { type: 'string' },
  out: { type: 'string' },
  step: { type: 'string' },
  note: { type: 'string' },
  advance: { type: 'boolean' },
  list: { type: 'boolean' },
  lesson: { type: 'string' },
  'follow-up': { type: 'string' },
  due: { type: 'string' },
  close: { type: 'string' },
  report: { type: 'boolean' },
  id: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ readonly options: typeof OPTIONS }>>['values'];

async function run(): Promise<number> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  const asked = ['scenario', 'advance', 'list', 'lesson', 'follow-up', 'close', 'report'] as const;
  if (asked.filter((name) => values[name] !== undefined).length !== 1) throw new Error(USAGE);
  const parts = await openForDrills();
  const by = values.by ?? process.env['USER'] ?? 'command line';
  if (values.scenario !== undefined) return drill(parts, values, by);
  if (values.advance) return advance(parts, values);
  if (values.list) return say(await listed(parts));
  if (values.close !== undefined) {
    await closeFollowUp(parts, values.close, by);
    return say(`closed: ${values.close}`);
  }
  return afterwards(parts, values, by);
}

async function drill(parts: DrillParts, values: Values, by: string): Promise<number> {
  const { scenario = '', target, step, note = '' } = values;
  const chosen = chosenDrill(parts.policy.general, { scenario, target });
  const report = step === undefined ? null : numberOf(step);
  const id = await startDrill(parts, chosen, by);
  if (chosen.scenario !== 'breach') return followed(parts, id, values);
  const known =
    report === null ? drillIn((await parts.store.readHead()).head ?? fail(), id) : await reportStep(parts, id, { step: report, by, note });
  say(checklist(known ?? { steps: [] }).join('\n'));
  return known?.verdict === 'passed' ? written(parts, id, values) : say('Report a step: --scenario breach --step N --by NAME --note "…"');
}

function numberOf(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new Error('drill: --step: the number of the step, as 1');
  return Number(text);
}

function fail(): never {
  throw new Error('drill: the store holds nothing');
}

async function advance(parts: DrillParts, values: Values): Promise<number> {
  const { head } = await parts.store.readHead();
  const open = head ? activeDrills(head).filter(({ scenario }) => scenario !== 'breach') : [];
  if (open.length === 0) return say('nothing is under way');
  const codes: number[] = [];
  for (const { id } of open) codes.push(await followed(parts, id, values));
  return Math.max(...codes);
}

/** The first Ctrl-C undoes what is under way, an outage above all, and ends the drill; the second ends only us. */
async function followed(parts: DrillParts, id: string, values: Values): Promise<number> {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) {
      process.stderr.write(`drill: left under way; /api/cron/dispatch, or --advance, moves it on and ends what it began (${id})\n`);
      process.exit(130);
    }
    process.stderr.write('drill: stopping: what is under way is undone first (Ctrl-C again leaves it to the crons)\n');
    stop.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    say(`drill ${id}`);
    if (await followDrill(parts, id, { say, signal: stop.signal })) return await written(parts, id, values);
    say('Atlas was asked for the restore already: it goes on; the crons, or --advance, see it to its end');
    return 130;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** Writes the report and says how the drill ended; 0 where it passed. */
async function written(parts: DrillParts, id: string, { out = './drills' }: Values): Promise<number> {
  const report = await readReport(parts, id);
  if (report === null) throw new Error(`drill: there is no drill ${id} in the log`);
  if (report.verdict === 'refused') {
    process.stderr.write(`drill: ${report.summary}\n`);
    return 1;
  }
  await mkdir(out, { recursive: true });
  await writeFile(join(out, `${report.id}.md`), markdownOf(report));
  await writeFile(join(out, `${report.id}.json`), `${JSON.stringify(report, null, 2)}\n`);
  say(`${report.verdict}: ${report.summary}\nreport: ${join(out, `${report.id}.md`)} and .json`);
  return report.verdict === 'passed' ? 0 : 1;
}

async function afterwards(parts: DrillParts, values: Values, by: string): Promise<number> {
  const { head } = await parts.store.readHead();
  const id = values.id ?? (head ? latestEnded(drillsIn(head))?.id : undefined);
  if (values.lesson !== undefined) await addLesson(parts, { text: values.lesson, by, drill: id });
  if (values['follow-up'] !== undefined) {
    const due = values.due === undefined ? null : endOfDay(values.due);
    if (values.due !== undefined && due === null) throw new Error('drill: --due: a day, as 2026-12-01');
    say(`opened: ${await addFollowUp(parts, { text: values['follow-up'], by, drill: id, due })}`);
  }
  if (id === undefined) throw new Error('drill: no drill has ended yet');
  await written(parts, id, values);
  return 0;
}

async function listed({ store }: DrillParts): Promise<string> {
  const { head } = await store.readHead();
  if (!head) return 'nothing is recorded yet';
  const { ended, followUps, refusals } = drillsIn(head);
  const lines = [
    ...activeDrills(head).map(
      ({ id, phase, startedAt, troubles }) =>
        `${id}: under way since ${iso(startedAt)}, phase ${phase}${troubles === null ? '' : `: ${troubles.last}`}`,
    ),
    ...ended.map(({ id, at, verdict, summary }) => `${id}: ${iso(at)} ${verdict}: ${summary}`),
    ...Object.entries(refusals).map(([plan, { at, why }]) => `${plan}: refused since ${iso(at)}: ${why}`),
    ...followUps.map(
      ({ id, text, due, drill: about }) => `${id}: ${text}${due === null ? '' : ` (by ${iso(due).slice(0, 10)})`}, of ${about}`,
    ),
  ];
  return lines.length === 0 ? 'no drill was ever done' : lines.join('\n');
}

function say(words: string): number {
  process.stdout.write(`${words}\n`);
  return 0;
}

run().then(
  (code) => void (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'drill: failed'}\n`);
    process.exitCode = 1;
  },
);
