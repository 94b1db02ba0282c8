import type { LastMessage } from '../../domain/incidents/recorded-checklist.ts';
import { addressOf } from '../../domain/incidents/channel-address.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { Delivery } from '../../domain/incidents/incident.ts';
import { traitsOf } from '../../domain/policy/channel-traits.ts';
import { PRIORITIES, type Priority } from '../../domain/policy/policy.ts';
import { rolesToFill } from '../../domain/policy/roles.ts';
import { iso } from '../../domain/time.ts';
import { contacts } from '../../evaluate/checks/contacts.ts';
import { correctedProof, STATE_IN_WORDS, tooOldFrom } from '../../reconcile/alert-path-findings.ts';
import { rosterOf } from '../../route/destinations.ts';
import { routeFor } from '../../route/route.ts';
import type { ChecklistInput } from './input.ts';
import { type ItemEvaluation, type Part, part, single, together } from './item-evaluation.ts';

const ALERT_PATH = '/alert-path';

/** Pure: by address, the newest message that was attempted. `before` has those that the head has forgotten. */
export function lastMessages(
  { deliveries }: Pick<Head, 'deliveries'>,
  before: ChecklistInput['messages'] = {},
): ChecklistInput['messages'] {
  const tried = deliveries.filter(({ attempts, state }) => attempts > 0 && state !== 'cancelled');
  const newest = new Map(Object.entries(before));
  for (const { channel, team, createdAt: at, state, lastError: error } of tried) {
    const address = addressOf(channel, team);
    const known = newest.get(address);
    // Of one message to several recipients, the one that was taken counts: the channel works.
    if (!known || at > known.at || (at === known.at && state === 'accepted')) newest.set(address, { at, state, error });
  }
  return Object.fromEntries(newest);
}

/** Pure: each priority has a channel whose newest message was taken, by the default recipients. */
export function monitoringAlerts(input: ChecklistInput): ItemEvaluation {
  return together(
    PRIORITIES.map((priority) => priorityPart(priority, input)),
    'no priority is known',
  );
}

function priorityPart(priority: Priority, { roster, general, messages }: ChecklistInput): Part {
  const { channels } = routeFor(priority, rosterOf(roster, undefined), new Set(), general);
  if (channels.length === 0) return part('not-met', `${priority}: no channel is configured and working`, ALERT_PATH);
  const last = channels.map((id) => ({ label: traitsOf(general, id).label, message: messages[addressOf(id, undefined)] }));
  const words = last.map(({ label, message }) => `${label} ${messageInWords(message)}`).join('; ');
  const wasTaken = last.some(({ message }) => message?.state === 'accepted');
  const wasTried = last.some(({ message }) => message !== undefined);
  return part(wasTaken ? 'met' : wasTried ? 'not-met' : 'unknown', `${priority}: ${words}`, ALERT_PATH);
}

function messageInWords(message: LastMessage | undefined): string {
  if (message === undefined) return 'has had no message so far';
  const words: Readonly<Record<Delivery['state'], string>> = { ...STATE_IN_WORDS, accepted: 'took its last message' };
  const { state, at, error } = message;
  return state === 'accepted'
    ? `${words.accepted} of ${iso(at)}`
    : `did not take its last message of ${iso(at)}: ${words[state]}${error === null ? '' : ` (${error})`}`;
}

/** Pure: the last proof of the alert path passed, and is not too old. */
export function alertPathProven({ head, general, now }: ChecklistInput): ItemEvaluation {
  const proof = correctedProof(head, general);
  if (proof === undefined) return single('not-met', 'never proven: `restorewatch alerts prove`', ALERT_PATH);
  const begun = iso(proof.startedAt);
  if (proof.verdict === 'running') return single('unknown', `a proof is under way since ${begun}`, ALERT_PATH);
  if (proof.verdict === 'failed') return single('not-met', `the proof of ${begun} failed: ${proof.detail}`, ALERT_PATH);
  const until = tooOldFrom(proof, general);
  const words = now > until ? `was too old from ${iso(until)}` : `holds until ${iso(until)}`;
  return single(now > until ? 'not-met' : 'met', `the proof of ${begun} passed (${proof.detail}) and ${words}`, ALERT_PATH);
}

/** Every runbook names the roles with their contacts, for those who may see them. */
const ROLES = `/runbooks/${contacts.id}`;

/**
 * Pure: the plan's four roles, and those that the policy adds, have a contact, which is not repeated: anybody may see a public page. Whether alerts reach them is
 * the check `contacts`.
 */
export function rolesFilled({ general }: ChecklistInput): ItemEvaluation {
  const parts = rolesToFill(general.people).map(({ role, contact }) =>
    contact === null ? part('not-met', `${role}: TBD`, ROLES) : part('met', `${role}: has a contact`, ROLES),
  );
  return together(parts, 'the plan names no role');
}
