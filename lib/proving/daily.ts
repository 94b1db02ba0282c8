import { prepared } from '../alerts/deliver.ts';
import { budgetOf } from '../budget.ts';
import type { Instant } from '../domain/time.ts';
import type { Head } from '../domain/head.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { NO_RECOVERY } from '../domain/restore-test.ts';
import { courierOf, type Parts, wordsOf } from '../parts.ts';
import { sendAll } from '../send.ts';
import { type Ledger, openLedger } from '../state/ledger.ts';
import { type Advancing, advanceTests } from './advance.ts';
import { begin, isDue } from '../recovery/begin.ts';
import { withRecoveryIncidents } from './findings.ts';
import { holdAssertions } from './integrity.ts';
import { keepManifests } from './manifests.ts';
import { planNames, refused, seenPlans, turnOf } from '../recovery/state.ts';
import { NO_CREDENTIALS } from './surroundings.ts';

export type DailyAnswer =
  | {
      readonly status: 200;
      readonly body: { readonly started: readonly string[]; readonly refused: Readonly<Record<string, string>>; readonly underWay: number };
    }
  | { readonly status: 500; readonly body: { readonly error: string } };

/** One plan, due or not; `by`: who asks. */
type Only = { readonly plan: string; readonly source?: string; readonly by?: string };

/** `/api/cron/restore-test`: manifests of the sources, the data's assertions, and the restore tests that are due. Idempotent: what is not due is not begun. Never throws. */
export async function daily(parts: Parts, only?: Only): Promise<DailyAnswer> {
  try {
    const ledger = await opened(parts);
    const courier = { ...courierOf(parts, parts.newId()), deadline: budgetOf(parts.now(), parts).deliverUntil };
    const advancing: Advancing = { parts, ledger, courier, deadline: budgetOf(parts.now(), parts).collectUntil };
    // What is begun by hand is compared with what the source looks like now, too.
    await keepManifests(advancing, only ? 0 : undefined);
    if (!only) await holdAssertions(advancing);
    const started = await beginDue(advancing, only);
    await advanceTests(advancing);
    await sendAll(ledger, courier);
    const { tests, refusals } = ledger.head().recovery ?? NO_RECOVERY;
    return {
      status: 200,
      body: {
        started,
        refused: Object.fromEntries(
          Object.values(refusals)
            .toSorted((a, b) => a.at - b.at)
            .map(({ plan, why }) => [plan, why]),
        ),
        underWay: tests.length,
      },
    };
  } catch (cause) {
    const words = wordsOf(cause);
    parts.log(`restore-test failed: ${words}`);
    return { status: 500, body: { error: words } };
  }
}

/** The head, and the way to change it, with the policy's word on how long records are kept. */
export async function opened(parts: Parts): Promise<Ledger> {
  const { recordsKeptFor } = parts.policy.general;
  return openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now, recordsKeptFor });
}

/** Begins what is due; asked for by name, also what is not. The names of the plans that were begun. */
async function beginDue({ parts, ledger, courier }: Advancing, only?: Only): Promise<readonly string[]> {
  const plans = parts.policy.general.restoreTests ?? [];
  const now = parts.now();
  const ids = new Map(plans.map((plan) => [plan.name, `restore-test-${plan.name}-${now.toString(36)}-${parts.newId().slice(0, 8)}`]));
  const wanted = (head: Head): readonly RestorePlan[] =>
    plans.filter((plan) => (only ? plan.name === only.plan && !isBusy(head, plan) : isDue(head, plan, now)));
  const before = ledger.head();
  const due = wanted(before);
  const seen = seenPlans(before, planNames(parts.policy.general), now);
  if (due.length === 0 && seen === before) return [];
  const head = await ledger.update({
    apply: (current, revision) => {
      const known = seenPlans(current, planNames(parts.policy.general), now);
      if (parts.recovery?.atlas)
        return wanted(current).reduce(
          (next, plan) =>
            begin(next, plan, {
              id: ids.get(plan.name) ?? '',
              now,
              ...(only?.source && { sourceName: only.source }),
              ...(only?.by && { by: only.by }),
            }),
          known,
        );
      const without = wanted(current).reduce((next, plan) => refusedTurn(next, plan, now), known);
      return prepared(withRecoveryIncidents(without, parts, revision), courier);
    },
  });
  return (head.recovery ?? NO_RECOVERY).tests.filter(({ id }) => [...ids.values()].includes(id)).map(({ plan }) => plan);
}

/** Nothing may be restored at all: said of the source whose turn it is. */
function refusedTurn(head: Head, plan: RestorePlan, now: Instant): Head {
  const { source } = turnOf(plan, head.recovery?.turns[plan.name]?.next ?? 0);
  return source ? refused(head, { id: '', plan: plan.name, source }, NO_CREDENTIALS, now) : head;
}

function isBusy(head: Head, plan: RestorePlan): boolean {
  return !isDue({ ...head, recovery: { ...(head.recovery ?? NO_RECOVERY), turns: {} } }, plan, 0);
}
