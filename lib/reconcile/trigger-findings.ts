import { exempt, failing, type Finding, ok, type Resource } from '../domain/findings/finding.ts';
import type { Head } from '../domain/incidents/head.ts';
import { ANY_TRIGGER, isRegular, RETIRED_AFTER, type TriggerCalls } from '../domain/incidents/trigger-calls.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import { type Duration, type Instant, iso, spell } from '../domain/time.ts';
import { monitor } from '../evaluate/checks/monitor.ts';

const check = monitor.id;
const PART = 'trigger ';

type Calling = {
  /** What called this check. */
  readonly trigger: string;
  readonly now: Instant;
  readonly interval: Duration;
};

/**
 * Pure: a trigger that called regularly and has not for three intervals, while others do, is a warning: whoever relies on two of them has one left. It ends
 * when the trigger calls again, or when it has not called for so long that somebody must have replaced it. Nothing while no check ran for long either:
 * then the whole host was down, and the trigger has not had its turn since.
 */
export function triggerFindings(head: Head, calling: Calling): readonly Finding[] {
  const { trigger, now, interval } = calling;
  const open = new Set(
    head.incidents.flatMap(({ check: of, resource, state }) => (of === check && state !== 'resolved' ? (resource.part ?? []) : [])),
  );
  const names = [...open].filter((part) => part.startsWith(PART)).map((part) => part.slice(PART.length));
  const ended = names.flatMap((name) => endOf(name, head.calls?.[name], calling));
  if (head.lastRun === null || now - head.lastRun.startedAt > 1.5 * interval) return ended;
  const silent = Object.entries(head.calls ?? {}).filter(
    ([name, calls]) => name !== ANY_TRIGGER && name !== trigger && isMissed(calls, calling) && isRegular(calls, interval),
  );
  return [...ended, ...silent.map(([name, calls]) => missed(name, calls, calling))];
}

/** What ends the incident about a trigger; nothing while it has still not called. */
function endOf(name: string, calls: TriggerCalls | undefined, calling: Calling): readonly Finding[] {
  const resource = resourceOf(name);
  if (name === calling.trigger || (calls !== undefined && calling.now - calls.last <= 3 * calling.interval))
    return [ok({ check, resource, summary: `the trigger ${name} has called` })];
  const isRetired = calls === undefined || calling.now - calls.last > RETIRED_AFTER;
  return isRetired ? [exempt({ check, resource, summary: `it has not called for ${spell(RETIRED_AFTER)} and is expected no more` })] : [];
}

function isMissed({ last }: TriggerCalls, { now, interval }: Calling): boolean {
  return now - last > 3 * interval && now - last <= RETIRED_AFTER;
}

function missed(name: string, { last }: TriggerCalls, { trigger, now, interval }: Calling): Finding {
  return failing({
    check,
    resource: resourceOf(name),
    severity: 'warning',
    summary: `the trigger ${name} has not called the check since ${iso(last)} (${spell(now - last)}); only ${trigger} does`,
    action: `See why ${name} does not call /api/cron/check any more: its schedule, its CRON_SECRET, its limits. If it was taken away on purpose, this ends by itself after ${spell(RETIRED_AFTER)}.`,
    evidence: [['last call', iso(last)]],
    startedAt: last + interval,
  });
}

function resourceOf(name: string): Resource {
  return { ...ORGANISATION, name: `the trigger ${name}`, part: `${PART}${name}` };
}
