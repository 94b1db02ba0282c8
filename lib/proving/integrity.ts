import { prepared } from '../alerts/deliver.ts';
import type { Assertion, EvidenceLine } from '../domain/evidence.ts';
import { verdictOf } from '../domain/evidence.ts';
import type { LogRecord } from '../domain/record.ts';
import type { IntegrityState } from '../domain/restore-test.ts';
import { HOUR, type Instant } from '../domain/time.ts';
import type { Parts } from '../parts.ts';
import type { Advancing } from './advance.ts';
import { withRecoveryIncidents } from './findings.ts';
import { withRecovery } from '../recovery/state.ts';
import { troubleOf } from '../recovery/trouble.ts';

/** Daily, with room for a cron that comes early. */
const APART = 20 * HOUR;

/** Holds the user's sentences about the data against the source (plan 3.1), read-only, where MONGODB_URI is given; what fails is told at once. */
export async function holdAssertions({ parts, ledger, courier, deadline }: Advancing): Promise<void> {
  const assertions = (parts.policy.general.assertions ?? []).filter((assertion) => addressFor(assertion, parts) !== null);
  const before = ledger.head().recovery?.integrity;
  const now = parts.now();
  if (assertions.length === 0 || !parts.recovery || (before && now - before.at < APART)) return;
  const lines = await heldAt(assertions, parts, deadline);
  await ledger.update({
    apply: (head, revision) => {
      const integrity = heldState(head.recovery?.integrity, assertions, lines, now);
      return prepared(
        withRecoveryIncidents(
          withRecovery(head, (state) => ({ ...state, integrity })),
          parts,
          revision,
        ),
        courier,
      );
    },
    // A verdict that changed is worth a record; the same one every day is not.
    records: (head) =>
      verdictOf(head.recovery?.integrity?.lines ?? []) === verdictOf(lines) && head.recovery?.integrity ? [] : [recordOf(lines, now)],
  });
}

/** The address of the source that it is about, where policy gives it one, else MONGODB_URI; null: neither is set. */
function addressFor({ cluster }: Assertion, { policy, recovery }: Parts): string | null {
  const sources = (policy.general.restoreTests ?? []).flatMap((plan) => plan.sources);
  const own = cluster === undefined ? null : (sources.find((source) => source.cluster === cluster && source.uri !== null)?.uri ?? null);
  return recovery?.sourceAddress(own) ?? null;
}

/** One line an assertion, in their order, each asked where it belongs. */
async function heldAt(assertions: readonly Assertion[], parts: Parts, deadline: Instant): Promise<readonly EvidenceLine[]> {
  const lines = new Map<Assertion, EvidenceLine>();
  for (const [uri, group] of Map.groupBy(assertions, (assertion) => addressFor(assertion, parts))) {
    const asked =
      uri === null || !parts.recovery
        ? []
        : await parts.recovery.deployments
            .hold(uri, group, { deadline })
            .catch((cause: unknown) => group.map((assertion) => unheld(assertion, troubleOf(cause))));
    group.forEach((assertion, index) => lines.set(assertion, asked[index] ?? unheld(assertion, 'it was not asked')));
  }
  return assertions.map((assertion) => lines.get(assertion) ?? unheld(assertion, 'it was not asked'));
}

function unheld({ name, namespace }: Assertion, why: string): EvidenceLine {
  return { what: 'assertion', namespace, expected: name, found: why, verdict: 'could-not-verify' };
}

/** Pure: one line an assertion, in their order. */
function heldState(
  before: IntegrityState | undefined,
  assertions: readonly Assertion[],
  lines: readonly EvidenceLine[],
  at: Instant,
): IntegrityState {
  const held = assertions.flatMap(({ name }, index) => {
    const last = lines[index]?.verdict === 'passed' ? at : before?.lastHeld[name];
    return last === undefined ? [] : [[name, last] as const];
  });
  return { at, lines, lastHeld: Object.fromEntries(held) };
}

function recordOf(lines: readonly EvidenceLine[], at: Instant): LogRecord {
  const verdict = verdictOf(lines);
  const failed = lines.filter((line) => line.verdict === 'failed').length;
  const summary =
    failed > 0
      ? `${failed} of ${lines.length} assertions about the data do not hold`
      : `${lines.length} assertions about the data: ${verdict}`;
  const id = `integrity-${at.toString(36)}`;
  return {
    id,
    kind: 'integrity',
    startedAt: at,
    endedAt: at,
    subject: 'the source at MONGODB_URI',
    by: 'cron',
    verdict,
    summary,
    measured: {},
    evidence: lines,
    details: {},
  };
}
