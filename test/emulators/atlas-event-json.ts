import { iso, MINUTE, SECOND, type Instant } from '../../lib/domain/time.ts';
import { ORGANISATION, type Json } from './atlas-json.ts';
import type { EmulatedAlert, EmulatedAlertConfig, EmulatedCluster, EmulatedProject, EmulatedSnapshot } from './atlas-model.ts';

export type EventJson = Json & { readonly createdMs: Instant };

/** The events of a span that the clusters' own snapshots leave, and those that were added; newest first. */
export function eventsJson(project: EmulatedProject, from: Instant, to: Instant): readonly EventJson[] {
  const own = project.clusters.filter(({ kind }) => kind !== 'flex').flatMap((cluster) => snapshotEvents(cluster, from, to));
  const added = project.events.filter(({ createdMs }) => createdMs >= from && createdMs <= to);
  const base = { groupId: project.id, orgId: ORGANISATION, isGlobalAdmin: false, links: [] };
  return [...own, ...added]
    .toSorted((a, b) => b.createdMs - a.createdMs)
    .map((event) => ({ ...base, created: iso(event.createdMs), ...event }));
}

function snapshotEvents(cluster: EmulatedCluster, from: Instant, to: Instant): readonly EventJson[] {
  return cluster.snapshots.filter(({ completedAt }) => completedAt >= from && completedAt <= to).map((one) => snapshotEvent(one, cluster));
}

function snapshotEvent(snapshot: EmulatedSnapshot, cluster: EmulatedCluster): EventJson {
  const done = snapshot.outcome === 'completed';
  const times = done ? { snapshotScheduledCreationDate: iso(snapshot.requestedAt), snapshotCompletionDate: iso(snapshot.completedAt) } : {};
  const id = Math.floor(snapshot.completedAt / SECOND).toString(16) + snapshot.id.slice(8);
  const success = snapshot.type === 'fallback' ? 'CPS_SNAPSHOT_FALLBACK_SUCCESSFUL' : 'CPS_SNAPSHOT_SUCCESSFUL';
  const eventTypeName = done ? success : 'CPS_SNAPSHOT_FAILED';
  return {
    id,
    createdMs: snapshot.completedAt,
    eventTypeName,
    clusterId: cluster.id,
    clusterName: cluster.name,
    frequencyType: snapshot.frequency.toUpperCase(),
    ...times,
  };
}

export function alertJson(alert: EmulatedAlert, projectId: string): Json {
  const at = iso(alert.at);
  return {
    id: alert.id,
    alertConfigId: ORGANISATION,
    eventTypeName: alert.type,
    status: alert.status,
    created: at,
    updated: at,
    groupId: projectId,
    orgId: ORGANISATION,
    links: [],
    ...alert.fields,
  };
}

export function alertConfigJson(config: EmulatedAlertConfig, project: EmulatedProject, index: number): Json {
  const id = project.id.slice(0, 22) + index.toString(16).padStart(2, '0');
  const at = iso(project.createdAt + MINUTE);
  const threshold = { operator: 'GREATER_THAN', threshold: config.threshold, units: config.units };
  const notifications = [
    { typeName: 'GROUP', intervalMin: 60, delayMin: 0, emailEnabled: true, smsEnabled: false, roles: ['GROUP_OWNER'] },
  ];
  return {
    id,
    groupId: project.id,
    eventTypeName: config.type,
    enabled: config.enabled,
    created: at,
    updated: at,
    matchers: [],
    links: [],
    notifications,
    threshold,
  };
}
