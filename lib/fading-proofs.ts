import type { Head } from './domain/head.ts';
import type { GeneralPolicy } from './domain/policy.ts';
import type { Proof, TestedSource } from './domain/restore-test.ts';
import { DAY, type Instant, iso } from './domain/time.ts';
import { corrected, oldFrom } from './incidents/proof.ts';

/** About to expire: so that each is in at least two daily digests, one of which may be missed. */
const SOON = 2 * DAY;
const NAMED = 5;

type Proving = Pick<GeneralPolicy, 'restoreTests' | 'proofAfter'>;

/** Pure: one line about the proofs that expire soon, or have expired with nothing newer proven: of restores, by source, and of the alert path. */
export function fadingProofs(head: Head, now: Instant, general: Proving): string {
  const fading = [...restores(head, general), ...alertPath(head, general)]
    .filter(({ expiresAt }) => expiresAt <= now + SOON)
    .toSorted((a, b) => a.expiresAt - b.expiresAt);
  if (fading.length === 0) return 'Proofs about to expire: none.';
  const named = fading
    .slice(0, NAMED)
    .map(({ what, expiresAt }) => `${what} ${expiresAt <= now ? 'expired' : 'expires'} ${iso(expiresAt)}`);
  // How many there are comes first: a long line is cut at its end.
  const first = fading.length > NAMED ? `, the first ${NAMED}` : '';
  return `Proofs about to expire: ${fading.length}${first}: ${named.join('; ')}.`;
}

type Fading = { readonly what: string; readonly expiresAt: Instant };

function restores({ recovery }: Head, general: Proving): readonly Fading[] {
  const passed = (recovery?.proofs ?? []).filter(({ verdict, source }) => verdict === 'passed' && isPlanned(source, general));
  const bySource = Map.groupBy(passed, ({ source }) => `${source.projectId}/${source.name}`);
  return [...bySource.values()].map((proofs) => ({ what: `restore of ${nameOf(proofs)}`, expiresAt: Math.max(...proofs.map(expiryOf)) }));
}

function isPlanned({ name, projectId, projectName }: TestedSource, { restoreTests = [] }: Proving): boolean {
  const sources = restoreTests.flatMap((plan) => plan.sources);
  return sources.some(({ project, cluster }) => cluster === name && (project === projectId || project === projectName));
}

function nameOf(proofs: readonly Proof[]): string {
  const source = proofs.at(-1)?.source;
  return source ? `${source.name} (${source.projectName})` : '';
}

function expiryOf({ point }: Proof): Instant {
  return point?.expiresAt ?? Number.POSITIVE_INFINITY;
}

function alertPath(head: Head, general: Proving): readonly Fading[] {
  const proof = corrected(head);
  return proof?.verdict === 'passed' ? [{ what: 'the alert path', expiresAt: oldFrom(proof, general) }] : [];
}
