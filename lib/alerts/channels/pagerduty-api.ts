import { z } from 'zod';
import type { Duration } from '../../domain/time.ts';

/**
 * `acknowledged`: by a person. `triggered`: nobody has it in hand, also where only a machine acknowledged it, as our own message of an acknowledgement
 * does. `resolved`: by a person. `closed`: by a timer of PagerDuty's, or by whatever else is no person; our own resolve is one.
 */
export type PagerDutyState = 'triggered' | 'acknowledged' | 'resolved' | 'closed' | 'unknown';

/** Asks PagerDuty what it holds under our keys. `null` for a key whose answer could not be read: nothing is concluded from that. */
export type PagerDutyApi = (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, PagerDutyState | null>>;

/** A `user_reference`, `service_reference` or whatever else acts there. */
const AGENT = z.object({ type: z.string().nullish() });
const ANSWER = z.object({
  incidents: z.array(
    z.object({
      incident_key: z.string().nullish(),
      status: z.enum(['triggered', 'acknowledged', 'resolved']),
      last_status_change_by: AGENT.nullish(),
      // All of them while it is acknowledged, where `last_status_change_by` names the first alone.
      acknowledgements: z.array(z.object({ acknowledger: AGENT.nullish() })).nullish(),
    }),
  ),
});
/** 960 requests a minute are allowed for a token (facts, B); a few at a time are enough. */
const ABREAST = 5;

/** REST API `GET /incidents?incident_key=` (https://developer.pagerduty.com/api-reference/list-incidents). Never throws. */
export function openPagerDutyApi({
  token,
  url,
  timeout,
}: {
  readonly token: string;
  readonly url: string;
  readonly timeout: Duration;
}): PagerDutyApi {
  return async (keys, signal) => {
    const found = new Map<string, PagerDutyState | null>();
    const queue = keys.values();
    const work = async (): Promise<void> => {
      for (const key of queue)
        found.set(
          key,
          await stateOf(
            `${url}/incidents?incident_key=${encodeURIComponent(key)}&date_range=all`,
            token,
            AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
          ),
        );
    };
    await Promise.all(Array.from({ length: ABREAST }, work));
    return found;
  };
}

async function stateOf(address: string, token: string, signal: AbortSignal): Promise<PagerDutyState | null> {
  try {
    const headers = { Authorization: `Token token=${token}`, Accept: 'application/vnd.pagerduty+json;version=2' };
    const answer = await fetch(address, { headers, signal, redirect: 'manual', cache: 'no-store' });
    if (answer.status !== 200) return null;
    const parsed = ANSWER.safeParse(await answer.json());
    if (!parsed.success) return null;
    const states = parsed.data.incidents.map(stateShown);
    return (['triggered', 'acknowledged', 'resolved'] as const).find((state) => states.includes(state)) ?? states[0] ?? 'unknown';
  } catch {
    return null;
  }
}

type Shown = z.infer<typeof ANSWER>['incidents'][number];

function stateShown({ status, last_status_change_by: by, acknowledgements }: Shown): Exclude<PagerDutyState, 'unknown'> {
  if (status === 'resolved') return isPerson(by) ? 'resolved' : 'closed';
  const isTaken = status === 'acknowledged' && acknowledgements?.some(({ acknowledger }) => isPerson(acknowledger));
  return isTaken ? 'acknowledged' : 'triggered';
}

function isPerson(agent: z.infer<typeof AGENT> | null | undefined): boolean {
  return agent?.type === 'user_reference';
}
