import { type Control, FRAMEWORKS } from '../../domain/evidence/controls.ts';
import type { EvidenceReport, PolicyInForce, ReportedIncident, ReportedRecord } from '../../domain/evidence/evidence-report.ts';
import type { RpoShare } from '../../domain/evidence/rpo-shares.ts';
import { jsonObject } from '../../domain/json-text.ts';
import { oneLine } from '../../domain/text.ts';
import { type Duration, iso, isoOrNull, spell } from '../../domain/time.ts';

export type ReportPage = {
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  readonly cluster: string | null;
  readonly root: { readonly number: number; readonly hash: string };
  readonly noClaim: string;
  /** Ids of records and incidents that the log names and the store held no longer. */
  readonly notHeld: readonly string[];
  readonly report: EvidenceReport;
  readonly controls: readonly Control[];
  /** The key that the JSON beside this file is signed by; null: it is not signed. */
  readonly keyId: string | null;
};

/** Prints on A4 in black: no colour carries a meaning, tables break between rows, and nothing is loaded from elsewhere. On a narrow screen a table scrolls in its place. */
const STYLE = `body{font:10pt/1.4 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#000;background:#fff}
p,h1{overflow-wrap:anywhere}.wide{overflow-x:auto;margin:.5rem 0 1.5rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.2rem .4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere;min-width:4.6em}
@media screen and (max-width:50rem){table{min-width:46rem}}
th{background:#eee;white-space:nowrap}tr{break-inside:avoid}thead{display:table-header-group}h2{break-after:avoid}pre{white-space:pre-wrap;overflow-wrap:anywhere}
@page{size:A4;margin:15mm}@media print{body{margin:0;max-width:none;padding:0}.wide{overflow:visible}th{background:none}}`;

/** Pure: the report as one HTML page that needs nothing else. What is signed is the JSON beside it, which has this file's SHA-256. */
export function reportHtml(page: ReportPage): string {
  const { from, to, madeAt, cluster, root, noClaim, notHeld, report, controls, keyId } = page;
  const title = `Backup evidence, ${from} to ${to}`;
  const signed =
    keyId === null
      ? 'The JSON beside this file is <strong>not signed</strong>.'
      : `The JSON beside this file is signed by the key ${escaped(keyId)}.`;
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    `<p>${cluster === null ? 'All clusters' : `Cluster ${escaped(cluster)}`}. Made by Restorewatch at ${escaped(madeAt)}; all times are UTC. ${checksInWords(report)}</p>`,
    `<p>Root of the log: entry ${root.number}, SHA-256 ${escaped(root.hash)}. ${signed} It holds the log itself, and the SHA-256 of this file.</p>`,
    `<p>${escaped(noClaim)}</p>`,
    part(
      'Share of time within RPO',
      'Within the RPO that policy promises, of all time in which it promises one. What could not be read, or was not watched, never counts as within.',
      shareTable(report.rpo),
    ),
    part('Restore tests', 'What was restored into a cluster of its own and validated.', recordTable(report.restoreTests)),
    part('Drills', 'RTO and RPO as measured.', recordTable(report.drills)),
    part('Other records', 'Backups, restores by hand, erasures, corrections and notes.', recordTable(report.otherRecords)),
    part('Incidents', 'Open at some moment of the period.', incidentTable(report.incidents)),
    part(
      'Held no longer',
      'Records and incidents of the period that the log names and that are missing above, since the store held them no longer. The log keeps the digest of each.',
      notHeld.length === 0 ? NONE : `<p>${escaped(notHeld.join(', '))}</p>`,
    ),
    part('Intervals in which nobody watched', 'More than two check intervals without a complete check.', unwatchedTable(report)),
    part('Policy in force', 'What was promised, and since when, one setting a line; spans in milliseconds.', policies(report.policies)),
    part('Controls', noClaim, controlTable(controls)),
    '</body></html>\n',
  ].join('\n');
}

