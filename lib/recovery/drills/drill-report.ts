import type { Drill, EndedDrill } from '../../domain/recovery/drill.ts';
import type { GeneralPolicy } from '../../domain/policy/policy.ts';
import { type LogRecord, notVerifiedIn } from '../../domain/recovery/log-record.ts';
import { clean } from '../../domain/text.ts';
import { type Duration, type Instant, iso, MINUTE, SECOND, spell } from '../../domain/time.ts';

/** What the head keeps of a drill that ended. */
export function endedOf(drill: Drill, at: Instant): EndedDrill {
  const { id, scenario, plan } = drill;
  return { id, scenario, plan, at, verdict: drill.verdict ?? 'could-not-verify', summary: summaryOf(drill) };
}

/** "passed: RTO 4.2 s, RPO 0 s"; with what went wrong where it did not pass. */
export function summaryOf({ verdict, measured, why }: Drill): string {
  const { rto, rpo } = measured;
  const words = [
    ...(rto === undefined ? [] : [`RTO ${precise(rto)}`]),
    ...(rpo === undefined ? [] : [`RPO ${precise(rpo)}`]),
    ...(why === null ? [] : [why]),
  ];
  return words.length === 0 ? (verdict ?? 'could-not-verify') : words.join('; ');
}

/** Tenths of a second below a minute: a failover is promised within ten of them. */
export function precise(duration: Duration): string {
  return duration < MINUTE ? `${(duration / SECOND).toFixed(1)} s` : spell(duration);
}

type Targets = GeneralPolicy['recovery'];

/** The record of a drill that ended, for the log; the report is made of it. */
export function drillRecord(drill: Drill, targets: Targets, endedAt: Instant): LogRecord {
  const verdict = drill.interrupted && drill.verdict === 'could-not-verify' ? 'interrupted' : (drill.verdict ?? 'could-not-verify');
  const { measured, evidence } = drill;
  const { details, ...base } = baseOf(drill, targets, endedAt);
  return { ...base, verdict, summary: summaryOf(drill), measured, evidence, details: { ...details, ...notVerifiedIn(evidence) } };
}

export function refusedDrillRecord(drill: Drill, why: string, targets: Targets, endedAt: Instant): LogRecord {
  return { ...baseOf(drill, targets, endedAt), verdict: 'refused', summary: `refused: ${why}`, measured: {}, evidence: [] };
}

function baseOf(drill: Drill, targets: Targets, endedAt: Instant): Omit<LogRecord, 'verdict' | 'summary' | 'measured' | 'evidence'> {
  const { id, scenario, plan, by, targetName, startedAt, timeline, wrong, jobId, region, marks } = drill;
  const subject = targetName === null || scenario === 'breach' ? 'tabletop' : `${targetName.cluster} (project ${targetName.project})`;
  const promised = promisedOf(drill, targets);
  const details = {
    scenario,
    ...(plan !== null && { plan }),
    ...(promised.rto !== undefined && { 'rto target': `${promised.rto}` }),
    ...(promised.rpo !== undefined && { 'rpo target': `${promised.rpo}` }),
    ...(region !== null && { region: `${region.provider} ${region.region}` }),
    ...(marks.moment !== undefined && { moment: iso(marks.moment) }),
    ...(jobId !== null && { 'restore job': jobId }),
    timeline: timeline
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, what }) => `${new Date(at).toISOString()} ${what}`)
      .join('\n'),
    ...(wrong.length > 0 && { 'went wrong': wrong.join('\n') }),
  };
  return { id, kind: 'drill', startedAt, endedAt, subject, by, details };
}

/** What the policy promises for the scenario, in milliseconds: plan 3.2 for a failover (and no acknowledged write lost), 2.1 for data. */
function promisedOf({ scenario }: Drill, { rto, rpo, failover }: Targets): { readonly rto?: Duration; readonly rpo?: Duration } {
  if (scenario === 'primary-failure') return { rto: failover, rpo: 0 };
  return scenario === 'corruption' || scenario === 'deletion' ? { rto, rpo } : {};
}

/** `targetMs` null: nothing was promised for it. Every moment is ISO 8601 in UTC. */
export type DrillReport = ReturnType<typeof reportOf>;

