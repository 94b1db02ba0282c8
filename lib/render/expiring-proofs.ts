import type { Head } from '../domain/incidents/head.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { isNamed, type Proof, type TestedSource } from '../domain/recovery/restore-test.ts';
import { DAY, type Instant, iso } from '../domain/time.ts';
import { correctedProof, tooOldFrom } from '../reconcile/alert-path-findings.ts';

/** Two days, so that each is in at least two daily digests: one may be missed. */
const SOON = 2 * DAY;
/** A line of the digest has 300 characters. */
const NAMED = 4;

type ProofPolicy = Pick<GeneralPolicy, 'restoreTests' | 'proofAfter' | 'channels'>;

/** One line about proofs that expire soon, or have expired without a newer one: of restores, by source, and of the alert path. */
export function expiringProofs(head: Head, now: Instant, general: ProofPolicy): string {
  const expiring = [...restores(head, general), ...alertPath(head, general)]
    .filter(({ expiresAt }) => expiresAt <= now + SOON)
    .toSorted((a, b) => a.expiresAt - b.expiresAt);
  if (expiring.length === 0) return 'Proofs about to expire: none.';
  const named = expiring
    .slice(0, NAMED)
    .map(({ what, expiresAt }) => `${what} ${expiresAt <= now ? 'expired' : 'expires'} ${iso(expiresAt)}`);
  // The count comes first, because a long line is cut at its end.
  const first = expiring.length > NAMED ? `, the first ${NAMED}` : '';
  return `Proofs about to expire: ${expiring.length}${first}: ${named.join('; ')}.`;
}

type ExpiringProof = { readonly what: string; readonly expiresAt: Instant };

function restores({ recovery }: Head, general: ProofPolicy): readonly ExpiringProof[] {
  const passed = (recovery?.proofs ?? []).filter(({ verdict, source }) => verdict === 'passed' && isPlanned(source, general));
  const bySource = Map.groupBy(passed, ({ source }) => `${source.projectId}/${source.name}`);
  return [...bySource.values()].map((proofs) => ({
    what: `restore of ${nameOf(proofs)} by ${[...new Set(proofs.map(({ plan }) => plan))].join(', ')}`,
    expiresAt: Math.max(...proofs.map(expiryOf)),
  }));
}

function isPlanned(source: TestedSource, { restoreTests = [] }: ProofPolicy): boolean {
  return restoreTests.some((plan) => plan.sources.some((name) => isNamed(source, name)));
}

function nameOf(proofs: readonly Proof[]): string {
  const source = proofs.at(-1)?.source;
  return source ? `${source.name} (${source.projectName})` : '';
}

function expiryOf({ point }: Proof): Instant {
  return point?.expiresAt ?? Number.POSITIVE_INFINITY;
}

function alertPath(head: Head, general: ProofPolicy): readonly ExpiringProof[] {
  const proof = correctedProof(head, general);
  return proof?.verdict === 'passed' ? [{ what: 'the alert path', expiresAt: tooOldFrom(proof, general) }] : [];
}
