import type { Acceptance } from '../incidents/acceptance.ts';
import type { Head, Silence, StoredWindow } from '../incidents/head.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Drill } from '../recovery/drill.ts';
import type { RestoreTest } from '../recovery/restore-test.ts';
import { type Instant, iso } from '../time.ts';
import type { AuditAct, AuditDraft } from './audit-entry.ts';

/** Who changed the head, and from which address, as far as the one who changes it knows. */
export type Actor = { readonly by: string | null; readonly from: string | null };

/**
 * Pure: the acts that a change of the head shows by itself, whoever made it: acknowledgements, silences and maintenance windows made, settings accepted, restore tests and
 * drills begun, proofs of the alert path begun. What ends in the head names nobody, so whoever ends it says so (`Change.trail`).
 */
export function actsBetween(before: Head, after: Head, { at, by, from }: Actor & { readonly at: Instant }): readonly AuditDraft[] {
  const act = (what: AuditAct, who: string | null, about: string, details: AuditDraft['details']): AuditDraft => ({
    at,
    what,
    by: who,
    from,
    about,
    details,
  });
  return [
    ...acknowledged(before.incidents, after.incidents).map((one) =>
      act('acknowledged', one.acknowledgement?.by ?? null, one.id, ofIncident(one)),
    ),
    ...added(before.silences, after.silences).map((one) => act('silence-made', one.by, one.id, ofSilence(one))),
    ...added(before.windows, after.windows).map((one) => act('window-made', one.by, one.id, ofWindow(one))),
    ...added(before.acceptances, after.acceptances).map((one) => act('accepted', one.by, one.id, ofAcceptance(one))),
    ...added(before.recovery?.tests, after.recovery?.tests).map((one) => act('restore-test-started', one.by, one.id, ofTest(one))),
    ...added(before.recovery?.drills?.active, after.recovery?.drills?.active).map((one) =>
      act('drill-started', one.by, one.id, ofDrill(one)),
    ),
    ...(after.proof !== undefined && after.proof.startedAt !== before.proof?.startedAt
      ? [act('alert-proof', by ?? 'cron', 'alert path', {})]
      : []),
  ];
}

function acknowledged(before: readonly Incident[], after: readonly Incident[]): readonly Incident[] {
  if (before === after) return [];
  const earlier = new Map(before.map(({ id, acknowledgement }) => [id, acknowledgement]));
  return after.filter(({ id, acknowledgement: now }) => {
    const was = earlier.get(id);
    return now !== null && (was?.at !== now.at || was.by !== now.by);
  });
}

function added<T extends { readonly id: string }>(before: readonly T[] = [], after: readonly T[] = []): readonly T[] {
  if (before === after || after.length === 0) return [];
  const known = new Set(before.map(({ id }) => id));
  return after.filter(({ id }) => !known.has(id));
}

function ofIncident({ check, resource, acknowledgement }: Incident): AuditDraft['details'] {
  const { name, projectName } = resource;
  const until = acknowledgement && { via: acknowledgement.via, until: iso(acknowledgement.until) };
  return { check, resource: name, ...(projectName !== null && { project: projectName }), ...until };
}

function ofSilence({ match, why, from, until }: Silence): AuditDraft['details'] {
  return { ...match, why, from: iso(from), until: iso(until) };
}

function ofWindow({ match, why, cron, timeZone, minutes }: StoredWindow): AuditDraft['details'] {
  return { ...match, why, cron, timeZone, minutes: String(minutes) };
}

function ofAcceptance({ check, resource: { name, projectName }, parts, why }: Acceptance): AuditDraft['details'] {
  const what = parts.map(({ words }) => words).join('; ');
  return { check, resource: name, ...(projectName !== null && { project: projectName }), what, why };
}

function ofTest({ plan, source, targetName }: RestoreTest): AuditDraft['details'] {
  return { plan, source: `${source.projectName}/${source.name}`, target: `${targetName.project}/${targetName.cluster}` };
}

function ofDrill({ scenario, plan, targetName }: Drill): AuditDraft['details'] {
  return {
    scenario,
    ...(plan !== null && { plan }),
    ...(targetName !== null && { target: `${targetName.project}/${targetName.cluster}` }),
  };
}
