import { projectBlind, notEvaluated } from '../../domain/check/daily-check.ts';
import type { Check, CheckInput } from '../../domain/check/check-definition.ts';
import type { KeyProvider } from '../../domain/facts/daily-facts.ts';
import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { projectResource } from '../../domain/memory/cluster-subject.ts';
import { type InvalidKey, invalidKeys, type KeyEvent, rotationsDue } from '../../domain/memory/key-validity.ts';
import type { ProjectMemory } from '../../domain/memory/memory.ts';
import { plural } from '../../domain/text.ts';
import { type Duration, iso, MINUTE } from '../../domain/time.ts';

const check = 'encryption-key';
const ACTION =
  'Do not delete or disable the key. In the cloud provider’s key service see whether it is enabled and whether Atlas’s role may use it; then Atlas → Project → Advanced → Encryption at Rest.';
const ROTATE = 'Rotate the key in the cloud provider’s key service, and keep its old versions: older snapshots are encrypted with them.';

/** Two checks so far apart must see the key invalid (docs/contract.md, clause 10): Atlas tries it every few minutes, and a single refusal may pass. */
const CONFIRMED_AFTER: Duration = 15 * MINUTE;

const NAMES: Readonly<Record<KeyProvider, string>> = { AWS: 'AWS KMS', AZURE: 'Azure Key Vault', GCP: 'Google Cloud KMS' };

/** A customer's key without which neither the clusters nor their snapshots can be read. */
export const encryptionKey: Check = {
  id: check,
  promise: 'the customer’s encryption keys are valid',
  inShort: { one: 'the encryption key is invalid' },
  severity: 'critical',
  severityInWords: 'critical if invalid in two checks 15 min apart; info if it needs rotation',
  setUp: true,
  reads: 'customerKeys',
  runbook: {
    means: 'Atlas cannot use the customer’s key with which the project’s clusters and their snapshots are encrypted, or asks to rotate it.',
    risk: 'Without the key no snapshot that is encrypted with it can be restored, and Atlas stops the clusters. A deleted key is lost with all of them.',
    steps: [
      'Find the key: Atlas → Project → Advanced → Encryption at Rest names it; look at it in AWS KMS, Azure Key Vault or Google Cloud KMS.',
      'Disabled or scheduled for deletion: enable it, or cancel the deletion, at once.',
      'Enabled: see whether the role or the credentials that Atlas uses were changed, and whether its network may reach the key service.',
      'Needs rotation: rotate it there, and keep the old versions as long as snapshots are kept.',
    ],
    over: 'Atlas calls the key valid again; after a rotation, Atlas’s event says so.',
    follow: ['snapshot-restore'],
  },
  evaluate: (input) => Object.values(input.memory.projects).flatMap((project) => findingFor(project, input)),
};

function findingFor(project: ProjectMemory, input: CheckInput): readonly Finding[] {
  const resource = projectResource(project);
  const { daily, customerKeys } = project;
  const note = daily?.customerKeys;
  const [events, reading] = [customerKeys?.events ?? [], note?.last ?? null];
  const invalid = invalidKeys(events, reading);
  // What an event calls invalid needs no reading.
  const cannotTell =
    note && !invalid.some(({ event }) => event !== null)
      ? notEvaluated(note, { check, resource, what: 'whether the customer’s key is valid', blind: projectBlind(project, input) })
      : null;
  const due = rotationsDue(events, reading);
  if (cannotTell !== null) return [cannotTell.verdict === 'exempt' && due.length > 0 ? rotationFinding(due, project) : cannotTell];
  if (invalid.length > 0) return [invalidFinding(invalid, project, input)];
  if (reading === null) return [];
  if (reading.value.length === 0)
    return [
      ok({ check, resource, summary: () => `no customer key is in use, and Atlas encrypts with its own, as of ${iso(reading.asOf)}` }),
    ];
  if (due.length > 0 && !isJustMended(project, input)) return [rotationFinding(due, project)];
  return [ok({ check, resource, summary: () => `the customer’s key (${namesOf(reading.value)}) is valid, as of ${iso(reading.asOf)}` })];
}

/**
 * A finding that only falls to info leaves its incident as it was, which would keep a P0 about a key that is valid. The set-up ends such an incident itself,
 * and a check that was once ok is none of its parts any more.
 */
function isJustMended({ customerKeys, verdicts }: ProjectMemory, { now }: CheckInput): boolean {
  const mended = customerKeys?.mended;
  return mended?.at === now && mended.last - mended.first >= CONFIRMED_AFTER && verdicts[check]?.initial !== true;
}

function namesOf(keys: readonly { readonly provider: KeyProvider }[]): string {
  return keys.map(({ provider }) => NAMES[provider]).join(', ');
}

function invalidFinding(invalid: readonly InvalidKey[], project: ProjectMemory, input: CheckInput): Finding {
  const resource = projectResource(project);
  const { first, last } = project.customerKeys?.invalid ?? { first: input.now, last: input.now };
  const since = Math.min(first, ...invalid.flatMap(({ event }) => event?.at ?? []));
  const words = `Atlas calls the customer’s key (${namesOf(invalid)}) invalid since ${iso(since)}`;
  if (last - first < CONFIRMED_AFTER)
    return notKnown({ check, resource, summary: `${words}; a check at least 15 min after the first decides` });
  const hanging = snapshotsOf(project, input);
  return failing({
    check,
    resource,
    severity: 'critical',
    summary: `${words}: ${hanging} cannot be restored without it`,
    action: ACTION,
    evidence: [
      ['key service', namesOf(invalid)],
      ['seen invalid', `${iso(first)} to ${iso(last)}`],
      ['encrypted with customer keys', hanging],
    ],
    startedAt: since,
  });
}

/** The project's snapshots that are encrypted with a customer's key: "121 snapshots of 2 clusters". */
function snapshotsOf(project: ProjectMemory, { clusters }: CheckInput): string {
  const own = clusters.filter(
    (subject) => subject.project.id === project.id && subject.memory.gone === null && subject.memory.kind !== 'free',
  );
  const counts = own.map(({ facts }) =>
    facts?.snapshots.known
      ? facts.snapshots.value.filter((one) => one.status === 'completed' && one.source?.customerKey === true).length
      : null,
  );
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const unread = counts.filter((count) => count === null).length;
  const known = `${plural(total, 'snapshot')} of ${plural(counts.filter((count) => count !== null && count > 0).length, 'cluster')}`;
  return unread === 0 ? known : `${known}, and those of ${plural(unread, 'cluster')} that could not be read,`;
}

function rotationFinding(due: readonly KeyEvent[], project: ProjectMemory): Finding {
  const at = Math.min(...due.map((event) => event.at));
  return failing({
    check,
    resource: projectResource(project),
    severity: 'info',
    summary: `Atlas asks since ${iso(at)} to rotate the customer’s key (${namesOf(due)})`,
    inShort: { one: 'the encryption key needs rotation' },
    action: ROTATE,
    startedAt: at,
  });
}
