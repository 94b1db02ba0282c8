import type { EvidenceReport, ReportedRecord } from '../../domain/evidence/evidence-report.ts';
import { iso, isoOrNull } from '../../domain/time.ts';
import { oneLine } from '../../domain/text.ts';
import { csvText } from '../record-export.ts';

const COLUMNS = ['part', 'subject', 'project', 'from', 'to', 'what', 'value', 'unit'];

/** The report as CSV (RFC 4180), one figure a row: spans in milliseconds, shares as fractions of one, times in ISO 8601 (UTC). */
export function evidenceCsv({ rpo, restoreTests, drills, otherRecords, incidents, policies, unwatched }: EvidenceReport): string {
  const shares = rpo.flatMap(({ cluster, project, month, share, within, beyond, unknown, unwatched: blind }) => {
    const row = (what: string, value: number | null, unit: string): readonly string[] => [
      'rpo',
      cluster,
      project,
      month,
      month,
      what,
      value === null ? '' : String(value),
      unit,
    ];
    const spans = { within, beyond, unknown, unwatched: blind };
    return [row('share', share, '1'), ...Object.entries(spans).map(([what, span]) => row(what, span, 'ms'))];
  });
  const ofIncidents = incidents.flatMap(({ cluster, project, openedAt, resolvedAt, check, severity, timeToAcknowledge }) => {
    const row = ['incident', cluster, project ?? '', iso(openedAt), isoOrNull(resolvedAt) ?? ''];
    return [
      [...row, check, severity, ''],
      [...row, 'time to acknowledge', timeToAcknowledge === null ? '' : String(timeToAcknowledge), 'ms'],
    ];
  });
  const rows = [
    ...shares,
    ...[...restoreTests, ...drills, ...otherRecords].flatMap(recordRows),
    ...ofIncidents,
    ...policies.map(({ since, digest }) => ['policy', '', '', iso(since), '', 'SHA-256', digest, '']),
    ...unwatched.map(({ from, to, clockSetBack }) => [
      'unwatched',
      '',
      '',
      iso(from),
      iso(to),
      clockSetBack ? 'clock was set back' : 'span',
      clockSetBack ? '' : String(to - from),
      clockSetBack ? '' : 'ms',
    ]),
  ];
  return csvText([COLUMNS, ...rows.map((cells) => cells.map(oneLine))]);
}

function recordRows({ kind, plan, subject, startedAt, endedAt, verdict, measured }: ReportedRecord): readonly (readonly string[])[] {
  const row = [kind, subject, '', iso(startedAt), iso(endedAt)];
  return [
    [...row, 'verdict', verdict, ''],
    ...(plan === null ? [] : [[...row, 'plan', plan, '']]),
    ...Object.entries(measured).map(([what, span]) => [...row, what, String(span), 'ms']),
  ];
}
