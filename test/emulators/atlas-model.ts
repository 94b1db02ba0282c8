import { DAY, HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../lib/domain/time.ts';
import type { ClusterKind } from '../../lib/domain/facts/facts.ts';
import type { ClusterOptions, EmulatedMongo, EmulatedRegion } from './atlas-options.ts';

export type EmulatedSnapshot = {
  readonly id: string;
  readonly requestedAt: Instant;
  /** The data time; shown once completed. */
  readonly createdAt: Instant;
  readonly completedAt: Instant;
  readonly expiresAt: Instant;
  readonly sizeBytes: number;
  readonly outcome: 'completed' | 'failed';
  readonly type: 'scheduled' | 'onDemand' | 'fallback';
  readonly frequency: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'ondemand';
  readonly description?: string;
  /** The regions that hold a copy of it. */
  readonly copies?: readonly string[];
};

export type { ClusterOptions, EmulatedMongo, EmulatedRegion } from './atlas-options.ts';

/** Queued this long, then in progress; the data time lies between. */
export const QUEUED_FOR = 20 * SECOND;
export const DATA_AFTER = 90 * SECOND;
const TAKES = 3 * MINUTE;
const GIGABYTE = 1_000_000_000;

let made = 0;

/** An ObjectId whose first four bytes are the second of `at`. */
export function objectId(at: Instant): string {
  made += 1;
  return (
    Math.floor(at / SECOND)
      .toString(16)
      .padStart(8, '0') + made.toString(16).padStart(16, '0')
  );
}

/** A healthy cluster unless told otherwise. It takes its own snapshots as the clock moves, until it is stalled. */
export class EmulatedCluster {
  readonly id: string;
  readonly createdAt: Instant;
  readonly kind: ClusterKind;
  readonly every: Duration;
  readonly shards: number;
  readonly role: string;
  name: string;
  tier: string;
  tags: Readonly<Record<string, string>>;
  paused: boolean;
  pit: boolean;
  backup: boolean;
  sizeBytes: number;
  mongoDBVersion: string;
  regions: readonly EmulatedRegion[];
  mongo: EmulatedMongo | null;
  /** Electable nodes of a shard in each region. */
  nodes = 3;
  terminationProtection = true;
  /** Days that the schedule keeps daily snapshots, and days of its restore window. */
  keepDaily = 30;
  windowDays = 7;
  copyTo: string | null;
  /** Do copies succeed? */
  copying = true;
  /** UPDATING while something is restored into it. */
  stateName: 'IDLE' | 'CREATING' | 'UPDATING' | 'DELETING' | 'REPAIRING' = 'IDLE';
  configServerType: 'DEDICATED' | 'EMBEDDED' = 'DEDICATED';
  /** Spans whose moments cannot be restored. */
  breaks: { readonly from: Instant; readonly to: Instant }[] = [];
  stalled = false;
  /** Listed, or only its retained snapshots are left, or nothing. */
  presence: 'listed' | 'retained' | 'gone' = 'listed';
  /** When the next snapshot is due. */
  next: Instant;
  snapshots: EmulatedSnapshot[] = [];
  /** Rises with each change, so that rendered answers can be kept. */
  version = 0;

  constructor(name: string, now: Instant, options: ClusterOptions) {
    this.name = name;
    this.kind = options.kind ?? 'replicaSet';
    this.createdAt = now - (options.age ?? 300 * DAY);
    this.id = objectId(this.createdAt);
    const shared = this.kind === 'flex' || this.kind === 'free';
    this.every = shared ? DAY : (options.every ?? 6 * HOUR);
    this.shards = options.shards ?? (this.kind === 'sharded' ? 2 : 1);
    this.role = options.role ?? 'NONE';
    this.tier = options.tier ?? (this.kind === 'free' ? 'M0' : 'M10');
    this.tags = options.tags ?? {};
    this.paused = options.paused ?? false;
    this.pit = shared ? false : (options.pit ?? true);
    this.backup = this.kind === 'free' ? false : (options.backup ?? true);
    this.sizeBytes = options.sizeBytes ?? 100 * GIGABYTE;
    this.mongoDBVersion = options.mongoDBVersion ?? '8.0.29';
    this.regions = options.regions ?? [{ provider: 'AWS', region: 'US_EAST_1' }];
    this.mongo = options.mongo ?? null;
    this.copyTo = options.copyTo ?? null;
    const newest = now - 20 * MINUTE;
    this.next = now - this.createdAt < this.every ? this.createdAt + this.every : newest + this.every;
    if (this.backup && (options.history ?? true)) this.snapshots = this.past(newest, now);
  }

  private past(newest: Instant, now: Instant): EmulatedSnapshot[] {
    const perDay = Math.max(1, Math.floor(DAY / this.every));
    const slots = Math.floor((30 * DAY) / this.every);
    return Array.from({ length: slots + 1 }, (_, index) => slots - index)
      .map((back) => this.scheduled(newest - back * this.every, back % perDay === 0))
      .filter((one) => one.createdAt >= this.createdAt + this.every && one.expiresAt > now);
  }

  /** A snapshot whose data time is `createdAt`. */
  private scheduled(createdAt: Instant, daily: boolean): EmulatedSnapshot {
    const keep = this.kind === 'flex' ? 8 * DAY : daily ? 30 * DAY : 7 * DAY;
    const copies = this.copyTo !== null && this.copying ? [this.copyTo] : [];
    return this.snapshot(createdAt, { frequency: daily ? 'daily' : 'hourly', expiresAt: createdAt + keep, copies });
  }

  snapshot(createdAt: Instant, said: Partial<Omit<EmulatedSnapshot, 'createdAt'>> = {}): EmulatedSnapshot {
    const requestedAt = createdAt - DATA_AFTER;
    const id = objectId(requestedAt);
    const usual = {
      expiresAt: createdAt + 7 * DAY,
      sizeBytes: this.sizeBytes,
      outcome: 'completed',
      type: 'scheduled',
      frequency: 'hourly',
    } as const;
    return { id, requestedAt, createdAt, completedAt: requestedAt + TAKES, ...usual, ...said };
  }

  add(snapshot: EmulatedSnapshot): EmulatedSnapshot {
    this.snapshots.push(snapshot);
    this.version += 1;
    return snapshot;
  }

  /** Takes what has fallen due, and drops what has expired. */
  sync(now: Instant): void {
    for (; this.next <= now; this.next += this.every) {
      if (this.stalled || this.paused || !this.backup) continue;
      const daily = this.every >= DAY || Math.floor(this.next / DAY) !== Math.floor((this.next - this.every) / DAY);
      this.add(this.scheduled(this.next + DATA_AFTER, daily));
    }
    const kept = this.snapshots.filter((one) => one.expiresAt > now);
    if (kept.length === this.snapshots.length) return;
    this.snapshots = kept;
    this.version += 1;
  }
}

export type StoredEvent = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly eventTypeName: string;
  readonly createdMs: Instant;
};
/** A customer's key; `valid`: whether Atlas can use it. */
export type EmulatedKey = { readonly provider: 'awsKms' | 'azureKeyVault' | 'googleCloudKms'; valid: boolean };
export type EmulatedAlert = {
  readonly id: string;
  readonly type: string;
  readonly at: Instant;
  status: 'OPEN' | 'TRACKING' | 'CLOSED';
  /** `clusterId`, `clusterName` or `replicaSetName`, for kinds of alerts that have them. */
  readonly fields: Readonly<Record<string, string>>;
};
export type EmulatedAlertConfig = { readonly type: string; readonly enabled: boolean; readonly threshold: number; readonly units: string };

