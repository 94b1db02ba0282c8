import { expect, test } from 'vitest';
import { known } from '../../lib/domain/fact.ts';
import type { AtlasEvent, Facts } from '../../lib/domain/facts.ts';
import { NO_RECOVERY } from '../../lib/domain/restore-test.ts';
import { MINUTE, SECOND } from '../../lib/domain/time.ts';
import { withoutOwnRestores } from '../../lib/recovery/own-restores.ts';
import { NOW } from '../support/facts.ts';
import { proof } from '../support/recovery.ts';

const restoredAt = NOW - 10 * MINUTE;
const state = { ...NO_RECOVERY, proofs: [proof({ startedAt: NOW - 20 * MINUTE, restoredAt, endedAt: NOW })] };

function left(event: Partial<AtlasEvent>): number {
  const events: AtlasEvent[] = [
    {
      id: 'e',
      type: 'CPS_RESTORE_SUCCESSFUL',
      at: restoredAt,
      clusterId: 'c-orders',
      clusterName: 'orders',
      actor: null,
      snapshot: null,
      ...event,
    },
  ];
  // Only what is looked at.
  const project = { id: 'p1', name: 'shop', events: known({ since: 0, until: NOW, events }, NOW) } as unknown as never;
  const facts: Facts = { startedAt: NOW, complete: true, projects: known([project], NOW) };
  const after = withoutOwnRestores(facts, state);
  const read = after.projects.known ? after.projects.value[0]?.events : undefined;
  return read?.known ? read.value.events.length : -1;
}

test.for([
  ['the end of our own restore, which names its source', {}, 0],
  ['one that names it by name alone', { clusterId: null }, 0],
  ['five minutes after its end', { at: restoredAt + 5 * MINUTE }, 0],
  ['a second later: somebody else’s', { at: restoredAt + 5 * MINUTE + SECOND }, 1],
  ['before the test', { at: NOW - 25 * MINUTE - SECOND }, 1],
  ['one into another cluster', { clusterId: 'c-billing', clusterName: 'billing' }, 1],
  ['another event of the source in that time', { type: 'CPS_OPLOG_BEHIND' }, 1],
] as const)('%s: %o leaves %s event(s)', ([, event, count]) => expect(left(event)).toBe(count));