function checksInWords({ checks: { recorded, first, last } }: EvidenceReport): string {
  return first === null || last === null
    ? 'No check was recorded.'
    : `${recorded} checks were recorded, from ${iso(first)} to ${iso(last)}.`;
}

function part(title: string, words: string, body: string): string {
  return `<h2>${escaped(title)}</h2><p>${escaped(words)}</p>${body}`;
}

function shareTable(rows: readonly RpoShare[]): string {
  const head = ['Cluster', 'Project', 'Month', 'Within RPO', 'Beyond', 'Not readable', 'Not watched'];
  return table(
    head,
    rows.map(({ cluster, project, month, share, beyond, unknown, unwatched }) => [
      cluster,
      project,
      month,
      share === null ? '–' : percent(share),
      span(beyond),
      span(unknown),
      span(unwatched),
    ]),
  );
}

function recordTable(rows: readonly ReportedRecord[]): string {
  const head = ['Ended', 'What', 'Subject', 'By', 'Verdict', 'Measured', 'Summary'];
  return table(
    head,
    rows.map(({ endedAt, kind, plan, subject, by, verdict, measured, summary }) => {
      const spans = Object.entries(measured).map(([name, length]) => `${name.toUpperCase()} ${spell(length)}`);
      return [iso(endedAt), plan === null ? kind : `${kind}, plan ${plan}`, subject, by, verdict, spans.join(', '), summary];
    }),
  );
}

function incidentTable(rows: readonly ReportedIncident[]): string {
  return table(
    ['Began', 'Ended', 'Check', 'Severity', 'Cluster', 'Time to acknowledge', 'By'],
    rows.map(({ openedAt, resolvedAt, check, severity, cluster, project, timeToAcknowledge, acknowledgedBy }) => [
      iso(openedAt),
      isoOrNull(resolvedAt) ?? 'open',
      check,
      severity,
      project === null ? cluster : `${cluster} (${project})`,
      timeToAcknowledge === null ? 'nobody did' : spell(timeToAcknowledge),
      acknowledgedBy ?? '–',
    ]),
  );
}

function unwatchedTable({ unwatched }: EvidenceReport): string {
  return table(
    ['From', 'To', 'How long'],
    unwatched.map(({ from, to, clockSetBack }) => [
      iso(from),
      iso(to),
      clockSetBack ? 'not known: the clock was set back' : spell(to - from),
    ]),
  );
}

function policies(all: readonly PolicyInForce[]): string {
  if (all.length === 0) return NONE;
  return all
    .map(
      ({ since, digest, stated }) =>
        `<p>Since ${iso(since)}: SHA-256 ${escaped(digest)}</p><pre>${settingsIn(stated).map(escaped).join('\n')}</pre>`,
    )
    .join('');
}

/** "everyCluster.rpo: …" for each setting; the text itself where it is no object. */
function settingsIn(stated: string): readonly string[] {
  const policy = jsonObject(stated);
  if (policy === null) return [stated];
  return Object.entries(policy).flatMap(([section, settings]) =>
    typeof settings === 'object' && settings !== null && !Array.isArray(settings)
      ? Object.entries(settings).map(([name, value]) => `${section}.${name}: ${JSON.stringify(value)}`)
      : [`${section}: ${JSON.stringify(settings)}`],
  );
}

function controlTable(controls: readonly Control[]): string {
  return table(
    ['Framework', 'Control', 'What it asks, in our words', 'Evidence', 'What we do not cover'],
    controls.map(({ framework, id, asks, answeredBy, notCovered }) => [FRAMEWORKS[framework], id, asks, answeredBy.join('; '), notCovered]),
  );
}

const NONE = '<p>None.</p>';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return NONE;
  const cells = (tag: 'th' | 'td', texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  return `<div class="wide"><table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody></table></div>`;
}

/** Rounded down, so that 100 % means all of it. */
function percent(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

function span(length: Duration): string {
  return length === 0 ? '–' : spell(length);
}

function escaped(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