export class EmulatedProject {
  readonly id: string;
  readonly createdAt: Instant;
  name: string;
  clusters: EmulatedCluster[] = [];
  events: StoredEvent[] = [];
  alerts: EmulatedAlert[] = [];
  alertConfigs: EmulatedAlertConfig[] = [];
  /** Null: Atlas encrypts with its own key alone. */
  key: EmulatedKey | null = null;
  audited = true;
  exportBuckets: readonly string[] = [];
  /** The days for which its Backup Compliance Policy keeps daily snapshots at least; null: it has none. */
  complianceDays: number | null = null;
  /** Whether the credentials that ask have the role Project Owner here. */
  isOwned = false;
  private readonly now: () => Instant;

  constructor(name: string, now: () => Instant) {
    this.name = name;
    this.now = now;
    this.createdAt = now() - 400 * DAY;
    this.id = objectId(this.createdAt);
  }

  addCluster(name: string, options: ClusterOptions = {}): EmulatedCluster {
    const cluster = new EmulatedCluster(name, this.now(), options);
    this.clusters.push(cluster);
    return cluster;
  }

  /** How long ago that was. */
  age(at: Instant): Duration {
    return this.now() - at;
  }

  /** Adds an event of `ago` milliseconds ago; `fields` override what it carries. */
  addEvent(type: string, ago: Duration, fields: Readonly<Record<string, unknown>> = {}): StoredEvent {
    const createdMs = this.now() - ago;
    const event = { id: objectId(createdMs), eventTypeName: type, createdMs, ...fields };
    this.events.push(event);
    return event;
  }

  addAlert(type: string, ago: Duration, fields: EmulatedAlert['fields'] = {}): EmulatedAlert {
    const at = this.now() - ago;
    const alert: EmulatedAlert = { id: objectId(at), type, at, status: 'OPEN', fields };
    this.alerts.push(alert);
    return alert;
  }
}
