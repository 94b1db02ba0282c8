import type { ChecklistItem, SetUpStep } from '../../domain/incidents/recorded-checklist.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { GeneralPolicy } from '../../domain/policy/policy.ts';
import { cleanAll } from '../../domain/text.ts';
import { type Duration, type Instant, iso } from '../../domain/time.ts';
import { isStale } from '../status.ts';
import { itemRules } from './items.ts';

/** The checklist as it stands at a moment, for page and JSON. Times are ISO 8601 in UTC. */
export type ShownChecklist = {
  /** The last complete check, which all of it was computed from; null if there is none. */
  readonly run: { readonly runId: string; readonly startedAt: string } | null;
  readonly stale: boolean;
  readonly items: readonly ShownItem[];
  readonly setUp: { readonly done: number; readonly of: number; readonly steps: readonly SetUpStep[] };
};

/** `since`: null before the first check. */
export type ShownItem = Omit<ChecklistItem, 'since'> & { readonly since: string | null };

/** `GET /api/checklist` (docs/contract.md, clause 12). In a piece of evidence the address of what shows it, on our own page, follows in brackets. */
export type ChecklistJson = Omit<ShownChecklist, 'items'> & {
  readonly generatedAt: string;
  readonly items: readonly (Omit<ShownItem, 'evidence'> & { readonly evidence: readonly string[] })[];
};

export type ChecklistRequest = {
  readonly now: Instant;
  readonly checkInterval: Duration;
  readonly general: Pick<GeneralPolicy, 'checklist'>;
};

/**
 * Pure: the recorded checklist as it may be shown at `now`. When the last complete check is too old, nothing is met any more: it is unknown. What was not met
 * stays so until a check has seen it mended.
 */
export function shownChecklist(head: Head | null, { now, checkInterval, general }: ChecklistRequest): ShownChecklist {
  const recorded = head?.checklist;
  if (!recorded)
    return { run: null, stale: true, items: itemRules(general).map((rule) => unseen(rule)), setUp: { done: 0, of: 0, steps: [] } };
  const { runId, at, items, steps } = recorded;
  const stale = isStale(head, now, checkInterval);
  // From then on it was too old.
  const since = (head?.lastComplete?.finishedAt ?? at) + 2 * checkInterval;
  const shown = stale ? items.map((item) => aged(item, since, at)) : items;
  return {
    run: { runId, startedAt: iso(at) },
    stale,
    items: shown.map((item) => ({ ...item, since: iso(item.since) })),
    setUp: { done: steps.filter(({ done }) => done).length, of: steps.length, steps },
  };
}

function unseen({ id, title, source }: Pick<ChecklistItem, 'id' | 'title' | 'source'>): ShownItem {
  return {
    id,
    title,
    source,
    state: 'unknown',
    since: null,
    evidence: [{ text: 'no complete check has evaluated it so far', href: null }],
  };
}

function aged(item: ChecklistItem, since: Instant, at: Instant): ChecklistItem {
  if (item.state !== 'met') return item;
  const text = `not known now: the last complete check began ${iso(at)}, and found it met`;
  return { ...item, state: 'unknown', since, evidence: [{ text, href: '/' }, ...item.evidence] };
}

/** Pure: (recorded run, now) → JSON, each text in it on one line and without control characters and bidirectional marks. */
export function checklistJson(head: Head | null, request: ChecklistRequest): ChecklistJson {
  const { items, ...shown } = shownChecklist(head, request);
  return cleanAll({
    generatedAt: iso(request.now),
    ...shown,
    items: items.map(({ evidence, ...item }) => ({
      ...item,
      evidence: evidence.map(({ text, href }) => (href === null ? text : `${text} (${href})`)),
    })),
  });
}
