import { failing, type Finding, ok } from '../domain/findings/finding.ts';
import type { Head } from '../domain/incidents/head.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import type { Role } from '../domain/policy/roles.ts';
import { maskedAddresses, rolesToFill } from '../domain/policy/roles.ts';
import { contacts } from '../evaluate/checks/contacts.ts';
import { setUp } from '../evaluate/checks/set-up.ts';

const check = contacts.id;
const RESOURCE = { ...ORGANISATION, name: check, part: check };
const FILL = 'Give each role a `contact` under `contacts.roles` in restorewatch.config.ts.';
const PROVE = 'Make them recipients of alerts, then run `restorewatch alerts prove`.';

/** Pure: whether each role of the plan has a contact whom alerts have reached. `set-up` reports what it finds, so it opens no incident of its own. */
export function contactsFinding({ proof }: Pick<Head, 'proof'>, { people }: Pick<GeneralPolicy, 'people'>): Finding {
  const roles = rolesToFill(people);
  const empty = roles.filter(({ contact }) => contact === null);
  if (empty.length > 0) return finding(`no contact for ${namesOf(empty)}`, FILL);
  // A proof that an older version ended did not note whom it reached.
  const isUnknown = proof !== undefined && proof.verdict !== 'running' && proof.reached === undefined;
  const unreached = isUnknown ? [] : roles.filter((role) => !isReached(role, proof?.reached ?? []));
  if (unreached.length > 0) return finding(`no proof of the alert path has reached ${namesOf(unreached)}`, PROVE);
  return ok({ check, resource: RESOURCE, summary: `${roles.length} roles are filled` });
}

function finding(summary: string, action: string): Finding {
  return failing({ check, resource: RESOURCE, severity: 'info', summary, action, explainedBy: setUp.id });
}

/** A contact that is a name alone cannot be compared with the recipients of alerts. */
function isReached({ contact }: Role, reached: readonly string[]): boolean {
  const addresses = maskedAddresses(contact ?? '');
  const known = new Set(reached.map((name) => name.toLowerCase()));
  return addresses.length === 0 || addresses.some((address) => known.has(address.toLowerCase()));
}

function namesOf(roles: readonly Role[]): string {
  return roles.map(({ role }) => role).join(', ');
}
