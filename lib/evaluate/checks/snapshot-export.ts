import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { iso } from '../../domain/time.ts';
import { type Check, clusterCheck, type ReadSubject } from '../../domain/check/check-definition.ts';
import { ownerlessFailures } from '../../domain/check/ownerless-failures.ts';
import { step } from '../../domain/check/runbook.ts';

const check = 'snapshot-export';
const ACTION =
  'See which bucket it went to and whether Atlas may still write there (Atlas, cluster, Backup, Exports). Then export a snapshot by hand: its success ends this.';

const clusters = clusterCheck(
  {
    id: check,
    promise: 'exports of snapshots to your own bucket succeed',
    inShort: { one: 'a snapshot export failed', many: 'snapshot exports failed' },
    severity: 'warning',
    timedByAtlas: true,
    runbook: {
      means:
        'Atlas could not export a snapshot to your bucket, by its schedule or on demand, and no export of the cluster has succeeded since.',
      risk: 'The copy outside Atlas is missing or old. It is what is left if the Atlas organisation itself is lost. Snapshots in Atlas are not affected.',
      steps: [
        'Open Atlas → cluster → Backup → Exports, and read the state of the last one.',
        'Can Atlas still write to the bucket? Check the role, its policy, the bucket’s own policy and key: Atlas → project → Integrations, and your cloud’s console.',
        step('Read what happened before it: Atlas → project → Activity Feed.', 'events'),
        'Export a snapshot by hand: Atlas → cluster → Backup → Snapshots → Export.',
      ],
      over: 'A later export of the cluster succeeds.',
      follow: ['retention-and-erasure', 'credential-rotation'],
    },
  },
  findingFor,
  // A pause stops no export that has failed already, and makes none succeed.
  { unless: ({ facts }) => (facts.kind === 'flex' ? 'flex has no exports' : null), whilePaused: true },
);

/** An export failed, and none has succeeded since (docs/contract.md, clause 10); failures that name no cluster are reported on the project. */
export const snapshotExport: Check = {
  ...clusters,
  evaluate: (input) => [
    ...clusters.evaluate(input),
    ...ownerlessFailures({ check, failures: 'exportFailures', what: 'an export of a snapshot', after: 0, action: ACTION }, input),
  ],
};

function findingFor({ resource, memory, eventsBlind }: ReadSubject): Finding {
  const [failedAt, lastAt = failedAt] = memory.exportFailures ?? [];
  if (failedAt !== undefined && lastAt !== undefined) {
    const again = lastAt === failedAt ? '' : `, again at ${iso(lastAt)}`;
    const summary = `an export of a snapshot failed at ${iso(failedAt)}${again}, and none has succeeded since`;
    return failing({ check, resource, severity: 'warning', summary, action: ACTION, startedAt: failedAt });
  }
  return eventsBlind === null
    ? ok({ check, resource, summary: 'no export has failed' })
    : notKnown({ check, resource, summary: eventsBlind });
}
