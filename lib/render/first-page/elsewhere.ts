import { plural } from '../../domain/text.ts';
import type { Instant } from '../../domain/time.ts';
import type { ShownChecklist } from '../checklist/checklist-json.ts';
import type { DeadLetter } from '../dead-letters.ts';
import type { StatusJson } from '../status-json.ts';

/** What another page says in full, in one line. Moments in `text` are ISO. */
export type ElsewhereLine = { readonly path: string; readonly name: string; readonly text: string; readonly isTrouble: boolean };

type ElsewhereParts = {
  readonly status: StatusJson;
  readonly deadLetters: readonly DeadLetter[];
  readonly checklist: ShownChecklist;
  /** Sources of restore tests by policy. */
  readonly planned: readonly { readonly project: string; readonly cluster: string }[];
  readonly now: Instant;
};

/** Pure: a line for each page that has more; nothing of a page that has nothing. */
export function elsewhere(parts: ElsewhereParts): readonly ElsewhereLine[] {
  return [...silencesLine(parts), alertPathLine(parts), restoreTestsLine(parts), checklistLine(parts)];
}

function silencesLine({ status: { silences, maintenance, acceptances }, now }: ElsewhereParts): readonly ElsewhereLine[] {
  const holding = silences.filter(({ from }) => Date.parse(from) <= now);
  const ends = holding.map(({ until }) => until).toSorted();
  const active = maintenance.flatMap(({ activeUntil }) => activeUntil ?? []).toSorted();
  const next = maintenance.flatMap(({ nextStart }) => nextStart ?? []).toSorted();
  const parts = [
    ...(holding.length === 0
      ? []
      : [`${plural(holding.length, 'silence')} ${holding.length === 1 ? 'holds and' : 'hold, the next'} ends ${ends[0]}`]),
    ...(silences.length > holding.length ? [`${silences.length - holding.length} to come`] : []),
    ...(active.length === 0
      ? []
      : [`${plural(active.length, 'maintenance window')} ${active.length === 1 ? 'holds' : 'hold'} until ${active[0]}`]),
    ...(active.length === 0 && next.length > 0 ? [`next maintenance ${next[0]}`] : []),
    ...(acceptances.length === 0 ? [] : [`${acceptances.length} accepted as it is`]),
  ];
  return parts.length === 0 ? [] : [{ path: '/silences', name: 'Silences', text: parts.join('; '), isTrouble: false }];
}

const VERDICTS = { running: 'is under way', passed: 'passed', failed: 'failed' } as const;

function alertPathLine({ status: { alertPath }, deadLetters }: ElsewhereParts): ElsewhereLine {
  const undelivered = deadLetters.length === 0 ? '' : `; ${plural(deadLetters.length, 'message')} not delivered`;
  const proof = alertPath === null ? 'never proven' : `the proof of ${alertPath.at} ${VERDICTS[alertPath.verdict]}`;
  const isTrouble = deadLetters.length > 0 || alertPath?.verdict === 'failed';
  return { path: '/alert-path', name: 'Alert path', text: `${proof}${undelivered}`, isTrouble };
}

function restoreTestsLine({ status: { recovery }, planned }: ElsewhereParts): ElsewhereLine {
  const { sources, underWay } = recovery;
  const proven = sources
    .flatMap(({ last, proven: one }) => (one === null ? [] : [{ ...one, holds: last.verdict !== 'failed' }]))
    .toSorted((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt));
  const newest = proven.at(-1);
  const isTested = ({ project, cluster }: ElsewhereParts['planned'][number]): boolean =>
    sources.some(({ name, projectId, projectName }) => name === cluster && (projectId === project || projectName === project));
  const untested = planned.filter((source) => !isTested(source)).length;
  const of = sources.length + untested;
  const failed = sources.filter(({ last }) => last.verdict !== 'passed').length;
  const parts = [
    of === 0 ? 'none is planned' : `${proven.filter(({ holds }) => holds).length} of ${plural(of, 'cluster')} proven`,
    ...(newest === undefined ? [] : [`the last ${newest.endedAt} by ${newest.plan}`]),
    ...(failed === 0 ? [] : [`the last test of ${failed} did not pass`]),
    ...(underWay.length === 0 ? [] : [`${underWay.length} under way`]),
  ];
  return { path: '/records', name: 'Restore tests', text: parts.join(', '), isTrouble: failed > 0 };
}

function checklistLine({ checklist: { items, setUp } }: ElsewhereParts): ElsewhereLine {
  const met = items.filter(({ state }) => state === 'met').length;
  const steps = setUp.done === setUp.of ? '' : `; set-up: ${setUp.done} of ${setUp.of} done`;
  return { path: '/checklist', name: 'Checklist', text: `${met} of ${items.length} met${steps}`, isTrouble: false };
}
