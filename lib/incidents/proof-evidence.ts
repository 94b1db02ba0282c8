import type { Evidence } from '../domain/finding.ts';
import type { Proof } from '../domain/restore-test.ts';
import { type Duration, iso, spell } from '../domain/time.ts';

/** "the snapshot of 2026-11-22T13:42:00Z": what a test was about. */
export function when({ point, startedAt }: Proof): string {
  return point === null ? iso(startedAt) : `${point.kind === 'snapshot' ? 'the snapshot of' : 'the moment'} ${iso(point.at)}`;
}

/** Verdict lines first, then the measures with those of the tests before, for the trend. */
export function proofEvidence(
  proof: Proof,
  proofs: readonly Proof[],
  { targets }: { readonly targets: { readonly rto: Duration; readonly rpo: Duration } },
): Evidence {
  const { restore, validate, rto, rpo } = proof.measured;
  const span = (label: string, value: Duration | null, target?: Duration): Evidence =>
    value === null ? [] : [[label, `${spell(value)}${target === undefined ? '' : ` (target ${spell(target)})`}`]];
  const before = (what: 'rto' | 'rpo', label: string): Evidence => {
    const spans = proofs.slice(0, -1).flatMap(({ measured }) => measured[what] ?? []);
    return spans.length === 0
      ? []
      : [
          [
            label,
            spans
              .slice(-5)
              .map((value) => spell(value))
              .join(', '),
          ],
        ];
  };
  return [
    ...proof.worst.map((line): readonly [string, string] => [
      `${line.namespace ?? 'deployment'}: ${line.what}`,
      `expected ${line.expected}, found ${line.found}`,
    ]),
    ...(proof.point ? [['recovery point', when(proof)] as const] : []),
    ...span('restored in', restore),
    ...span('validated in', validate),
    ...span('RTO', rto, targets.rto),
    ...span('RPO achieved', rpo, targets.rpo),
    ...before('rto', 'RTO of the tests before'),
    ...before('rpo', 'RPO of the tests before'),
    ['record', proof.id],
  ];
}
