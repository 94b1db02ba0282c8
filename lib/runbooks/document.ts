import { CHECK_IDS, type CheckId } from '../domain/policy.ts';
import { RUNBOOKS } from './checks.ts';
import { type Command, commandsOf, type CommandValues, NOTHING_KNOWN } from './commands.ts';
import { type Guide, type GuideName, PROCEDURE_NAMES, SCENARIO_NAMES, type Step } from './guide.ts';
import { PROCEDURES } from './procedures.ts';
import { SCENARIOS } from './scenarios.ts';

export type RunbookName = GuideName | CheckId;

export type Section = {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** To be done in this order. */
  readonly steps: readonly { readonly text: string; readonly commands: readonly Command[] }[];
  readonly points: readonly string[];
};

/** A runbook ready to be rendered: as a page, as Markdown, as part of the static copy. Text between backticks is code. */
export type RunbookDocument = {
  readonly name: RunbookName;
  readonly title: string;
  readonly sections: readonly Section[];
  readonly follow: readonly { readonly name: GuideName; readonly title: string }[];
};

const GUIDES: Readonly<Record<GuideName, Guide>> = { ...SCENARIOS, ...PROCEDURES };

/** In the order of need: what happened, what to do, which alert it was. */
export const RUNBOOK_GROUPS: readonly { readonly title: string; readonly names: readonly RunbookName[] }[] = [
  { title: 'Disasters', names: SCENARIO_NAMES },
  { title: 'Procedures', names: PROCEDURE_NAMES },
  { title: 'Alerts', names: CHECK_IDS },
];

/** Null where no runbook is called so. */
export function runbookNamed(name: string): RunbookName | null {
  return RUNBOOK_GROUPS.flatMap(({ names }) => names).find((one) => one === name) ?? null;
}

/** The runbook with its commands filled in as far as `values` are known. */
export function documentOf(name: RunbookName, values: CommandValues = NOTHING_KNOWN): RunbookDocument {
  const { title, sections, follow } = isGuide(name) ? guideParts(GUIDES[name], values) : checkParts(name, values);
  return { name, title, sections, follow: follow.map((one) => ({ name: one, title: GUIDES[one].title })) };
}

function isGuide(name: RunbookName): name is GuideName {
  return name in GUIDES;
}

type Parts = { readonly title: string; readonly sections: readonly Section[]; readonly follow: readonly GuideName[] };

function guideParts({ title, plan, when, within, steps, after, follow }: Guide, values: CommandValues): Parts {
  const sections = [
    section('When', { paragraphs: [when, `${within} (Plan ${plan}.)`] }),
    section('What to do', { steps: filled(steps, values) }),
    section('What to check after', { points: after }),
  ];
  return { title, sections, follow };
}

function checkParts(check: CheckId, values: CommandValues): Parts {
  const { means, risk, steps, over, follow } = RUNBOOKS[check];
  const sections = [
    section('What it means', { paragraphs: [means] }),
    section('What is at risk', { paragraphs: [risk] }),
    section('What to do now', { steps: filled(steps, values) }),
    section('When it is over', { paragraphs: [over] }),
  ];
  return { title: `Alert ${check}`, sections, follow };
}

function section(heading: string, said: Partial<Section>): Section {
  return { heading, paragraphs: [], steps: [], points: [], ...said };
}

function filled(steps: readonly Step[], values: CommandValues): Section['steps'] {
  return steps.map(({ text, commands }) => ({ text, commands: commands.flatMap((id) => commandsOf(id, values)) }));
}
