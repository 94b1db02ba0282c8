import { describe, expect, test } from 'vitest';
import { atlasAddress } from '../../../lib/domain/findings/atlas-address.ts';
import type { RestorableMoments } from '../../../lib/domain/findings/recorded-view.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import { titleOf } from '../../../lib/domain/incidents/incident-title.ts';
import { ORGANISATION } from '../../../lib/domain/memory/cluster-subject.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { incident, resolved, resource } from '../../support/incidents.ts';

const REACH: RestorableMoments = {
  until: { at: NOW - HOUR, by: 'pitr', base: NOW - 6 * HOUR, baseExpiresAt: null },
  window: { from: NOW - 9 * HOUR, to: NOW - HOUR, breaks: [] },
  readAt: NOW,
  mayReachFurther: false,
};

describe('the title of an incident', () => {
  test.for<[string, Incident, RestorableMoments | null, string]>([
    [
      'has the impact before the cause',
      incident('i', { summary: 'PITR is off' }),
      REACH,
      'c1 (shop): restorable to 2026-11-22T11:00:00Z by PITR; PITR is off',
    ],
    [
      'names no moment a second time',
      incident('i', { summary: 'c1: nothing after 2026-11-22T11:00:00Z can be restored by PITR' }),
      REACH,
      'c1 (shop): restorable to 2026-11-22T11:00:00Z by PITR; nothing after that can be restored by PITR',
    ],
    ['has only the cause where backups are not concerned', incident('i', { summary: 'deleted' }), null, 'c1 (shop): deleted'],
    ['of a project says so', incident('i', { resource: resource(null), summary: 'blind' }), null, 'project shop: blind'],
    [
      'of the organisation has its name',
      incident('i', { resource: ORGANISATION, summary: 'blind' }),
      null,
      'the Atlas organisation: blind',
    ],
    ['of what is over says that it was', resolved('i', { summary: 'PITR is off' }), REACH, 'c1 (shop), was: PITR is off'],
  ])('%s', ([, one, restorable, title]) => expect(titleOf(one, restorable, NOW)).toBe(title));
});

test.for([
  [resource(), 'https://cloud.mongodb.com/v2/p1#/clusters/detail/c1'],
  [resource('a b/c'), 'https://cloud.mongodb.com/v2/p1#/clusters/detail/a%20b%2Fc'],
  [resource(null), 'https://cloud.mongodb.com/v2/p1#/clusters'],
  [ORGANISATION, null],
] as const)('the address in Atlas of %j is %s', ([about, address]) => expect(atlasAddress(about)).toBe(address));
