import { withClaims } from '../deliver/claims.ts';
import type { Sender } from '../deliver/deliver.ts';
import { sendAll } from '../deliver/send-all.ts';
import { auditLine } from '../domain/audit/act-words.ts';
import { type AuditDraft, LOGGED } from '../domain/audit/audit-entry.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Instant } from '../domain/time.ts';
import { recordTimeline } from '../reconcile/record-timeline.ts';
import { type Change, type Ledger, type LedgerOptions, openLedger } from '../record/ledger.ts';
import { budgetOf } from './budget.ts';
import { type Ports, senderFor } from './ports.ts';

/** The stored head and the way to change it, for changes that owe nobody a message. Throws `StoreError`. */
export async function openHead(ports: Pick<Ports, 'store' | 'newId' | 'now' | 'policy' | 'log'>): Promise<Ledger> {
  const { store, newId } = ports;
  return openLedger(store, await store.readHead(), ledgerOptions(ports, newId()));
}

/** What every ledger does: it forgets old records, keeps the timelines of incidents, and copies each act of the audit trail to the log. */
export function ledgerOptions({ now, policy, log }: Pick<Ports, 'now' | 'policy' | 'log'>, writer: string): LedgerOptions {
  return {
    writer,
    now,
    recordsKeptFor: policy.general.recordsKeptFor,
    onAct: (act) => (isOfPeople(act) ? log(auditLine(act)) : undefined),
    timeline: recordTimeline,
  };
}

/** What the program adds to the log by itself is in the log alone: standard error has a copy of what people and schedules did. */
function isOfPeople({ what }: AuditDraft): boolean {
  return !LOGGED.some((one) => one === what);
}

/** The stored head, the way to change it, and the way to send what the change owes. */
export type Session = {
  readonly ledger: Ledger;
  readonly sender: Sender;
  /** Swaps the head, with the deliveries that are due claimed in the same swap; `send` must follow. Throws `StoreError`, or what `apply` throws. */
  readonly change: (change: Change) => Promise<Head>;
  /** Throws `StoreError` if an outcome cannot be recorded. */
  readonly send: () => Promise<void>;
};

/** Reads the head. Sending stops at `sendUntil`, by default when the budget of a run says so. Throws `StoreError`. */
export async function openSession(ports: Ports, sendUntil: Instant = budgetOf(ports.now(), ports).deliverUntil): Promise<Session> {
  const ledger = await openHead(ports);
  const sender = senderFor(ports, ports.newId(), sendUntil);
  return {
    ledger,
    sender,
    change: (change) => ledger.update({ ...change, apply: (head, revision) => withClaims(change.apply(head, revision), sender) }),
    send: () => sendAll(ledger, sender),
  };
}
