import type { CheckDefinition } from '../domain/check/check-definition.ts';
import type { CheckId } from '../domain/policy/policy.ts';
import { CHECK_IDS, CHECKS } from '../evaluate/checks/registry.ts';
import { type Command, commandsOf, type CommandValues, NOTHING_KNOWN } from '../domain/check/runbook-commands.ts';
import { type Guide, type GuideName, PROCEDURE_NAMES, SCENARIO_NAMES, type Step } from '../domain/check/runbook.ts';
import { RECOVERY_PROCEDURES } from './procedures-recovery.ts';
import { ROUTINE_PROCEDURES } from './procedures-routine.ts';
import { SCENARIOS } from './scenarios.ts';

/** A `GuideName`, or the id of a check. */
export type RunbookName = string;

export type Section = {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** In the order in which they are done. */
  readonly steps: readonly { readonly text: string; readonly commands: readonly Command[] }[];
  readonly points: readonly string[];
};

/** A runbook, ready to be rendered as a page, as Markdown or in the static copy. Text between backticks is code. */
export type RunbookDocument = {
  readonly name: RunbookName;
  readonly title: string;
  readonly sections: readonly Section[];
  readonly follow: readonly { readonly name: GuideName; readonly title: string }[];
};

const GUIDES: Readonly<Record<GuideName, Guide>> = { ...SCENARIOS, ...RECOVERY_PROCEDURES, ...ROUTINE_PROCEDURES };

/** Disasters first: that is what somebody in need looks for. */
export const RUNBOOK_GROUPS: readonly { readonly title: string; readonly names: readonly RunbookName[] }[] = [
  { title: 'Disasters', names: SCENARIO_NAMES },
  { title: 'Procedures', names: PROCEDURE_NAMES },
  { title: 'Alerts', names: CHECK_IDS },
];

/** The name if a runbook has it, else null. */
export function runbookNamed(name: string): RunbookName | null {
  return RUNBOOK_GROUPS.flatMap(({ names }) => names).find((one) => one === name) ?? null;
}

/** The runbook with the known `values` in its commands. Throws an Error if there is no runbook of this name. */
export function documentOf(name: RunbookName, values: CommandValues = NOTHING_KNOWN): RunbookDocument {
  const { title, sections, follow } = isGuide(name) ? guideBody(GUIDES[name], values) : checkBody(checkNamed(name), values);
  return { name, title, sections, follow: follow.map((one) => ({ name: one, title: GUIDES[one].title })) };
}

function isGuide(name: RunbookName): name is GuideName {
  return Object.hasOwn(GUIDES, name);
}

function checkNamed(name: CheckId): CheckDefinition {
  const check = CHECKS.find(({ id }) => id === name);
  if (!check) throw new Error(`runbooks: there is none called ${name}`);
  return check;
}

type RunbookBody = { readonly title: string; readonly sections: readonly Section[]; readonly follow: readonly GuideName[] };

function guideBody({ title, plan, when, within, steps, after, follow }: Guide, values: CommandValues): RunbookBody {
  const sections = [
    section('When', { paragraphs: [when, `${within} (Plan ${plan}.)`] }),
    section('What to do', { steps: filled(steps, values) }),
    section('What to check after', { points: after }),
  ];
  return { title, sections, follow };
}

function checkBody({ id, runbook }: CheckDefinition, values: CommandValues): RunbookBody {
  const { means, risk, steps, over, follow } = runbook;
  const sections = [
    section('What it means', { paragraphs: [means] }),
    section('What is at risk', { paragraphs: [risk] }),
    section('What to do now', { steps: filled(steps, values) }),
    section('When it is over', { paragraphs: [over] }),
  ];
  return { title: `Alert ${id}`, sections, follow };
}

function section(heading: string, content: Partial<Section>): Section {
  return { heading, paragraphs: [], steps: [], points: [], ...content };
}

function filled(steps: readonly Step[], values: CommandValues): Section['steps'] {
  return steps.map((step) => {
    const { text, commands } = typeof step === 'string' ? { text: step, commands: [] } : step;
    return { text, commands: commands.flatMap((id) => commandsOf(id, values)) };
  });
}

export type Inline = { readonly code: boolean; readonly text: string };

/** Splits a text of a runbook into plain text and, between backticks, code. */
export function inlineOf(text: string): readonly Inline[] {
  return text.split('`').flatMap((part, index) => (part === '' ? [] : [{ code: index % 2 === 1, text: part }]));
}
