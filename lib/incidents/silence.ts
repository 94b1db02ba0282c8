import type { Silence, SilenceMatch } from '../domain/head.ts';
import { CHECK_IDS, PRIORITIES } from '../domain/policy.ts';
import { DAY, type Duration, type Instant } from '../domain/time.ts';

/** Longer than this is an exemption, and belongs in restorable.config.ts with a reason. */
const LONGEST: Duration = 30 * DAY;

export type SilenceRequest = {
  readonly match: { readonly project?: string; readonly cluster?: string; readonly check?: string; readonly priority?: string };
  readonly by: string;
  readonly why: string;
  readonly from: Instant;
  readonly until: Instant;
};

/** Every problem with a silence that was asked for, in words for whoever asked; none where it may be made. */
export function silenceProblems({ match, by, why, from, until }: SilenceRequest, now: Instant): readonly string[] {
  const given = Object.values(match).filter((value) => value !== undefined && value !== '');
  const rules: readonly (readonly [boolean, string])[] = [
    [given.length > 0, 'match: name a project, cluster, check or priority; a silence over everything is not offered'],
    [
      match.check === undefined || CHECK_IDS.some((id) => id === match.check),
      `check: there is none of this name; there are ${CHECK_IDS.join(', ')}`,
    ],
    [match.priority === undefined || PRIORITIES.some((priority) => priority === match.priority), 'priority: P0, P1 or P2'],
    [by.trim() !== '', 'by: say who asks'],
    [why.trim().length >= 3, 'why: say why, in words'],
    [Number.isFinite(until), 'until: a silence has an end'],
    [!Number.isFinite(until) || until > now, 'until: lies in the past'],
    [!Number.isFinite(until) || until > from, 'until: lies before its beginning'],
    [!Number.isFinite(until) || until - from <= LONGEST, 'until: at most 30 days; what is longer is an exemption in restorable.config.ts'],
  ];
  return rules.filter(([fine]) => !fine).map(([, problem]) => problem);
}

/** The silence of a request without problems. */
export function silenceOf(request: SilenceRequest, id: string): Silence {
  const entries = Object.entries(request.match).filter(([, value]) => value !== undefined && value !== '');
  // Proof: `silenceProblems` has held check and priority against their lists.
  const match = Object.fromEntries(entries) as SilenceMatch;
  return {
    id,
    match,
    by: request.by.trim().slice(0, 100),
    why: request.why.trim().slice(0, 300),
    from: request.from,
    until: request.until,
  };
}
