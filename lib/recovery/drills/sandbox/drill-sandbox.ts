import type { Db } from 'mongodb';
import type { Instant } from '../../../domain/time.ts';
import { DRILL_DATABASE, type DrillSandbox } from '../drill-ports.ts';
import { compare, damage, dropIfOurs, insertBatch, plant, withDrillDatabase } from './drill-database.ts';
import { failover } from './failover-writers.ts';

/**
 * The sandbox's own database, by the driver. Deadlines are by the clock `now`; waiting for a server goes by the machine's clock. Tests that share a server
 * give the database another name.
 */
export function openDrillSandbox({
  now = Date.now,
  database = DRILL_DATABASE,
}: { readonly now?: () => Instant; readonly database?: string } = {}): DrillSandbox {
  const open = <T>(uri: string, operation: string, deadline: Instant, act: (db: Db) => Promise<T>): Promise<T> =>
    withDrillDatabase({ uri, database }, { deadline: Date.now() + (deadline - now()), operation }, act);
  return {
    plant: (uri, what, deadline) => open(uri, 'plant documents', deadline, (db) => plant(db, what)),
    refresh: (uri, batch, deadline) => open(uri, 'write the last documents', deadline, (db) => insertBatch(db, batch)),
    damage: (uri, kind, deadline) => open(uri, 'damage documents', deadline, (db) => damage(db, kind)),
    compare: (uri, what, deadline) => open(uri, 'compare documents', deadline, (db) => compare(db, what)),
    drop: (uri, deadline) => open(uri, 'drop what drills wrote', deadline, dropIfOurs),
    failover: (uri, options) => failover({ uri, database }, options),
  };
}
