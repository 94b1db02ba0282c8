import type { Duration } from '../../domain/time.ts';
import { precise } from './record.ts';
import type { DrillReport } from './report.ts';

/** The report as Markdown, for people and for an auditor's folder. */
export function markdownOf(report: DrillReport): string {
  const { id, scenario, subject, by, verdict, summary, startedAt, endedAt, plan } = report;
  return [
    `# DR drill: ${scenario}`,
    '',
    `**${verdict}**: ${plain(summary)}`,
    '',
    ...table(
      ['', ''],
      [
        ['Drill', id],
        ['Plan', plan ?? 'by hand'],
        ['On', subject],
        ['By', by],
        ['Started', startedAt],
        ['Ended', endedAt],
      ],
    ),
    ...section(
      'Timeline',
      table(
        ['when (UTC)', 'what'],
        report.timeline.map(({ at, what }) => [at, what]),
      ),
    ),
    ...section('Measured', table(['', 'measured', 'target'], report.measured.map(measuredRow))),
    ...section(
      'Evidence',
      table(
        ['what', 'where', 'expected', 'found', 'verdict'],
        report.evidence.map(({ what, namespace, expected, found, verdict: said }) => [what, namespace ?? '', expected, found, said]),
      ),
    ),
    ...section('What went wrong', bullets(report.wentWrong, 'Nothing that the drill noticed.')),
    ...afterwards(report),
    '',
  ].join('\n');
}

/** What people add. */
function afterwards({ id, lessons, followUps }: DrillReport): readonly string[] {
  const said = (added: DrillReport['lessons']): readonly string[] => added.map(({ at, by, text }) => `${text} (${by}, ${at.slice(0, 10)})`);
  const noLesson = `None yet. Add one: \`npm run drill -- --lesson "…" --id ${id}\``;
  const noFollowUp = `None yet. Add one: \`npm run drill -- --follow-up "…" --due YYYY-MM-DD --id ${id}\``;
  return [...section('Lessons learned', bullets(said(lessons), noLesson)), ...section('Follow-ups', bullets(said(followUps), noFollowUp))];
}

const NAMES: Readonly<Record<string, string>> = { rto: 'RTO', rpo: 'RPO' };

function measuredRow({ name, milliseconds, targetMs }: DrillReport['measured'][number]): readonly string[] {
  return [NAMES[name] ?? name, precise(milliseconds), targetMs === null ? '' : atMost(targetMs)];
}

function atMost(target: Duration): string {
  return target === 0 ? 'none' : `at most ${precise(target)}`;
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

/** One line, whatever people wrote. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
