import { type Framework, FRAMEWORK_IDS } from '../../../lib/domain/evidence/controls.ts';
import { lastQuarter } from '../../../lib/domain/calendar-periods.ts';
import { clean } from '../../../lib/domain/text.ts';
import { type Instant, iso, parseDayOrMoment } from '../../../lib/domain/time.ts';
import type { EvidenceRequest } from '../../../lib/people/export-evidence.ts';
import { periodIn } from '../period.ts';

const FORMATS = ['zip', 'json', 'csv', 'html'] as const;
const NAMES = ['from', 'to', 'cluster', 'framework', 'format'];
const LONGEST = 300;

export type EvidenceQuery = { readonly format: (typeof FORMATS)[number]; readonly request: EvidenceRequest };

/** The evidence that was asked for, or what is wrong with the request. Without a period: the last quarter; without `to`: until now. */
export function readEvidenceQuery(parameters: URLSearchParams, now: Instant): EvidenceQuery | { readonly error: string } {
  const unknown = [...parameters.keys()].find((name) => !NAMES.includes(name));
  if (unknown !== undefined) return { error: `there is no such parameter; there are ${NAMES.join(', ')}` };
  const format = FORMATS.find((one) => one === (parameters.get('format') ?? 'zip'));
  if (format === undefined) return { error: `format must be one of ${FORMATS.join(', ')}` };
  const named = parameters.get('framework') ?? '';
  const framework: Framework | null = FRAMEWORK_IDS.find((one) => one === named) ?? null;
  if (named !== '' && framework === null) return { error: `framework must be one of ${FRAMEWORK_IDS.join(', ')}` };
  const cluster = clean(parameters.get('cluster') ?? '');
  if (cluster.length > LONGEST) return { error: `cluster must have at most ${LONGEST} characters` };
  const period = evidencePeriod(parameters, now);
  return 'error' in period ? period : { format, request: { ...period, cluster: cluster || null, framework } };
}

function evidencePeriod(parameters: URLSearchParams, now: Instant): Pick<EvidenceRequest, 'from' | 'to'> | { readonly error: string } {
  const asked = periodIn(parameters);
  if ('error' in asked) return asked;
  const { from, to } = asked.from === null && asked.to === null ? quarterBefore(now) : asked;
  if (from === null) return { error: 'from has to be given where to is' };
  const until = Math.min(to ?? now, now);
  return from > until ? { error: `from lies after ${iso(until)}, the end of what is exported` } : { from, to: until };
}

function quarterBefore(now: Instant): { readonly from: Instant | null; readonly to: Instant | null } {
  const { from, to } = lastQuarter(now);
  return { from: parseDayOrMoment(from, 'first'), to: parseDayOrMoment(to, 'last') };
}
