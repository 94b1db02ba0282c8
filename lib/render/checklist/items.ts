import type { ChecklistId } from '../../domain/incidents/recorded-checklist.ts';
import type { Finding } from '../../domain/findings/finding.ts';
import type { ChecklistRule, GeneralPolicy } from '../../domain/policy/policy.ts';
import { DATA_RETENTION_NOT_WATCHED } from '../../domain/retention/data-retention.ts';
import { backupAge } from '../../evaluate/checks/backup-age.ts';
import { plural } from '../../domain/text.ts';
import { alertPathProven, monitoringAlerts, rolesFilled } from './alert-items.ts';
import { ASKED } from './checks-asked.ts';
import { continuousBackup, everyCluster, everyProject, multiRegion, wholeCheck } from './finding-items.ts';
import type { ChecklistInput } from './input.ts';
import { type ItemEvaluation, single, stateOf, type Part, part } from './item-evaluation.ts';
import { drillScheduled, pitrTested, recoveryProcedures, restoreTestWeekly } from './recovery-items.ts';

/** One line of the checklist with its rule. */
export type ItemRule = {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly evaluate: (input: ChecklistInput) => ItemEvaluation;
};

/** Every id of the contract, in the plan's order (docs/contract.md, clause 12, has the rules; plan 9 the first eight lines). */
const RULES: Readonly<Record<ChecklistId, Omit<ItemRule, 'id'>>> = {
  'continuous-backup': { title: 'Continuous backup enabled', source: 'plan 9', evaluate: continuousBackup },
  'daily-snapshots': {
    title: 'Daily snapshots configured',
    source: 'plan 9',
    evaluate: (input) => everyCluster([ASKED.schedule, backupAge.id], input),
  },
  'pitr-tested': { title: 'PITR tested and documented', source: 'plan 9', evaluate: pitrTested },
  'multi-region': { title: 'Multi-region replication', source: 'plan 9', evaluate: multiRegion },
  'monitoring-alerts': { title: 'Monitoring alerts configured', source: 'plan 9', evaluate: monitoringAlerts },
  'recovery-procedures': { title: 'Recovery procedures documented and used', source: 'plan 9', evaluate: recoveryProcedures },
  'dr-drill-scheduled': { title: 'Monthly DR drill scheduled', source: 'plan 9', evaluate: drillScheduled },
  'retention-policies': {
    title: 'Retention policies defined',
    source: 'plan 9',
    evaluate: (input) => everyCluster([ASKED.retention], input, 'an-ok'),
  },
  'data-retention': {
    title: 'How long the data itself is kept',
    source: 'plan 7.1',
    evaluate: () => single('not-watched', DATA_RETENTION_NOT_WATCHED, '/runbooks/retention'),
  },
  'restore-test-weekly': { title: 'Restore tested every week', source: 'plan 1.3, 6.1', evaluate: restoreTestWeekly },
  contacts: { title: 'The plan’s roles are filled', source: 'plan 8', evaluate: rolesFilled },
  'access-logging': {
    title: 'Access is logged',
    source: 'plan 7.2',
    evaluate: (input) => everyProject(ASKED.auditing, input, { beside: ownTrail(input) }),
  },
  'encryption-at-rest': {
    title: 'Encryption at rest',
    source: 'plan 7.2',
    evaluate: (input) => everyProject(ASKED.customerKey, input, { held: encryptionState }),
  },
  'alert-path-proven': { title: 'The alert path is proven', source: 'plan 5.2', evaluate: alertPathProven },
};

/** Atlas encrypts every volume; only a customer's own key can be wrong. One that is to be rotated soon is still valid. */
function encryptionState(finding: Finding): ItemEvaluation['state'] {
  const state = stateOf(finding);
  return state === null || (finding.verdict === 'failing' && finding.severity === 'info' && state === 'not-met') ? 'met' : state;
}

/**
 * What people do is recorded here, and not by Atlas. Every check adds an entry to our own audit trail in the write that records the check. A trail that is empty or shorter at the next one has been deleted
 * or replaced. Nothing can be said at the first check.
 */
function ownTrail({ head: { checklist }, logEntries }: ChecklistInput): readonly Part[] {
  if (checklist === undefined) return [];
  const before = Math.max(1, checklist.logEntries ?? 1);
  if (logEntries >= before) return [part('met', `our own audit trail has ${plural(logEntries, 'entry', 'entries')}`, '/audit')];
  const now = logEntries === 0 ? 'is empty' : `has ${plural(logEntries, 'entry', 'entries')}`;
  return [
    part(
      'not-met',
      `our own audit trail ${now}, and had at least ${before} when an earlier check began: it was deleted or replaced`,
      '/audit',
    ),
  ];
}

/** Pure: the lines of the checklist: the contract's, then the user's own. */
export function itemRules({ checklist = [] }: Pick<GeneralPolicy, 'checklist'>): readonly ItemRule[] {
  return [...Object.entries(RULES).map(([id, rule]) => ({ id, ...rule })), ...checklist.map((rule) => ownRule(rule))];
}

function ownRule({ id, title, check }: ChecklistRule): ItemRule {
  return { id, title, source: 'restorewatch.config.ts', evaluate: (input) => wholeCheck(check, input) };
}
