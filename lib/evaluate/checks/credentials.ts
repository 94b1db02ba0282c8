import { notEvaluated } from '../../domain/check/daily-check.ts';
import type { Check, CheckInput } from '../../domain/check/check-definition.ts';
import type { AccountSecret, AccountUse } from '../../domain/facts/daily-facts.ts';
import { exempt, failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { ORGANISATION } from '../../domain/memory/cluster-subject.ts';
import type { Severity } from '../../domain/policy/policy.ts';
import { DAY, type Instant, iso, spell } from '../../domain/time.ts';

const check = 'credentials';
const ACTION =
  'Make a new secret: Atlas → Organization → Applications → Service Accounts → the account → Generate New Client Secret. Put it into the environment, run `restorewatch doctor`, and only then delete the old one.';

/** Of docs/contract.md, clause 10: so long before the end, or so much of the secret's life, whichever is less. */
const LIMITS = [
  { severity: 'critical', before: 2 * DAY, share: 1 / 20 },
  { severity: 'warning', before: 14 * DAY, share: 1 / 4 },
] as const;

const NAMES: Readonly<Record<AccountUse, string>> = {
  watch: 'the service account that watches (ATLAS_CLIENT_ID)',
  restore: 'the service account that restores (ATLAS_RESTORE_CLIENT_ID)',
};

/** Our own access to Atlas ends on a day that is known: nobody has to find out from blindness. */
export const credentials: Check = {
  id: check,
  promise: 'the secrets of our service accounts are renewed in time',
  inShort: { one: 'our Atlas secret is about to expire' },
  severity: 'critical',
  severityInWords: 'warning 14 days, critical 2 days before the end (or a quarter and a twentieth of its life, if that is less)',
  ofOrganisation: true,
  reads: 'accounts',
  runbook: {
    means: 'The secret of a service account that Restorewatch signs in to Atlas with is about to expire.',
    risk: 'When it has expired nothing is watched any more, or no restore test and no restore by command can begin.',
    steps: [
      'Make a second secret of the same account: Atlas → Organization → Applications → Service Accounts. Both are valid until the old one expires.',
      'Put it into ATLAS_CLIENT_SECRET or ATLAS_RESTORE_CLIENT_SECRET, start anew, and run `restorewatch doctor`.',
      'Delete the old secret once doctor is content.',
    ],
    over: 'Atlas lists a secret that lives longer.',
    follow: ['credential-rotation'],
  },
  evaluate: findingsOf,
};

const USES: readonly AccountUse[] = ['watch', 'restore'];

/** One finding for the organisation: the worst of its accounts. */
function findingsOf(input: CheckInput): readonly Finding[] {
  const found = USES.flatMap((use) => findingFor(use, input) ?? []);
  const failed = found.filter(({ verdict }) => verdict === 'failing');
  const worst =
    failed.find(({ severity }) => severity === 'critical') ?? failed.find(({ severity }) => severity === 'warning') ?? failed[0];
  if (!worst) return together(found);
  if (failed.length === 1) return [worst];
  const summary = failed.map((finding) => finding.summary).join('; ');
  return [
    { ...worst, summary, evidence: failed.flatMap(({ evidence }) => evidence), counted: failed.flatMap(({ counted = [] }) => counted) },
  ];
}

/** While none is about to expire: unknown if one of them is; ok if one is, and none unknown. */
function together(found: readonly Finding[]): readonly Finding[] {
  const [first, another] = found;
  if (!first || !another) return found;
  const worst = found.find(({ verdict }) => verdict === 'unknown') ?? found.find(({ verdict }) => verdict === 'ok') ?? first;
  const summary = (): string => found.map((finding) => finding.summary).join('; ');
  const make = { unknown: notKnown, ok, exempt, failing: exempt }[worst.verdict];
  return [make({ check, resource: ORGANISATION, summary })];
}

function findingFor(use: AccountUse, { memory, facts, now }: CheckInput): Finding | null {
  const note = memory.accounts?.[use];
  if (!note) return null;
  const about = { check, resource: ORGANISATION };
  const account = note.last?.value;
  if (account?.secrets === null) return exempt({ ...about, summary: 'an API key does not expire' });
  const secret = secretInUse(account?.secrets ?? []);
  const fault = secret && expiryOf(secret, use, now);
  // A date that was read once stays true while Atlas cannot be asked again.
  if (fault) return fault;
  const cannotTell = notEvaluated(note, {
    ...about,
    what: `when the secret of ${NAMES[use]} expires`,
    blind: facts.projects.known ? null : facts.projects.reason,
  });
  if (cannotTell) return { ...cannotTell, ...named(cannotTell, use) };
  if (!secret?.expiresAt) return notKnown({ ...about, summary: `Atlas says no usable \`expiresAt\` of the secret of ${NAMES[use]}` });
  const { expiresAt } = secret;
  return ok({ ...about, summary: () => `the secret of ${NAMES[use]} is valid until ${iso(expiresAt)}` });
}

/** A spread of a finding without fault would lose its text. */
function named(finding: Finding, use: AccountUse): Pick<Finding, 'summary' | 'evidence'> {
  return { summary: `${NAMES[use]}: ${finding.summary}`, evidence: finding.evidence };
}

/** Ours, if Atlas tells which it is; else the one that lives longest. One without a usable end may be that one: then nothing is known. */
function secretInUse(secrets: readonly AccountSecret[]): AccountSecret | undefined {
  const candidates = secrets.some(({ isOurs }) => isOurs) ? secrets.filter(({ isOurs }) => isOurs) : secrets;
  return candidates.toSorted((a, b) => (b.expiresAt ?? Number.POSITIVE_INFINITY) - (a.expiresAt ?? Number.POSITIVE_INFINITY))[0];
}

function expiryOf({ id, createdAt, expiresAt }: AccountSecret, use: AccountUse, now: Instant): Finding | null {
  if (expiresAt === null) return null;
  const life = createdAt === null || createdAt >= expiresAt ? Number.POSITIVE_INFINITY : expiresAt - createdAt;
  const limit = LIMITS.find(({ before, share }) => expiresAt - now <= Math.min(before, share * life));
  if (!limit) return null;
  const when = expiresAt <= now ? `expired at ${iso(expiresAt)}` : `expires ${iso(expiresAt)}, in ${spell(expiresAt - now)}`;
  const severity: Severity = limit.severity;
  return failing({
    check,
    resource: ORGANISATION,
    severity,
    summary: `the secret of ${NAMES[use]} ${when}`,
    action: ACTION,
    evidence: [[`secret of ${use}`, `${id}, ${when}`]],
    counted: [use],
  });
}
