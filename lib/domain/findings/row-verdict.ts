import type { Finding, Verdict } from './finding.ts';

/** docs/contract.md: failing (by a warning or critical finding) comes before unknown, and unknown before ok. An info finding does not count as failing. Exempt if no check applies. */
export function verdictOf(findings: readonly Pick<Finding, 'verdict' | 'severity'>[]): Verdict {
  if (findings.some((finding) => finding.verdict === 'failing' && finding.severity !== 'info')) return 'failing';
  if (findings.some((finding) => finding.verdict === 'unknown')) return 'unknown';
  return findings.some((finding) => finding.verdict === 'ok' || finding.verdict === 'failing') ? 'ok' : 'exempt';
}