/** What people added after the end. */
export type Added = { readonly id: string; readonly at: string; readonly by: string; readonly text: string };

type Addition = Pick<LogRecord, 'id' | 'endedAt' | 'by' | 'details'>;

/** Pure: a drill's report, made of its record in the log and of the records that correct it, so that it can be written again at any time. */
export function reportOf(record: LogRecord, additions: readonly Addition[]) {
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
    measured: Object.entries(measured).map(([name, milliseconds]) => {
      const target = details[`${name} target`];
      return { name, milliseconds, targetMs: target === undefined ? null : Number(target) };
    }),
    evidence,
    wentWrong: linesOf(details['went wrong']),
    lessons: added(inOrder, 'lesson'),
    followUps: [...added(inOrder, 'follow-up'), ...added(inOrder, 'closed follow-up', 'closed: ')],
  };
}

function linesOf(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split('\n');
}

function added(records: readonly Addition[], key: string, prefix = ''): readonly Added[] {
  return records.flatMap(({ id, endedAt, by, details }) => {
    const text = details[key];
    return text === undefined ? [] : [{ id, at: new Date(endedAt).toISOString(), by, text: `${prefix}${text}` }];
  });
}

/** The report as Markdown, for people and for an auditor's folder. */
export function markdownOf(report: DrillReport): string {
  const { id, scenario, subject, by, verdict, summary, startedAt, endedAt, plan } = report;
  const timeline = report.timeline.map(({ at, what }) => [at, what]);
  const evidence = report.evidence.map((line) => [line.what, line.namespace ?? '', line.expected, line.found, line.verdict]);
  return [
    `# DR drill: ${plain(scenario)}`,
    '',
    `**${verdict}**: ${plain(summary)}`,
    '',
    ...table(['', ''], Object.entries({ Drill: id, Plan: plan ?? 'by hand', On: subject, By: by, Started: startedAt, Ended: endedAt })),
    ...section('Timeline', table(['when (UTC)', 'what'], timeline)),
    ...section('Measured', table(['', 'measured', 'target'], report.measured.map(measuredRow))),
    ...section('Evidence', table(['what', 'where', 'expected', 'found', 'verdict'], evidence)),
    ...section('What went wrong', bullets(report.wentWrong, 'Nothing that the drill noticed.')),
    ...afterwards(report),
    '',
  ].join('\n');
}

function afterwards({ id, lessons, followUps }: DrillReport): readonly string[] {
  const inWords = (added: DrillReport['lessons']): readonly string[] =>
    added.map(({ at, by, text }) => `${text} (${by}, ${at.slice(0, 10)})`);
  const noLesson = `None yet. Add one: \`restorewatch drill --lesson "…" --id ${id}\``;
  const noFollowUp = `None yet. Add one: \`restorewatch drill --follow-up "…" --due YYYY-MM-DD --id ${id}\``;
  return [
    ...section('Lessons learned', bullets(inWords(lessons), noLesson)),
    ...section('Follow-ups', bullets(inWords(followUps), noFollowUp)),
  ];
}

const NAMES: Readonly<Record<string, string>> = { rto: 'RTO', rpo: 'RPO' };

function measuredRow({ name, milliseconds, targetMs }: DrillReport['measured'][number]): readonly string[] {
  const target = targetMs === 0 ? 'none' : `at most ${precise(targetMs ?? 0)}`;
  return [NAMES[name] ?? name, precise(milliseconds), targetMs === null ? '' : target];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', `## ${title}`, '', ...lines];
}

function bullets(lines: readonly string[], otherwise: string): readonly string[] {
  return lines.length === 0 ? [otherwise] : lines.map((line) => `- ${plain(line)}`);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ['None.'];
  const row = (cells: readonly string[]): string => `| ${cells.map((cell) => plain(cell).replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [row(heads), row(heads.map(() => '---')), ...rows.map(row)];
}

/** What people wrote, or a database is called, on one line. A tag or a link in it stays text. */
function plain(text: string): string {
  return clean(text).replace(/[<[]/g, String.raw`\$&`);
}
