import { clean, cut } from '../text.ts';
import type { Instant } from '../time.ts';

/**
 * What the log has of the program itself, beside what people did: each check with its verdicts (`run`), each interval in which nobody watched (`gap`), the
 * policy in force whenever it changed (`policy`), the digest of each record of a test, drill, backup or restore (`recorded`) and of each incident that was
 * over (`incident`), and how much of the log was deleted at the end of its time (`forgotten`).
 */
export const LOGGED = ['run', 'gap', 'policy', 'recorded', 'incident', 'forgotten'] as const;

/** Those of them that come so often that a page of what people did leaves them out. */
export const ROUTINE: readonly AuditAct[] = ['run', 'recorded', 'incident'];

/** What the audit trail records. `unacknowledged`: a person gave it back at PagerDuty. `restore-started`: by hand. `accepted`: a weakened setting, with a reason. */
export const AUDIT_ACTS = [
  'sign-in',
  'sign-in-refused',
  'acknowledged',
  'unacknowledged',
  'silence-made',
  'silence-ended',
  'window-made',
  'window-ended',
  'accepted',
  'acceptance-ended',
  'resend',
  'alert-proof',
  'restore-test-started',
  'drill-started',
  'restore-started',
  'export',
  'note',
  ...LOGGED,
] as const;

export type AuditAct = (typeof AUDIT_ACTS)[number];

/** An act before it has its place in the trail. */
export type AuditDraft = {
  readonly at: Instant;
  readonly what: AuditAct;
  /** A name, or "cron"; null if nobody is known, as of refused sign-ins. */
  readonly by: string | null;
  /** The address of whoever did it; null if it is not known. */
  readonly from: string | null;
  /** What it was done to: an id, or a name. */
  readonly about: string | null;
  readonly details: Readonly<Record<string, string>>;
  /** JSON without white space that the program wrote: a check's verdicts, a policy. Not cut, since it is read by programs. */
  readonly data?: string;
};

/** An act in its place. `at` is ISO 8601 in UTC; `previous` and `hash` are SHA-256 in hex (docs/operations.md, "Audit trail"). */
export type AuditEntry = Omit<AuditDraft, 'at'> & {
  /** Counts from 1 without holes. */
  readonly number: number;
  readonly at: string;
  /** The hash of the entry before; of the first entry 64 zeros. */
  readonly previous: string;
  /** Of this entry without this member. */
  readonly hash: string;
};

/** The last entry of a log: its number and its hash. Whoever keeps it sees later that the end was cut off, or everything written anew. */
export type TrailTip = { readonly number: number; readonly hash: string };

const NAME_MOST = 100;
const ABOUT_MOST = 300;
const DETAIL_MOST = 500;
const DETAILS_MOST = 60;

/** The act as the trail keeps it: each text on one line, without control characters and bidirectional marks, and of bounded length. */
export function cleanDraft({ by, from, about, details, ...rest }: AuditDraft): AuditDraft {
  const line = (text: string | null, most: number): string | null => text && cut(clean(text), most);
  const kept = Object.entries(details).slice(0, DETAILS_MOST);
  return {
    ...rest,
    by: line(by, NAME_MOST),
    from: line(from, NAME_MOST),
    about: line(about, ABOUT_MOST),
    details: Object.fromEntries(kept.map(([name, text]) => [cut(clean(name), NAME_MOST), cut(clean(text), DETAIL_MOST)])),
  };
}
