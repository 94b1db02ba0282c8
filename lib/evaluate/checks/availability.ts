import { alertCheck } from '../../domain/check/open-alerts.ts';
import { step } from '../../domain/check/runbook.ts';

/** Atlas says that a replica set has no primary. Backups do not mend that, but whoever restores because of it must know it (docs/contract.md, clause 10). */
export const availability = alertCheck(
  {
    id: 'availability',
    promise: 'a cluster has a primary',
    inShort: { one: 'no primary' },
    severity: 'warning',
    timedByAtlas: true,
    runbook: {
      means: 'Atlas’s own alert NO_PRIMARY is open for at least 10 minutes, and the cluster is neither paused nor being updated.',
      risk: 'Nothing can be written. A majority of the electable nodes is down or unreachable; if their data is lost, a restore is what is left.',
      steps: [
        'Look at the nodes: Atlas → cluster → Metrics. Which are down, and do they lie in one region?',
        'A region that is down: https://status.mongodb.com, then move the priority, or add electable nodes elsewhere (Atlas → cluster → Edit).',
        step('Read what happened before it: Atlas → project → Activity Feed.', 'events'),
        'Open a case with MongoDB at once. Do not restore into this cluster while Atlas still tries to repair it.',
      ],
      over: 'Atlas closes its alert.',
      follow: ['region-outage', 'pitr-recovery'],
    },
  },
  {
    type: 'NO_PRIMARY',
    means: 'the replica set has no primary, so that nothing can be written',
    action:
      'See which nodes are down (Atlas, cluster, Metrics) and whether their region is (status.mongodb.com); open a case with MongoDB.',
  },
);
