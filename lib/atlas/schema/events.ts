import { z } from 'zod';
import type { AtlasEvent, LostEvent } from '../../domain/facts.ts';
import type { Instant } from '../../domain/time.ts';
import { happened, instantOf, lenient, moment, objectId, resourceName, text, type Entry } from './fields.ts';

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

/** An event. Only one whose id, type or time cannot be used is lost. */
export function parseEvent(entry: unknown, now: Instant): Entry<AtlasEvent> {
  const data = event.safeParse(entry).data;
  const at = happened(data?.created, now);
  if (data === undefined || at === null) return { kind: 'unreadable', sentence: 'Atlas lists an event without a usable id, type or time' };
  const createdAt = data.snapshotScheduledCreationDate ?? null;
  const completedAt = data.snapshotCompletionDate ?? null;
  const value = {
    id: data.id,
    type: data.eventTypeName,
    at,
    clusterId: data.clusterId ?? null,
    clusterName: data.clusterName ?? null,
    actor: data.username ?? data.publicKey ?? data.remoteAddress ?? null,
    snapshot: createdAt !== null && completedAt !== null ? { createdAt, completedAt } : null,
  };
  return { kind: 'usable', value };
}

const remnant = z.object({ eventTypeName: text, clusterId: lenient(objectId), clusterName: lenient(resourceName) });

/** What can still be told of an event that `parseEvent` calls unreadable. */
export function lostEvent(entry: unknown, sentence: string): LostEvent {
  const { eventTypeName: type = null, clusterId = null, clusterName = null } = remnant.safeParse(entry).data ?? {};
  const what = type === null ? sentence : sentence.replace('an event', `an event ${type}`);
  return { type, clusterId, clusterName, sentence: what };
}

const eventType = z.object({ eventType: z.string() });

/** The name in an entry of `/eventTypes`; null where it has none. */
export function parseEventType(entry: unknown): string | null {
  return eventType.safeParse(entry).data?.eventType ?? null;
}
