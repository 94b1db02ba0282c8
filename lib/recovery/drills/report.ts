import type { EvidenceLine } from '../../domain/evidence.ts';
import type { LogRecord } from '../../domain/record.ts';
import type { Duration } from '../../domain/time.ts';

/** A drill's report: made of its record in the log and of what was added to it since, so that it can be written again at any time. */
export type DrillReport = {
  readonly id: string;
  readonly scenario: string;
  readonly plan: string | null;
  readonly subject: string;
  readonly by: string;
  readonly verdict: LogRecord['verdict'];
  readonly summary: string;
  /** ISO 8601 in UTC, as every moment here. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  /** `targetMs` null: nothing was promised for it. */
  readonly measured: readonly { readonly name: string; readonly milliseconds: Duration; readonly targetMs: Duration | null }[];
  readonly evidence: readonly EvidenceLine[];
  readonly wentWrong: readonly string[];
  readonly lessons: readonly Added[];
  readonly followUps: readonly Added[];
};

/** What people added after the end. */
export type Added = { readonly id: string; readonly at: string; readonly by: string; readonly text: string };

/** Pure: the report of a drill's record, with the records that correct it. */
export function reportOf(record: LogRecord, additions: readonly Pick<LogRecord, 'id' | 'endedAt' | 'by' | 'details'>[]): DrillReport {
  const { id, details, subject, by, verdict, summary, measured, evidence } = record;
  const inOrder = additions.toSorted((a, b) => a.endedAt - b.endedAt);
  return {
    id,
    scenario: details['scenario'] ?? 'drill',
    plan: details['plan'] ?? null,
    subject,
    by,
    verdict,
    summary,
    startedAt: new Date(record.startedAt).toISOString(),
    endedAt: new Date(record.endedAt).toISOString(),
    timeline: linesOf(details['timeline']).map((line) => ({
      at: line.slice(0, line.indexOf(' ')),
      what: line.slice(line.indexOf(' ') + 1),
    })),
    measured: Object.entries(measured).map(([name, milliseconds]) => ({ name, milliseconds, targetMs: targetIn(details, name) })),
    evidence,
    wentWrong: linesOf(details['went wrong']),
    lessons: added(inOrder, 'lesson'),
    followUps: [...added(inOrder, 'follow-up'), ...added(inOrder, 'closed follow-up')],
  };
}

function linesOf(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split('\n');
}

function targetIn(details: LogRecord['details'], name: string): Duration | null {
  const target = details[`${name} target`];
  return target === undefined ? null : Number(target);
}

function added(records: readonly Pick<LogRecord, 'id' | 'endedAt' | 'by' | 'details'>[], key: string): readonly Added[] {
  return records.flatMap(({ id, endedAt, by, details }) => {
    const text = details[key];
    return text === undefined
      ? []
      : [{ id, at: new Date(endedAt).toISOString(), by, text: key === 'closed follow-up' ? `closed: ${text}` : text }];
  });
}
