import type { AuditDraft } from '../../../lib/domain/audit/audit-entry.ts';
import { DAY, HOUR, iso, type Instant } from '../../../lib/domain/time.ts';
import { chained, TRAIL_START, tipAfter } from '../../../lib/record/audit-chain.ts';
import { enveloped, fileText } from '../../../lib/record/evidence/dsse.ts';
import { type Evidence, type Predicate, predicateOf, type Statement, statementOf } from '../../../lib/record/evidence/statement.ts';
import { actsOfSwap } from '../../../lib/record/trail/swap-acts.ts';
import { EVIDENCE_KEY } from '../../support/evidence-key.ts';
import { act, incident, NOW, record } from '../samples.ts';

export const RECORD = record('t1', NOW - DAY);
export const INCIDENT = { ...incident('i-1', NOW - HOUR), acknowledgement: { by: 'dana', via: 'page', at: NOW - 20 * HOUR, until: NOW } };

function run(at: Instant, whole: boolean, rpo: string): AuditDraft {
  const clusters = [{ id: 'c', name: 'prod', project: 'Übung', verdicts: { rpo } }];
  const details = { startedAt: iso(at), finishedAt: iso(at), complete: 'yes', memory: 'm', view: 'v' };
  return {
    at,
    what: 'run',
    by: 'cron',
    from: null,
    about: `run ${iso(at)}`,
    details,
    data: JSON.stringify({ whole, clusters, gone: [], wider: {} }),
  };
}

/** Three days with a check every hour, a gap, a policy, an act, a record and an incident, each with its digest in the log. */
export function sampleEvidence(): Evidence {
  const from = NOW - 3 * DAY;
  const hours = Array.from({ length: 73 }, (_, index) => run(from + index * HOUR, index === 0, index === 5 ? 'failing' : 'ok'));
  const policy: AuditDraft = { at: from, what: 'policy', by: 'cron', from: null, about: 'd'.repeat(64), details: {}, data: '{"rpo":1}' };
  const gap: AuditDraft = {
    at: NOW - 30 * HOUR,
    what: 'gap',
    by: 'cron',
    from: null,
    about: null,
    details: { from: iso(NOW - 34 * HOUR), to: iso(NOW - 30 * HOUR) },
  };
  const anchors = actsOfSwap({ records: [RECORD], history: [{ incident: INCIDENT, deliveries: [] }], now: NOW });
  const log = chained(TRAIL_START, [policy, ...hours, gap, act('a silence'), ...anchors]);
  return {
    madeAt: NOW,
    period: { from, to: NOW },
    cluster: null,
    framework: null,
    root: tipAfter(TRAIL_START, log),
    log,
    records: [RECORD],
    incidents: [INCIDENT],
    notHeld: [],
  };
}

/** The file of the sample, signed by `EVIDENCE_KEY` of tests, with changes of the predicate before it is digested or of the statement before it is signed. */
export function sampleFile({
  predicate = (one) => one,
  statement = (one) => one,
  key = EVIDENCE_KEY,
}: {
  readonly predicate?: (of: Predicate) => Predicate;
  readonly statement?: (of: Statement) => Statement;
  readonly key?: string | null;
} = {}): string {
  return fileText(enveloped(JSON.stringify(statement(statementOf(predicate(predicateOf(sampleEvidence())), { 'a.csv': 'a,b\r\n' }))), key));
}
