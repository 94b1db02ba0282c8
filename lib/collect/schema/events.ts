import { z } from 'zod';
import type { AtlasEvent, LostEvent } from '../../domain/facts/facts.ts';
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
  const actor = data.username ?? data.publicKey ?? data.remoteAddress;
  const completedAt = data.snapshotCompletionDate;
  const snapshot = createdAt !== null && completedAt !== null ? { createdAt, completedAt } : null;
  return { kind: 'usable', value: { id, type, at, clusterId, clusterName, actor, snapshot } };
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
