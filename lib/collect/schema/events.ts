import { z } from 'zod';
import type { AtlasEvent, LostEvent } from '../../domain/facts/facts.ts';
import { clean, cut } from '../../domain/text.ts';
import type { Instant } from '../../domain/time.ts';
import { happened, instantOf, lenient, moment, objectId, resourceName, text, type Entry } from './answer-fields.ts';

const event = z.object({
  id: objectId,
  created: z.string().transform(instantOf),
  eventTypeName: z.string().min(1),
  clusterId: lenient(objectId),
  clusterName: lenient(resourceName),
  username: text,
  publicKey: text,
  remoteAddress: text,
  snapshotScheduledCreationDate: moment,
  snapshotCompletionDate: moment,
});

/** An event. It is unreadable only if its id, type or time cannot be used. */
export function parseEvent(entry: unknown, now: Instant): Entry<AtlasEvent> {
  const data = event.safeParse(entry).data;
  const at = happened(data?.created ?? null, now);
  if (data === undefined || at === null) return { kind: 'unreadable', sentence: 'Atlas lists an event without a usable id, type or time' };
  const { id, eventTypeName: type, clusterId, clusterName, snapshotScheduledCreationDate: createdAt } = data;
  const actor = actorOf(data);
  const completedAt = data.snapshotCompletionDate;
  const snapshot = createdAt !== null && completedAt !== null ? { createdAt, completedAt } : null;
  return { kind: 'usable', value: { id, type, at, clusterId, clusterName, actor, snapshot } };
}

/** Names in Atlas are mail addresses, which have at most 254 characters (RFC 5321, 4.5.3.1.3); an IPv6 address has at most 45. */
const NAME_MOST = 254;
const ADDRESS_MOST = 45;

/** Who did it and from where: "alice@example.com, 203.0.113.7", "API key abcd, 203.0.113.7" (what Terraform and scripts use); null if Atlas says neither. */
function actorOf({
  username,
  publicKey,
  remoteAddress,
}: Pick<z.infer<typeof event>, 'username' | 'publicKey' | 'remoteAddress'>): string | null {
  const who = lineOf(username, NAME_MOST) ?? lineOf(publicKey, NAME_MOST, 'API key ');
  const parts = [who, lineOf(remoteAddress, ADDRESS_MOST)].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

/** Text from outside on one line, without control characters and bidirectional marks; null if nothing is left. */
function lineOf(text: string | null, most: number, prefix = ''): string | null {
  const line = text === null ? '' : cut(clean(text), most);
  return line === '' ? null : prefix + line;
}

const remnant = z.object({ eventTypeName: text, clusterId: lenient(objectId), clusterName: lenient(resourceName) });
const NOTHING = { eventTypeName: null, clusterId: null, clusterName: null };

/** What is known of an event that `parseEvent` calls unreadable. */
export function lostEvent(entry: unknown, sentence: string): LostEvent {
  const { eventTypeName: type, clusterId, clusterName } = remnant.safeParse(entry).data ?? NOTHING;
  const what = type === null ? sentence : sentence.replace('an event', `an event ${type}`);
  return { type, clusterId, clusterName, sentence: what };
}

const eventType = z.object({ eventType: z.string() });

/** The name in an entry of `/eventTypes`; null if it has none. */
export function parseEventType(entry: unknown): string | null {
  return eventType.safeParse(entry).data?.eventType ?? null;
}
